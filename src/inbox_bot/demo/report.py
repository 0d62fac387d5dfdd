"""The account of the demo for people: what came, what each writer got, what was found and published.

Everything printed is read from the register, the SMTP server's folder and the built site; nothing is
written down beforehand.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Sequence

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from ..casework.showing import export_rows
from ..register.export import ExportRow
from ..register.states import Outcome
from . import checks, scenario
from .player import Show
from .servers import Sent

WIDTH = 112  # columns where the output is no terminal, and at most elsewhere: longer lines read badly
_GREEN, _RED, _QUIET = "green", "bold red", "bright_black"


def _console() -> Console:
    probe = Console()
    return Console(width=min(probe.width, WIDTH) if probe.is_terminal else WIDTH, highlight=False)


def opening(show: Show) -> None:
    """Said before the play, which takes a while."""
    settings = show.service.settings
    first, last = scenario.PASSES[0], scenario.PASSES[-1]
    arriving = sum(delivery.outcome is not None for delivery in scenario.DELIVERIES)
    console = _console()
    console.print()
    console.rule(f"[bold]{settings.office.name}[/bold] (invented)")
    console.print(
        f"A real IMAP server on port {show.mailbox.port} and a real SMTP server on port {show.smtp.port}, "
        f"on this machine only. {arriving} sample mails arrive between {_day(first)} and "
        f"{_day(last)}; an older one is there already and is left alone. The service is the one that an "
        "office runs; only its clock is simulated. "
        "One moment, please …"
    )


def account(show: Show, findings: Sequence[checks.Finding], *, seconds: float) -> None:
    """The whole account."""
    console = _console()
    with show.job() as job:
        rows = export_rows(job)
        answered = show.entry(job.session, scenario.WITH_DOCUMENT)
        reference = answered.reference if answered is not None else ""
    parts: Iterable[tuple[str, RenderableType]] = (
        ("Day by day", _days(show)),
        ("The register of contacts", _register(rows)),
        ("What each enquirer got from the service", _got(show)),
        ("One acknowledgement in full", _acknowledgement(show, reference)),
        (
            "The officer answered from an ordinary mail client; this filled the register",
            _answer(rows, reference),
        ),
        ("Reminders", _reminders(show)),
        (f"What the public reads of {reference}", _public(show, reference)),
        ("The Chief Executive's digest on the last morning", _digest(show)),
        ("Was everything as it should be?", _verdict(show, findings)),
    )
    for title, part in parts:
        console.print()
        console.print(Text(title, style="bold"))
        console.print(part)
    console.print(Text("\nWhere to look", style="bold"))
    console.print(_places(show), soft_wrap=True)  # a path must stay on one line to be copied
    console.print()
    wrong = sum(not finding.ok for finding in findings)
    said = Text("All as it should be" if not wrong else f"{wrong} of {len(findings)} checks failed")
    said.stylize(_RED if wrong else f"bold {_GREEN}")
    console.print(said, Text(f"in {seconds:.0f} seconds.", style=_QUIET))


def _day(moment: dt.date) -> str:
    return f"{moment:%A} {moment.day} {moment:%B %Y}"


def _when(moment: dt.datetime) -> str:
    return f"{moment:%a} {moment.day} {moment:%b %H:%M}"


def _table(*columns: str, right: Sequence[str] = ()) -> Table:
    table = Table(header_style="bold", border_style=_QUIET, expand=True)
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return table


def _days(show: Show) -> Table:
    figures = (
        "Mail in",
        "New entries",
        "Acknowledged",
        "Answers found",
        "Reminders",
        "Previews",
        "Published",
    )
    table = _table("Day", *figures, "Digest", right=figures)
    days = sorted({moment.date() for moment, _, _ in show.passes})
    for day in days:
        reports = [report for moment, report, _ in show.passes if moment.date() == day]
        numbers = (
            sum(r.fetched for r in reports),
            sum(r.outcomes[Outcome.FILED] for r in reports),
            sum(r.acknowledged for r in reports),
            sum(r.replies_matched for r in reports),
            sum(r.reminders_sent for r in reports),
            sum(r.approvals_requested for r in reports),
            sum(r.published for r in reports),
        )
        sent = "sent" if any(r.digest_sent for r in reports) else "–"
        table.add_row(f"{day:%a} {day.day} {day:%b}", *(str(n) if n else "–" for n in numbers), sent)
    return table


def _register(rows: Sequence[ExportRow]) -> Table:
    table = Table(header_style="bold", border_style=_QUIET, expand=True)
    for column in ("Ref", "Came", "From", "What", "Status", "Due", "Website"):
        table.add_column(column, no_wrap=column != "What", ratio=1 if column == "What" else None)
    for row in rows:
        came = dt.datetime.fromisoformat(row.date_of_contact) if row.date_of_contact else None
        due = dt.date.fromisoformat(row.due_on) if row.due_on else None
        table.add_row(
            row.reference,
            f"{came:%a} {came.day}" if came else "–",
            Text(row.contact_name or row.contact_email or "–"),
            _what(row),
            Text(_words(row.status), style=_GREEN if row.status in ("answered", "closed") else ""),
            f"{due.day} {due:%b}" if due else "–",
            Text(_words(row.publication), style=_GREEN if row.publication == "published" else ""),
        )
    return table


def _what(row: ExportRow) -> str:
    kind = f"{_words(row.underlying)} (by the force)" if row.underlying else _words(row.category)
    return ": ".join(filter(None, (kind, ", ".join(_words(matter) for matter in row.matters))))


def _words(value: str) -> str:
    """A category, matter or state as people say it."""
    return {"foi": "FOI", "sar": "own data"}.get(value, value.replace("_", " "))


def _got(show: Show) -> Group:
    people = show.service.settings.people.addresses
    table = _table("To", "When", "Subject")
    outside = [sent for sent in show.post_box.sent if not people.issuperset(sent.recipients)]
    for sent in outside:
        table.add_row(Text(", ".join(sent.recipients)), _when(sent.at), Text(sent.subject))
    silent = Counter(d.outcome for d in scenario.DELIVERIES if d.outcome and not d.acknowledged)
    words = ", ".join(f"{n} {outcome.value.replace('_', ' ')}" for outcome, n in silent.items())
    return Group(table, Text(f"No acknowledgement went to the other mails ({words}).", style=_QUIET))


def _acknowledgement(show: Show, reference: str) -> RenderableType:
    mail = next((s for s in checks.acknowledgements(show) if f"[{reference}]" in s.subject), None)
    return _mail(mail) if mail is not None else Text("None was sent.", style=_RED)


def _mail(sent: Sent) -> Panel:
    head = Text(f"To: {', '.join(sent.recipients)}\nSubject: {sent.subject}\n", style=_QUIET)
    return Panel(Group(head, Text(sent.text().strip())), border_style=_QUIET)


def _answer(rows: Sequence[ExportRow], reference: str) -> RenderableType:
    row = next((row for row in rows if row.reference == reference), None)
    if row is None or not row.information_provided:
        return Text("No answer was found.", style=_RED)
    table = Table.grid(padding=(0, 2))
    table.add_column(style=_QUIET, no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in (
        ("Reference", row.reference),
        ("Enquirer", f"{row.contact_name} ({(row.contact_role or '').replace('_', ' ')})"),
        ("Information sought", row.information_sought),
        ("Officer", f"{row.officer}{' (assumed)' if row.officer_assumed else ''}"),
        ("Information provided", row.information_provided),
        ("Documents provided", ", ".join(row.provided_refs) or "none"),
        ("Answered", _iso(row.answered_at)),
        ("Added to register", _iso(row.date_added_to_register)),
        ("Added to website", _iso(row.date_added_to_website)),
    ):
        table.add_row(name, Text(value))
    return Panel(table, border_style=_QUIET)


def _iso(value: str | None) -> str:
    if not value:
        return "–"
    return _day(dt.datetime.fromisoformat(value))


def _reminders(show: Show) -> RenderableType:
    people = show.service.settings.people
    office = {people.spoc.email: "SPOC", people.chief_executive.email: "Chief Executive"}
    table = _table("When", "To", "Subject")
    for sent in show.post_box.sent:
        if "due, the first" in sent.subject or sent.subject.startswith("Overdue"):
            table.add_row(
                _when(sent.at), ", ".join(office.get(a, a) for a in sent.recipients), Text(sent.subject)
            )
    return table if table.row_count else Text("None was due.", style=_QUIET)


def _public(show: Show, reference: str) -> RenderableType:
    path = show.site / "register.json"
    found = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    row = next((r for r in found if r.get("reference") == reference), None)
    if row is None:
        return Text("It is not on the website.", style=_RED)
    asked, answered = Text(str(row["information_sought"])), Text(str(row["information_provided"]))
    came, added = _iso(row["date_of_contact"]), _iso(row["date_added_to_website"])
    head = f"{row['contact']} · {came} · on the website {added}"
    bold = "bold"
    return Panel(
        Group(
            Text(head, style=_QUIET),
            Text("\nAsked", style=bold),
            asked,
            Text("\nAnswered", style=bold),
            answered,
        ),
        border_style=_QUIET,
    )


def _digest(show: Show) -> RenderableType:
    mornings = checks.digests(show)
    return _mail(mornings[-1]) if mornings else Text("None was sent.", style=_RED)


def _verdict(show: Show, findings: Sequence[checks.Finding]) -> Group:
    totals: Counter[str] = Counter()
    for _, report, _ in show.passes:
        totals.update({outcome.value.replace("_", " "): n for outcome, n in report.outcomes.items()})
    received = sum(report.fetched for _, report, _ in show.passes)
    lines = [Text(f"received {received} = " + " + ".join(f"{n} {name}" for name, n in totals.items() if n))]
    for finding in findings:
        lines.append(
            Text.assemble(("✓ " if finding.ok else "✗ ", _GREEN if finding.ok else _RED), finding.claim)
        )
        lines += [Text(f"    {one}", style=_RED) for one in finding.wrong]
    return Group(*lines)


def _places(show: Show) -> Text:
    digests = checks.digests(show)
    settings = show.home / "config" / "inbox-bot.toml"
    places = (
        ("Website", show.site / "index.html"),
        ("Mails that were sent", show.post_box.folder),
        ("Last digest", digests[-1].path if digests else "–"),
        ("Mails as they came", show.service.settings.path(show.service.settings.archive.path)),
        ("Configuration", settings),
        ("Register", f"inbox-bot --config {settings} register list"),
    )
    return Text("\n".join(f"{name:22}{place}" for name, place in places))
