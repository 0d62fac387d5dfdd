"""The timetable as a calendar file (RFC 5545) that people can add to their own calendars.

Whole-day events for dates, moments in UTC where the law fixes an hour: no VTIMEZONE is needed, and the
clock change in March cannot move anything. The UID of an event stays the same when its date changes, so
that a file imported again moves the event instead of adding a second one.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from icalendar import Calendar, Event

from .timetable import KeyDate, Timetable
from .words import skipped_text


def to_ics(table: Timetable, office_name: str, now: datetime) -> bytes:
    """The file's octets, CRLF line ends; `now` is the time stamp of every event."""
    calendar = Calendar()
    calendar.add("prodid", "-//inbox-bot//election timetable//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"Election timetable, {office_name}")
    for key_date in table.dates:
        calendar.add_component(_event(key_date, table, office_name, now))
    return bytes(calendar.to_ical())


def _event(key_date: KeyDate, table: Timetable, office_name: str, now: datetime) -> Event:
    event = Event()
    name = f"{office_name}/{table.election_type}/{table.poll_date}/{key_date.key}"
    event.add("uid", str(uuid5(NAMESPACE_URL, name)))
    event.add("dtstamp", now.astimezone(UTC))
    event.add("summary", key_date.title)
    if isinstance(key_date.when, datetime):
        event.add("dtstart", key_date.when.astimezone(UTC))
    else:
        event.add("dtstart", key_date.when)
        event.add("dtend", key_date.when + timedelta(days=1))  # exclusive, RFC 5545 3.6.1
    if key_date.place:
        event.add("location", key_date.place)
    event.add("description", _description(key_date))
    event.add("transp", "TRANSPARENT")  # does not show its owner as busy
    return event


def _description(key_date: KeyDate) -> str:
    lines = [f"{key_date.counted} {key_date.unit}: {key_date.rule}" if key_date.counted else key_date.rule]
    lines.append(f"Source: {key_date.source}")
    if key_date.skipped:
        lines.append(f"Not counted: {skipped_text(key_date.skipped)}")
    return "\n".join(line for line in [*lines, *key_date.notes] if line)
