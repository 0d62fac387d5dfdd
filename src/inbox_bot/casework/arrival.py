"""A message that came from outside the office, with what is known of it besides its words."""

from __future__ import annotations

from dataclasses import dataclass

from ..message.model import Trust
from ..render.views.entry import OfferView, SimilarView
from ..store.tables import Received
from ..triage.model import Understood
from ..triage.roster import Person


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A message with what the pipeline knows of it besides its words."""

    received: Received
    understood: Understood
    trust: Trust
    person: Person | None = None  # of the roster
    standing: str = ""
    offers: tuple[OfferView, ...] = ()
    similar: tuple[SimilarView, ...] = ()
