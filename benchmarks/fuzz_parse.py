"""Feeds damaged mail to everything in `inbox_bot.message`: nothing may raise, nothing may take long.

    pip install atheris
    python benchmarks/fuzz_parse.py CORPUS_FOLDER... -max_total_time=300

With atheris the run is guided by coverage; without it, the seeds are mutated at random for the same time. A
finding stops the run with the input's path; it is then fixed and kept as a test in tests/message.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

try:
    import atheris
except ImportError:  # a random mutator stands in
    atheris = None

SECONDS = 2.0  # bound for one message, as the issue asks
MAX_INPUT = 200_000  # octets; larger inputs only slow the search


def _load() -> None:
    """Imports under instrumentation where there is any."""
    global automated, body, explain, forwarded, parse, thread, trust
    from inbox_bot.message import automated, body, explain, forwarded, parse, thread, trust


if atheris is not None:
    with atheris.instrument_imports(include=["inbox_bot"]):
        _load()
else:
    _load()


def one(data: bytes) -> None:
    """The whole way of one message."""
    began = time.perf_counter()
    message = parse.parse(data)
    words = body.cut(message)
    finding = automated.detect(message)
    forward = forwarded.unwrap(message)
    explain.explain(message, words, finding, forward)
    thread.fingerprint(message)
    thread.content_key(message)
    thread.bare_subject(message.subject)
    thread.reference_tokens(message.subject, "WMR")
    trust.judge(message, provider="microsoft365", authserv_id="mx.example")
    seconds = time.perf_counter() - began
    if seconds > SECONDS:
        raise TimeoutError(f"{seconds:.2f} s for {len(data)} octets")


def at_random(seeds: list[bytes], seconds: float) -> None:
    """Cuts, doubles, swaps and flips pieces of the seeds."""
    chance = random.Random(2027)
    end = time.monotonic() + seconds
    runs = 0
    while time.monotonic() < end:
        data = bytearray(chance.choice(seeds)[:MAX_INPUT])
        for _ in range(chance.randint(1, 12)):
            if not data:
                break
            at = chance.randrange(len(data))
            size = chance.choice((1, 2, 8, 64, 512))
            action = chance.randrange(5)
            if action == 0:
                del data[at : at + size]
            elif action == 1:
                data[at:at] = data[at : at + size] * chance.randint(1, 40)
            elif action == 2:
                data[at : at + size] = chance.randbytes(size)
            elif action == 3:
                other = chance.choice(seeds)
                start = chance.randrange(len(other) or 1)
                data[at:at] = other[start : start + size]
            else:
                data[at] ^= 1 << chance.randrange(8)
        try:
            one(bytes(data[:MAX_INPUT]))
        except Exception as error:
            path = Path(tempfile.mkdtemp()) / "finding.eml"
            path.write_bytes(data)
            print(f"{error!r}: {path}")
            raise
        runs += 1
    print(f"{runs} runs, no finding")


def main() -> None:
    folders = [Path(a) for a in sys.argv[1:] if not a.startswith("-")]
    seconds = next((float(a.partition("=")[2]) for a in sys.argv if a.startswith("-max_total_time=")), 300.0)
    seeds = [
        p.read_bytes()
        for f in folders
        for p in sorted(f.rglob("*"))
        if p.is_file() and p.stat().st_size < MAX_INPUT
    ]
    if atheris is None:
        at_random(seeds or [b"From: a@mail.example\n\nHello\n"], seconds)
        return
    with tempfile.TemporaryDirectory() as gathered:
        for number, seed in enumerate(seeds):
            (Path(gathered) / f"{number:05}").write_bytes(seed)
        options = [a for a in sys.argv[1:] if a.startswith("-")]
        atheris.Setup([sys.argv[0], gathered, f"-max_len={MAX_INPUT}", "-rss_limit_mb=2048", *options], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
