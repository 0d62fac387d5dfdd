"""What the receiving server says of the sender: its own Authentication-Results, and nobody else's.

Anyone can write such a header; the receiving server puts its own on top and must remove those that bear its
name (RFC 8601 5). So only the topmost field with the configured authserv-id is read, and within it DMARC,
or DKIM aligned with the From domain (RFC 7489 3.1). Exchange Online writes the field without an id.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .model import Evidence, ParsedMessage, Trust

_RFC = "RFC 8601"
# Second-level registries under which organisations register, as far as British and common mail needs them.
_PUBLIC = frozenset(
    [
        "co.uk",
        "org.uk",
        "gov.uk",
        "ac.uk",
        "police.uk",
        "nhs.uk",
        "sch.uk",
        "me.uk",
        "ltd.uk",
        "plc.uk",
        "net.uk",
        "mod.uk",
        "parliament.uk",
        "gov.wales",
        "llyw.cymru",
        "gov.scot",
        "com.au",
        "org.au",
        "net.au",
        "gov.au",
        "co.nz",
        "org.nz",
        "govt.nz",
        "co.za",
        "co.in",
        "co.jp",
        "com.br",
        "com.cn",
    ]
)


@dataclass(frozen=True, kw_only=True)
class Results:
    """One Authentication-Results field: `authserv_id` lower-case, "" where there is none."""

    authserv_id: str
    methods: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]  # (method, result, properties)


def judge(message: ParsedMessage, *, provider: str, authserv_id: str, domain: str = "") -> Trust:
    """The receiving server's verdict on the From domain: pass, fail or none.

    `provider` "microsoft365" also believes `X-MS-Exchange-Organization-AuthAs: Internal`, which Exchange
    strips from outside mail, and never the CrossTenant header, which other tenants send. `domain` asks for
    that very domain (an officer's); "" takes the From's.
    """
    sender = message.author.domain
    wanted = domain.lower() or sender
    if len([a for a in message.from_ if a.email]) > 1 or len(message.header_all("from")) > 1:
        return Trust(
            evidence=(
                Evidence(rule="several From", text="no single sender to judge", source="RFC 7489 6.6.1"),
            )
        )
    if not sender or not _same_organisation(sender, wanted):
        return Trust(
            evidence=(
                Evidence(rule="domain", text=f"From is not of {wanted}" if wanted else "no From domain"),
            )
        )
    microsoft = provider == "microsoft365"
    if microsoft and _internal(message):
        return Trust(
            verdict="pass",
            domain=sender,
            evidence=(Evidence(rule="AuthAs", text="X-MS-Exchange-Organization-AuthAs: Internal"),),
        )
    results, note = _own_results(message, authserv_id=authserv_id, microsoft=microsoft)
    if results is None:
        return Trust(evidence=(note,))
    return _verdict(results, sender, note)


def _internal(message: ParsedMessage) -> bool:
    """Exactly one such field saying Internal: two would mean that one of them was sent along."""
    values = message.header_all("x-ms-exchange-organization-authas")
    return [v.strip().lower() for v in values] == ["internal"]


def _own_results(
    message: ParsedMessage, *, authserv_id: str, microsoft: bool
) -> tuple[Results | None, Evidence]:
    values = message.header_all("authentication-results")
    if not values:
        return None, Evidence(rule="Authentication-Results", text="none", source=_RFC)
    wanted = authserv_id.strip().lower()
    top = parse(values[0])
    if microsoft and not top.authserv_id and top.methods:
        return top, Evidence(
            rule="Authentication-Results", text="topmost, in the form of Microsoft 365", source=_RFC
        )
    if wanted and top.authserv_id == wanted:
        return top, Evidence(rule="Authentication-Results", text=f"topmost, of {wanted}", source=_RFC)
    if wanted:
        for number, value in enumerate(values[1:], 2):
            lower = parse(value)
            if lower.authserv_id == wanted and _above_is_trusted(message, number):
                return lower, Evidence(rule="Authentication-Results", text=f"of {wanted}", source=_RFC)
    return None, Evidence(
        rule="Authentication-Results",
        text="the topmost is not the receiving server's; those below are not believed",
        source=_RFC,
    )


def _above_is_trusted(message: ParsedMessage, number: int) -> bool:
    """A field further down counts only where every hop above it is inside: no Received stands above it.

    The receiving server prepends its results, then (at most) its own Received line; a field that a sender
    wrote stands below the Received lines of the servers it passed.
    """
    seen = 0
    for name, _ in message.headers:
        if name == "authentication-results":
            seen += 1
            if seen == number:
                return True
        elif name == "received":
            return False
    return False


def parse(value: str) -> Results:
    """RFC 8601 2.2, and the form without authserv-id that Exchange Online writes. Never raises."""
    text = _without_comments(value)
    pieces = [p.strip() for p in text.split(";")]
    head = pieces[0]
    authserv = ""
    if "=" not in head:
        authserv = head.split()[0].lower().rstrip(".") if head.split() else ""
        pieces = pieces[1:]
    methods: list[tuple[str, str, tuple[tuple[str, str], ...]]] = []
    for piece in pieces[:50]:
        match = re.match(r"\s*([A-Za-z][\w-]*)(?:\s*/\s*\d+)?\s*=\s*([A-Za-z]+)", piece)
        if match is None:
            continue
        properties = tuple(
            (name.lower(), content.strip('"').lower().rstrip("."))
            for name, content in re.findall(
                r"(?<!\S)([A-Za-z]+(?:\.[\w-]+)?)\s*=\s*(\"[^\"]*\"|[^\s;]+)", piece[match.end() :]
            )
        )
        methods.append((match[1].lower(), match[2].lower(), properties))
    return Results(authserv_id=authserv, methods=tuple(methods))


def _without_comments(value: str) -> str:
    out: list[str] = []
    depth = 0
    quoted = False
    for c in value[:20_000]:
        if c == '"' and not depth:
            quoted = not quoted
        if not quoted and c == "(":
            depth += 1
        elif not quoted and c == ")" and depth:
            depth -= 1
        elif not depth:
            out.append(c)
    return "".join(out)


def _verdict(results: Results, sender: str, note: Evidence) -> Trust:
    evidence = [note]
    verdict = "none"
    domain = ""
    for method, result, properties in results.methods:
        props = dict(properties)
        if method == "dmarc":
            subject = (props.get("header.from") or "").rpartition("@")[2]
            if result == "pass" and (not subject or _same_organisation(subject, sender)):
                verdict, domain = "pass", sender
            elif result in {"fail", "permerror"} and verdict != "pass" and result == "fail":
                verdict = "fail"
            evidence.append(Evidence(rule="dmarc", text=f"{result} {subject}".strip(), source="RFC 7489"))
        elif method == "dkim":
            signer = props.get("header.d") or (props.get("header.i") or "").rpartition("@")[2]
            aligned = bool(signer) and _same_organisation(signer, sender)
            evidence.append(
                Evidence(
                    rule="dkim",
                    text=f"{result} {signer}{' aligned' if aligned else ''}".strip(),
                    source="RFC 6376",
                )
            )
            if (
                result == "pass"
                and aligned
                and not any(m == "dmarc" and r == "fail" for m, r, _ in results.methods)
            ):
                verdict, domain = "pass", sender
        elif method in {"spf", "compauth", "arc", "iprev", "auth"}:
            evidence.append(Evidence(rule=method, text=result, source=_RFC))
    if verdict == "none" and any(m == "compauth" and r == "fail" for m, r, _ in results.methods):
        verdict = "fail"
    return Trust(verdict=verdict, domain=domain, evidence=tuple(evidence))


def _same_organisation(one: str, other: str) -> bool:
    """Relaxed alignment (RFC 7489 3.1.1): the same domain, or a subdomain of it, never a bare registry."""
    one, other = one.lower().rstrip("."), other.lower().rstrip(".")
    return bool(one) and bool(other) and _organisation(one) == _organisation(other)


def _organisation(domain: str) -> str:
    """The organisational domain: the label above the public suffix."""
    labels = domain.split(".")
    if len(labels) <= 2:
        return domain
    return ".".join(labels[-3:] if ".".join(labels[-2:]) in _PUBLIC else labels[-2:])
