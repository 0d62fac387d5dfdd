"""`check`: is the installation right? One finding a line: ok, a remark, or what to do. Sends nothing.

A broken configuration is not a finding: it raises ConfigError, after everything else was looked at.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import stat
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from zoneinfo import TZPATH, available_timezones

from . import bootstrap
from .calendar import bankholidays
from .calendar.timetable import Timetable, timetable
from .casework import vocabulary
from .config import Settings
from .errors import ConfigError, MailboxError, UnavailableError
from .render import check as render_check
from .render.mails import Mails
from .store import facts
from .store.database import Database
from .transport import smtp
from .transport.endpoints import endpoint_of
from .transport.imap import Mailbox
from .triage import setup

SECONDS = 15  # for each answer of a mail server
CLOCK_SLACK = dt.timedelta(minutes=5)
FIRST_YEAR = 2026  # of this program: an earlier clock is wrong
EXCHANGE_HOSTS = ("outlook.office365.com", "outlook.office.com")
EXCHANGE = (
    "Exchange keeps the copy of an officer's answer in the officer's own Sent Items unless the shared "
    "mailbox has MessageCopyForSentAsEnabled and MessageCopyForSendOnBehalfEnabled set: please make sure"
)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line. `problem` empty: ok, perhaps with a remark. `broken`: the configuration is at fault."""

    subject: str
    problem: str = ""
    remark: str = ""
    unreachable: bool = False
    broken: bool = False

    @property
    def text(self) -> str:
        return self.problem or (f"ok: {self.remark}" if self.remark else "ok")


def run(settings: Settings, *, offline: bool = False, now: dt.datetime | None = None) -> Iterator[Finding]:
    """Every check, in order; each is a line or several, whatever became of the one before."""
    moment = now or bootstrap.utc_now()
    yield _ok("configuration", f"profile {settings.office.profile}, mode {settings.office.mode}")
    looks: list[tuple[str, Callable[[], Iterator[Finding]]]] = [
        ("rules", lambda: _rules(settings)),
        ("templates", lambda: _templates(settings)),
        ("key", lambda: _key(settings)),
        ("database", lambda: _database(settings, moment)),
        ("archive", lambda: _archive(settings)),
        ("clock", lambda: _clock(moment)),
        ("holidays", lambda: _holidays(settings, moment)),
        ("timetable", lambda: _timetable(settings)),
        ("office", lambda: _office(settings)),
        ("plus addressing", lambda: _plus_addressing(settings)),
    ]
    if not offline:
        looks += [("IMAP", lambda: _imap(settings)), ("SMTP", lambda: _smtp(settings))]
    for subject, look in looks:
        try:
            yield from look()
        except UnavailableError as error:
            yield Finding(subject=subject, problem=str(error), unreachable=True)
        except ConfigError as error:
            yield Finding(subject=subject, problem=str(error), broken=True)


def timetable_of(settings: Settings) -> Timetable:
    """The election's dates with the office's holidays."""
    return timetable(
        settings.election.type,
        settings.election.poll_date,
        settings.election.model_dump(),
        changes=bootstrap.holiday_changes(settings),
    )


def _ok(subject: str, remark: str = "") -> Finding:
    return Finding(subject=subject, remark=remark)


def _rules(settings: Settings) -> Iterator[Finding]:
    found = setup.context_from(settings).rules
    yield _ok("rules", f"{len(found.rules)} rules, digest {setup.digest(settings)[:12]}")
    words = vocabulary.load(bootstrap.own_or_shipped(settings, settings.files.commands, "commands.toml")[-1])
    yield _ok("commands", f"{len(words.rows)} forms of plain words")


def _templates(settings: Settings) -> Iterator[Finding]:
    mails = Mails(settings, bootstrap.template_dirs(settings))
    yield _ok("templates", f"{render_check.check_all(mails)} renderings in every profile and phase")
    if "cy" in settings.languages and (missing := render_check.missing_in_welsh(mails)):
        yield Finding(subject="Welsh", problem=f"not in Welsh yet, so sent in English: {', '.join(missing)}")


def _key(settings: Settings) -> Iterator[Finding]:
    bootstrap.read_key(settings)
    path = settings.path(settings.security.key_file)
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Finding(subject="key", problem=f"others can read {path}: chmod 600 it")
    else:
        yield _ok("key")


def _database(settings: Settings, now: dt.datetime) -> Iterator[Finding]:
    database = Database(settings.database_url)
    try:
        database.require_current_schema()
        if wrong := database.integrity():
            problem = "; ".join(w.rstrip(".") for w in wrong[:3])
            yield Finding(subject="database", problem=f"{problem}: restore the latest backup")
            return
        with database.begin() as session:
            last, paused = facts.get_time(session, "last_pass"), facts.paused(session)
        remark = f"schema {database.schema_versions()[0]}"
        yield _ok("database", remark + (", sending is paused" if paused else ""))
        if last is not None and last > now + CLOCK_SLACK:
            yield Finding(
                subject="clock",
                problem=f"it is behind the register's last pass ({last:%d %B %Y %H:%M} UTC): set it right",
            )
    finally:
        database.dispose()


def _archive(settings: Settings) -> Iterator[Finding]:
    folder = settings.path(settings.archive.path)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"check")
            file.flush()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        yield Finding(
            subject="archive",
            problem=f"{folder} cannot be written ({reason}): give this user write access, or make room",
            unreachable=True,
        )
    else:
        yield _ok("archive", str(folder))


def _clock(now: dt.datetime) -> Iterator[Finding]:
    if now.year < FIRST_YEAR:
        yield Finding(subject="clock", problem=f"it says {now:%d %B %Y}: set it right, or let NTP do so")
    elif not TZPATH and "Europe/London" not in available_timezones():
        yield Finding(subject="clock", problem="there is no time-zone data: install tzdata")
    else:
        yield _ok("clock", f"{now:%d %B %Y %H:%M} UTC")


def _holidays(settings: Settings, now: dt.datetime) -> Iterator[Finding]:
    data = bankholidays.holiday_data(
        now.astimezone(settings.office.zone).date(),
        bootstrap.holiday_changes(settings),
        needed_until=timetable_of(settings).dates[-1].day,
    )
    yield Finding(
        subject="holidays",
        problem="" if data.ok else data.sentence,
        remark=data.sentence.rstrip("."),
    )


def _timetable(settings: Settings) -> Iterator[Finding]:
    table = timetable_of(settings)
    for warning in table.warnings:
        yield Finding(subject="timetable", problem=warning)
    if not table.warnings:
        yield _ok("timetable", f"poll on {table['poll'].text}")


def _office(settings: Settings) -> Iterator[Finding]:
    """What is allowed, and yet worth a second thought."""
    office, people, days = settings.office, settings.people, settings.deadlines
    microsoft = settings.trust.provider == "microsoft365" or settings.mailbox.host.lower() in EXCHANGE_HOSTS
    problems = (
        (
            "privacy notice",
            not office.privacy_notice,
            "office.privacy_notice is missing: people are told what is done with their data (R30)",
        ),
        (
            "alternate",
            not people.alternate.email,
            "people.alternate is missing: complaints that name the SPOC or the Chief Executive have nowhere "
            "to go",
        ),
        (
            "force's SPOC",
            settings.protocol.two_spocs and not people.force_spoc.email,
            "people.force_spoc is missing: the protocol has the force keep a log of its own contacts (R23)",
        ),
        (
            "trust",
            settings.trust.provider == "authentication-results" and not settings.trust.authserv_id,
            "trust.authserv_id is missing: officers' commands by mail are only believed after a confirmation",
        ),
        (
            "targets",
            days.candidate_working_days != days.public_working_days,
            f"candidates are to be answered within {days.candidate_working_days} working days, the public "
            f"within {days.public_working_days}: candidates have no greater right to information (R4)",
        ),
    )
    for subject, wrong, problem in problems:
        yield Finding(subject=subject, problem=problem) if wrong else _ok(subject)
    if microsoft:
        yield _ok("Exchange", EXCHANGE)


def _plus_addressing(settings: Settings) -> Iterator[Finding]:
    """The setting is a promise about the server; only a mail that came that way proves it."""
    if not settings.mailbox.plus_addressing:
        return
    database = Database(settings.database_url)
    try:
        with database.begin() as session:
            seen = facts.get_time(session, facts.PLUS_ADDRESSING)
    finally:
        database.dispose()
    if seen is not None:
        yield _ok("plus addressing", f"mail to such an address arrived on {seen:%d %B %Y}")
        return
    local, _, domain = settings.office.inbox_address.partition("@")
    problem = (
        f"not proved yet: from an officer's address send a mail with the subject “help” to "
        f"{local}+check@{domain}; if it comes back, set mailbox.plus_addressing = false, or no button in a "
        "notice will work"
    )
    yield Finding(subject="plus addressing", problem=problem)


def _imap(settings: Settings) -> Iterator[Finding]:
    wanted = settings.mailbox
    endpoint = endpoint_of(wanted)
    with Mailbox(endpoint, timeout=SECONDS) as mailbox:
        yield _ok("IMAP", f"logged in to {endpoint.place}")
        found = mailbox.resolve(inbox=wanted.inbox, sent=wanted.sent, junk=wanted.junk)
        mailbox.state(found.inbox)
        for name, folder, loss in (
            ("sent", found.sent, "answers from a mail program are only seen as copies in the inbox"),
            ("junk", found.junk, "a candidate's mail in there would be a lost request (R29)"),
        ):
            if folder is None:
                yield Finding(
                    subject=f"{name} folder", problem=f"none was found: set mailbox.{name}; without it {loss}"
                )
            else:
                try:
                    mailbox.state(folder)
                except MailboxError as error:
                    yield Finding(subject=f"{name} folder", problem=str(error), unreachable=True)
                else:
                    yield _ok(f"{name} folder", folder)


def _smtp(settings: Settings) -> Iterator[Finding]:
    endpoint = endpoint_of(settings.smtp)
    asyncio.run(smtp.check(endpoint, timeout=SECONDS))
    yield _ok("SMTP", f"logged in to {endpoint.place}" if endpoint.username else f"reached {endpoint.place}")
