"""Random kills over a stream of mail: short here, long in `make soak`. Seeded, to be had again."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable

import pytest

from ..office import Office
from ..servers.accounts import Account
from .world import Evidence, World

pytestmark = [pytest.mark.dovecot, pytest.mark.thorough]


def soak(make_office: Callable[..., Office], account: Account, *, mails: int, kills: int, seed: int) -> World:
    """Mail keeps coming while the service is killed at a random point or a random moment of each pass."""
    chance = random.Random(seed)
    office = make_office(account, overrides={"limits": {"acknowledgements_per_hour": 100_000}})
    Evidence(account, office.sink, "sent", leave_out_every=10)
    world = World(office)
    office.once()
    while world.kills < kills or len(world.numbers) < mails:
        left = max(1, kills - world.kills)
        world.arrive(min(mails - len(world.numbers), round((mails - len(world.numbers)) / left + 0.5)))
        office.pass_time(seconds=20)
        if world.kills >= kills:
            assert world.child() == 0
        elif chance.random() < 0.5:
            world.child(f"*:{chance.randint(1, 80)}")
        else:
            world.child(kill_after=chance.uniform(0.4, 3.5))
    world.settle()
    return world


def test_random_kills_lose_nothing_and_repeat_nothing(
    make_office: Callable[..., Office], mailbox_account: Account
) -> None:
    world = soak(make_office, mailbox_account, mails=60, kills=20, seed=7)
    found = world.reckon()
    assert found.wrong == {}
    assert (world.kills, found.entries + found.set_aside) == (20, 60)


@pytest.mark.soak
def test_the_long_soak(make_office: Callable[..., Office], mailbox_account: Account) -> None:
    started = time.monotonic()
    world = soak(make_office, mailbox_account, mails=1000, kills=300, seed=2027)
    found = world.reckon()
    figures = {
        "mails": len(world.numbers), "kills": world.kills, "entries": found.entries,
        "set_aside": found.set_aside, "mails_on_the_wire": found.on_the_wire,
        "proved_by_own_copy": found.proved, "unknown_and_shown": found.unknown_shown,
        "lost": len(found.lost), "filed_twice": len(found.twice_filed), "sent_twice": len(found.sent_twice),
        "minutes": round((time.monotonic() - started) / 60, 1),
    }  # fmt: skip
    print(json.dumps(figures))
    assert found.wrong == {}
    assert (len(world.numbers), found.entries + found.set_aside) == (1000, 1000)
