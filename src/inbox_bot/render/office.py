"""What every mail knows of its office and of the stage of the election: settings and timetable as views."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from ..calendar.timetable import LONDON, KeyDate, Timetable
from ..config import Settings
from .views.office import DateView, OfficeView, PersonView, PhaseView

_COMMISSIONERS = {
    "pcc": ("Police and Crime Commissioner", "Comisiynydd yr Heddlu a Throseddu"),
    "pfcc": ("Police, Fire and Crime Commissioner", "Comisiynydd yr Heddlu, Tân a Throseddu"),
    "mayor": ("Mayor", "Maer"),
}


def office_view(settings: Settings) -> OfficeView:
    """The office as templates see it: settings first, the profile's titles where they are silent."""
    office, people, protocol = settings.office, settings.people, settings.protocol
    commissioner, commissioner_cy = _COMMISSIONERS[settings.election.type]

    def person(role: Literal["spoc", "chief_executive", "paro"], title: str) -> PersonView:
        own = getattr(people, role)
        return PersonView(title=own.title or title, name=own.name, email=own.email, telephone=own.telephone)

    return OfficeView(
        name=office.name,
        short_name=office.short_name or office.name,
        inbox_address=office.inbox_address,
        website=office.website,
        privacy_notice=office.privacy_notice,
        reference_prefix=office.reference_prefix,
        commissioner=commissioner,
        commissioner_cy=commissioner_cy,
        spoc=person("spoc", protocol.spoc_title),
        chief_executive=person("chief_executive", protocol.chief_executive_title),
        paro=person("paro", "Police Area Returning Officer"),
        answering_title=people.spoc.title or protocol.answering_title,
        languages=settings.languages,
    )


def phase_view(timetable: Timetable, now: datetime) -> PhaseView:
    """The phase at a moment, with what still lies ahead, each date with its source."""
    today = now.astimezone(LONDON).date()

    def day(key: str) -> date | None:
        found = timetable.get(key)
        return found.day if found else None

    ahead = [d for d in timetable.dates if d.day >= today]
    return PhaseView(
        phase=timetable.phase(now),
        today=today,
        poll_date=timetable.poll_date,
        pre_election_start=day("pre_election_period_start"),
        close_of_nominations=day("close_of_nominations"),
        dates=tuple(_date_view(d) for d in ahead),
        events=tuple(_date_view(d) for d in ahead if d.key.startswith("event_")),
    )


def _date_view(found: KeyDate) -> DateView:
    hour = found.when.astimezone(LONDON).time() if isinstance(found.when, datetime) else None
    return DateView(label=found.title, on=found.day, at=hour, source=found.source, place=found.place)
