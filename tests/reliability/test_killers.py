"""A message over which the service dies again and again: the cause is set aside, the bystander is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from inbox_bot.register.states import Outcome
from inbox_bot.transport import trial

from ..office import SPOC, Office
from ..servers.accounts import Account
from .passes import KILLED
from .world import World

pytestmark = [pytest.mark.dovecot, pytest.mark.thorough]


def struck(make_office: Callable[..., Office], account: Account) -> World:
    """One message over which the service has died three times, and one that came after it."""
    world = World(make_office(account))
    world.office.once()
    world.arrive(1)
    for _ in range(3):
        assert world.child("intake.tried:1") == KILLED
    world.arrive(1)
    return world


def test_a_message_that_was_only_in_hand_is_filed(
    make_office: Callable[..., Office], mailbox_account: Account
) -> None:
    world = struck(make_office, mailbox_account)
    world.office.once()
    assert {row.outcome for row in world.office.received()} == {Outcome.FILED}
    assert world.reckon().wrong == {}


def test_a_message_that_kills_its_reader_is_set_aside_and_told_and_holds_nothing_up(
    make_office: Callable[..., Office], mailbox_account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader is killed by the limit on its time, as a message that hangs it would be."""
    world = struck(make_office, mailbox_account)
    monkeypatch.setattr(trial, "SECONDS", 0.01)
    world.office.once()
    assert [row.outcome for row in world.office.received()] == [Outcome.SET_ASIDE, Outcome.FILED]
    assert any("set aside" in mail["Subject"].lower() for mail in world.office.sent_to(SPOC))
    assert len(world.office.sink.to("writer2@mail.example")) == 1
