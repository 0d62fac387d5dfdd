"""The demo's IMAP server: pymap with one mailbox in memory, in a process of its own.

`python -m inbox_bot.demo.imap_child` reads user and password (a line each) from stdin, prints the
loopback port that the system gave it, and serves until stdin is closed. The pipe ends with the parent,
however the parent ends, so no server is ever left behind.
"""

from __future__ import annotations

import asyncio
import sys
from argparse import ArgumentParser
from contextlib import AsyncExitStack

from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer, IMAPService
from pysasl.hashing import BuiltinHash


async def serve(user: str, password: str) -> None:
    """Serve until stdin ends. pymap takes its options from a command line, so one is made for it."""
    parser = ArgumentParser()
    DictBackend.add_subparser("dict", parser.add_subparsers(dest="backend"))
    IMAPService.add_arguments(parser)
    parser.set_defaults(debug=False, passlib_cfg=None)
    arguments = parser.parse_args(["--no-tls", "dict", f"--demo-user={user}", f"--demo-password={password}"])
    # One round: the password is the demo's own, and half a million would cost most of each pass.
    backend, config = await DictBackend.init(arguments, hash_context=BuiltinHash(rounds=1))
    config.apply_context()
    async with AsyncExitStack() as stack:
        await backend.start(stack)
        # The reader also tells pymap who is connected, hence it is needed without any proxy.
        talk = ProxyProtocolReader(config.proxy_protocol).get_callback(IMAPServer(backend.login, config))
        server = await asyncio.start_server(talk, host="127.0.0.1", port=0)
        await stack.enter_async_context(server)
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


def main() -> None:
    user, password = (sys.stdin.readline().rstrip("\n") for _ in range(2))
    asyncio.run(serve(user, password))


if __name__ == "__main__":
    main()
