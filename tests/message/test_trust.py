# ruff: noqa: E501 - mails and header fields stand as they were sent
"""Only the receiving server is believed."""

from __future__ import annotations

import pytest
from tests.message.mails import raw

from inbox_bot.message import trust
from inbox_bot.message.parse import parse

MX = "mx.office.example"


def judge(results: list[str], *, sender: str = "Officer <o@office.example>", provider: str = "authentication-results", domain: str = "", **fields: str) -> trust.Trust:  # fmt: skip
    head = "".join(f"Authentication-Results: {r}\n" for r in results).encode()
    return trust.judge(
        parse(head + raw(sender=sender, **fields)), provider=provider, authserv_id=MX, domain=domain
    )


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        ([f"{MX}; dmarc=pass header.from=office.example"], "pass"),
        ([f"{MX}; dkim=pass header.d=office.example header.s=s1"], "pass"),
        ([f"{MX}; dkim=pass (2048-bit; d=x) header.i=@mail.office.example"], "pass"),
        ([f"{MX}; dkim=pass header.d=elsewhere.example"], "none"),
        ([f"{MX}; spf=pass smtp.mailfrom=office.example"], "none"),
        ([f"{MX}; dmarc=fail header.from=office.example; dkim=pass header.d=office.example"], "fail"),
        ([f"{MX}; dmarc=pass header.from=elsewhere.example"], "none"),
        ([f"{MX}; none"], "none"),
        ([], "none"),
        (["mx.attacker.example; dmarc=pass header.from=office.example"], "none"),
        (
            [f"{MX}; dmarc=fail header.from=office.example", f"{MX}; dmarc=pass header.from=office.example"],
            "fail",
        ),
        (["spf=pass; dmarc=pass header.from=office.example"], "none"),
        ([f'"{MX}"; dmarc=pass header.from=office.example'], "none"),
        ([f"{MX} 1; dmarc=pass header.from=office.example"], "pass"),
    ],
)
def test_judge_reads_the_topmost_field_of_the_receiving_server(results: list[str], verdict: str) -> None:
    assert judge(results).verdict == verdict


def test_judge_does_not_believe_a_field_below_the_receiving_servers_trace() -> None:
    message = parse(
        b"Authentication-Results: relay.example; none\nReceived: from a by mx.office.example; x\n"
        + f"Authentication-Results: {MX}; dmarc=pass header.from=office.example\n".encode()
        + raw(sender="Officer <o@office.example>")
    )
    assert trust.judge(message, provider="authentication-results", authserv_id=MX).verdict == "none"


def test_judge_reads_the_form_of_microsoft_365() -> None:
    form = "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=office.example; dkim=none; dmarc=pass action=none header.from=office.example;compauth=pass reason=100"
    assert judge([form], provider="microsoft365").verdict == "pass"


def test_judge_believes_internal_mail_of_the_tenant_but_never_cross_tenant() -> None:
    assert judge([], provider="microsoft365", X_MS_Exchange_Organization_AuthAs="Internal").verdict == "pass"
    assert judge([], provider="microsoft365", X_MS_Exchange_Organization_AuthAs="Anonymous").verdict == "none"
    assert judge([], provider="microsoft365", X_MS_Exchange_CrossTenant_AuthAs="Internal").verdict == "none"
    assert judge([], X_MS_Exchange_Organization_AuthAs="Internal").verdict == "none"


def test_judge_does_not_judge_two_senders() -> None:
    both = "a@office.example, b@elsewhere.example"
    assert judge([f"{MX}; dmarc=pass header.from=office.example"], sender=both).verdict == "none"


def test_judge_asks_for_the_officers_own_domain() -> None:
    results = [f"{MX}; dmarc=pass header.from=0ffice.example"]
    lookalike = judge(results, sender="Officer <o@0ffice.example>", domain="office.example")
    assert (lookalike.verdict, lookalike.domain) == ("none", "")


def test_registries_are_no_organisation() -> None:
    results = [f"{MX}; dkim=pass header.d=evil.police.uk"]
    assert judge(results, sender="Chief <c@force.police.uk>").verdict == "none"
