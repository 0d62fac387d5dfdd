"""Every command on a small register: what it prints, what it changes, its exit code."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path

import openpyxl
import pytest
from icalendar import Calendar

from inbox_bot import bootstrap, config
from inbox_bot.casework import publishing
from inbox_bot.casework.desk import Job
from inbox_bot.register.states import Outcome
from inbox_bot.store import entries, messages
from inbox_bot.store.database import Database
from inbox_bot.store.tables import Received

from ..installation import Installation
from .conftest import Cli

CORPUS = Path(__file__).parents[1] / "corpus"
NAME, ADDRESS = "Merryn Trevanion", "m.trevanion@mail.example"


@pytest.fixture
def filled(ready: Cli) -> Cli:
    """HDL-0001 by a candidate, HDL-0002 by a journalist, HDL-0003 a request under the Act."""
    for role, more in (("candidate", []), ("journalist", []), ("member_of_public", ["--category", "foi"])):
        done = ready(
            "register", "add", "--method", "telephone", "--name", NAME, "--email", ADDRESS,
            "--sought", f"A question of a {role}.", "--role", role, *more,
        )  # fmt: skip
        assert done.code == 0, done.err
    return ready


def entry(cli: Cli, reference: str = "HDL-0001") -> dict[str, object]:
    found = cli("register", "show", reference, "--json").json
    assert isinstance(found, dict)
    return found


def answered(office: Installation, reference: str) -> None:
    """As the officer's reply would leave it."""
    service = bootstrap.build(config.load(office.config))
    with service.database.begin() as session:
        job = Job(desk=service.desk, session=session, now=service.clock())
        row = entries.get(session, reference)
        entries.answer(row, text=f"Dear {NAME}, it is £5.", officer="Nerys", assumed=False, at=job.now)
        publishing.schedule(job, row)
    service.database.dispose()


def test_version_and_help_for_every_command(cli: Cli) -> None:
    assert cli("--version").out.startswith("inbox-bot ")
    text = cli("--help").out
    names = [line.split()[0] for line in text.partition("Commands:")[2].splitlines() if line.startswith("  ")]
    assert {"demo", "init", "check", "run", "once", "classify", "register", "decide", "status"} <= set(names)
    for name in names[: names.index("audit") + 1]:
        done = cli(name, "--help")
        assert done.code == 0
        sentence = done.out.splitlines()[2].strip()
        assert len(sentence) > 15, name


def test_config_may_stand_after_the_command_too(ready: Cli, office: Installation) -> None:
    for placed in (["--config", str(office.config)], [f"--config={office.config}", "--json"]):
        assert ready("status", *placed, config=Path("not-this-one")).code == 0


def test_db_upgrade_makes_database_and_key_for_this_user_alone(cli: Cli, office: Installation) -> None:
    done = cli("db", "upgrade")
    assert (done.code, done.err) == (0, "")
    for name in ("key", "inbox-bot.db"):
        assert stat.S_IMODE((office.home / "var" / name).stat().st_mode) == 0o600
    assert "already" in cli("db", "upgrade").out


def test_register_add_confirms_in_writing_and_tells_the_owner(filled: Cli) -> None:
    rows = filled("register", "export", "--format", "json").json
    assert [(r["reference"], r["category"]) for r in rows] == [
        ("HDL-0001", "candidate_enquiry"),
        ("HDL-0002", "media"),
        ("HDL-0003", "foi"),
    ]
    assert rows[0]["method_of_contact"] == "telephone" and rows[0]["counts_as_candidate"] is True
    queued = filled("outbox", "list", "--json").json
    assert [(m["kind"], m["recipients"]) for m in queued if m["reference"] == "HDL-0001"] == [
        ("acknowledgement", [ADDRESS]),
        ("notice", ["spoc@harrowdale-pcc.example"]),
    ]


def test_register_add_takes_the_role_from_the_roster_and_a_date(ready: Cli, tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text(f"name,email,role,standing\n{NAME},{ADDRESS},candidate,nominated\n")
    assert ready("candidates", "import", str(roster)).out == "Read 1: 1 added, 0 changed.\n"
    added = ready("register", "add", "--name", NAME, "--sought", "By when?", "--date", "2026-03-02T14:30")
    assert "HDL-0001" in added.out
    row = entry(ready)
    assert row["category"] == "candidate_enquiry" and row["contact_role"] == "candidate"
    assert row["date_of_contact"] == "2026-03-02T14:30:00+00:00"
    assert ready("outbox", "list", "--json").json[0]["kind"] == "notice"  # no address: nothing to confirm to


def test_candidates_list_says_who_is_what_today(ready: Cli, tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text(f"name,email,role,standing,date\n{NAME},{ADDRESS},candidate,declared,2026-02-01\n")
    ready("candidates", "import", str(roster))
    (person,) = ready("candidates", "list", "--json").json
    assert person["standings"] == [{"from": "2026-02-01", "standing": "declared"}]
    assert NAME in ready("candidates", "list").out


def test_export_in_three_formats(filled: Cli, office: Installation) -> None:
    rows = filled("register", "export", "--format", "json").json
    table = list(csv.DictReader(io.StringIO(filled("register", "export").out)))
    assert [r["reference"] for r in table] == [r["reference"] for r in rows]
    assert set(table[0]) == set(rows[0])
    target = office.home / "register.xlsx"
    assert filled("register", "export", "--format", "xlsx", "--output", str(target)).code == 0
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    sheet = openpyxl.load_workbook(target).active
    assert [c.value for c in sheet["A"]] == ["Reference", "HDL-0001", "HDL-0002", "HDL-0003"]
    assert filled("register", "export", "--owner", "force", "--format", "json").json == []


def test_list_and_show(filled: Cli) -> None:
    (row,) = filled("register", "list", "--category", "foi", "--json").json
    assert row["reference"] == "HDL-0003"
    assert filled("register", "list", "--overdue", "--json").json == []
    assert "HDL-0002" in filled("register", "list", "--status", "open").out
    text = filled("register", "show", "hdl-0003").out
    assert "A question of a member_of_public." in text
    assert "20 working days" in text and "s.10(1)" in text  # the deadline with its law


def test_decide_reclassify_assign_refer_close_reopen(filled: Cli) -> None:
    said = filled("decide", "HDL-0001", "yes", "--reason", "equal for all", "--risk-mitigation", "one day")
    assert said.code == 0, said.err
    (decision,) = entry(filled)["decisions"]  # type: ignore[misc]  # a list of objects
    assert (decision["decision"], decision["rationale"], decision["risk_mitigation"], decision["by"]) == (
        "yes",
        "equal for all",
        "one day",
        "command-line",
    )
    assert filled("reclassify", "HDL-0002", "conduct-concern").code == 0
    changed = entry(filled, "HDL-0002")
    assert (changed["category"], changed["publication"]) == ("conduct_concern", "never")
    assert filled("assign", "HDL-0001", "spoc@harrowdale-pcc.example").code == 0
    assert filled("assign", "HDL-0001", "stranger@mail.example").code == 2
    assert filled("refer", "HDL-0002", "paro").code == 0
    assert filled("close", "HDL-0001", "--reason", "asked twice").code == 0
    assert entry(filled)["status"] == "closed"
    assert filled("reopen", "HDL-0001").code == 0
    assert entry(filled)["status"] == "open"
    assert filled("reclassify", "HDL-0001", "gossip").code == 2


def test_extend_and_authority_move_the_statutory_date(filled: Cli) -> None:
    before = entry(filled, "HDL-0003")["statutory_due_on"]
    assert before is not None
    assert filled("extend", "HDL-0003", "public_interest", "2027-03-12").code == 0
    assert entry(filled, "HDL-0003")["statutory_due_on"] == "2027-03-12"
    assert filled("extend", "HDL-0001", "fees").code == 2  # no statutory date there
    assert filled("authority", "HDL-0003", "force").code == 0
    assert entry(filled, "HDL-0003")["responsible_authority"] == "force"


def test_approve_several_at_once_and_publish(filled: Cli, office: Installation) -> None:
    for reference in ("HDL-0001", "HDL-0003"):
        answered(office, reference)
    done = filled("approve", "HDL-0001", "HDL-0002", "HDL-0003")
    assert done.code == 2 and done.err.startswith("HDL-0002 has no answer yet")
    assert [entry(filled, r)["publication"] for r in ("HDL-0001", "HDL-0003")] == ["approved", "approved"]
    dry = filled("publish", "--dry-run")
    assert dry.code == 0 and "2 entries" in dry.out and not (office.home / "var/site").exists()
    assert filled("publish").code == 0
    page = (office.home / "var/site/index.html").read_text()
    assert "HDL-0001" in page and "Trevanion" not in page
    assert entry(filled)["publication"] == "published" and entry(filled)["date_added_to_website"]
    assert filled("withdraw", "HDL-0001", "--reason", "an error").code == 0
    assert filled("publish").code == 0
    assert entry(filled)["publication"] == "withdrawn"


def test_hold_until_and_keep_off(filled: Cli, office: Installation) -> None:
    for reference in ("HDL-0001", "HDL-0003"):
        answered(office, reference)
    assert filled("hold", "HDL-0001", "--reason", "legal advice", "--until", "2027-03-01").code == 0
    assert entry(filled)["publication"] == "held" and entry(filled)["not_published_reason"] == "legal advice"
    assert filled("keep-off", "HDL-0003", "--reason", "one person's matter").code == 0
    assert entry(filled, "HDL-0003")["not_published_reason"] == "N/A: one person's matter"


def test_release_a_held_acknowledgement(cli: Cli, office: Installation) -> None:
    office.write({**office.data, "office": {**office.data["office"], "mode": "observe"}})
    cli("db", "upgrade")
    cli("register", "add", "--name", NAME, "--email", ADDRESS, "--sought", "x")
    assert [m["state"] for m in cli("outbox", "list", "--json").json] == ["held", "queued"]
    assert cli("release", "HDL-0001").code == 2  # while it only observes, nothing is let go
    office.write({**office.data, "office": {**office.data["office"], "mode": "live"}})
    assert cli("release", "HDL-0001").code == 0
    assert [m["state"] for m in cli("outbox", "list", "--json").json] == ["queued", "queued"]
    assert cli("release", "HDL-0001").code == 2
    assert cli("outbox", "cancel", "1").code == 0
    assert [m["id"] for m in cli("outbox", "list", "--json").json] == [2]


def test_pause_and_resume(ready: Cli) -> None:
    assert ready("pause", "--reason", "a fault").out == (
        "All sending is paused; mail is still taken in and filed.\n"
    )
    assert ready("status", "--json").json["paused"]["why"] == "a fault"
    assert "PAUSED" in ready("status").out
    assert "already" in ready("pause").out
    assert ready("resume").out == "Sending goes on.\n"
    assert ready("status", "--json").json["paused"] is None


def test_status(filled: Cli) -> None:
    found = filled("status", "--json").json
    assert found["entries"]["total"] == 3 and found["outbox"]["queued"] == 6
    assert found["last_poll"] is None and found["set_aside"] == []
    assert {t["kind"] for t in found["next_timers"]} == {"reminder"}
    assert "3 total" in filled("status").out


def test_set_aside_and_requeue(ready: Cli, office: Installation) -> None:
    service = bootstrap.build(config.load(office.config))
    with service.database.begin() as session:
        for uid, sha256 in ((1, "a" * 64), (2, "")):
            session.add(
                Received(
                    place="inbox", folder="INBOX", uidvalidity=1, uid=uid, sha256=sha256, size=1, tries=3,
                    received_at=service.clock(), taken_in_at=service.clock(),
                    outcome=Outcome.SET_ASIDE, reason="ValueError in parse, line 1",
                    subject="a subject \x1b[2J that moves the cursor",
                )
            )  # fmt: skip
    assert [r["id"] for r in ready("set-aside", "list", "--json").json] == [1, 2]
    shown = ready("set-aside", "list").out
    assert "ValueError" in shown and "\x1b[2J" not in shown
    assert ready("requeue", "1").code == 0
    assert ready("requeue", "2").code == 2  # its bytes are not here
    with service.database.begin() as session:
        row = session.get(Received, 1)
        assert row is not None and (row.outcome, row.tries) == (Outcome.PENDING, 0)
        assert messages.pending(session) == [1]
    service.database.dispose()


def test_timetable(cli: Cli) -> None:
    text = cli("timetable").out
    assert "Thursday 6 May 2027" in text and "Not counted" in text
    calendar = Calendar.from_ical(cli("timetable", "--ics").out)
    rows = cli("timetable", "--json").json
    assert len(calendar.walk("VEVENT")) == len(rows)
    (poll,) = [r for r in rows if r["key"] == "poll"]
    assert poll["when"] == "2027-05-06"


def test_texts_to_hand_out(cli: Cli) -> None:
    done = cli("texts")
    assert done.code == 0
    assert done.out.count("election@harrowdale-pcc.example") == 2
    assert "Social media response" in done.out and "Force response" in done.out


def test_digest_preview_and_send(filled: Cli) -> None:
    done = filled("digest", "--preview")
    assert done.code == 0 and done.out.startswith("Subject: ") and "HDL-0001" in done.out
    assert "received 0 = filed 0" in done.out
    before = len(filled("outbox", "list", "--json").json)
    assert filled("digest", "--send", "--date", "2026-11-02").code == 0
    queued = filled("outbox", "list", "--json").json
    assert len(queued) == before + 1
    assert (queued[-1]["kind"], queued[-1]["recipients"]) == (
        "digest",
        ["chief.executive@harrowdale-pcc.example"],
    )


def test_fairness(filled: Cli) -> None:
    (row,) = filled("fairness", "--json").json
    assert (row["name"], row["enquiries"], row["open"]) == (NAME, 1, 1)
    assert NAME in filled("fairness").out


def test_audit_verify_and_show(filled: Cli, office: Installation) -> None:
    done = filled("audit", "verify", "--json")
    assert done.code == 0 and done.json["whole"] is True and done.json["rows"] > 3
    shown = filled("audit", "show", "HDL-0001", "--json").json
    assert shown[0]["actor"] == "command-line" and {r["subject"] for r in shown} == {"HDL-0001"}
    assert NAME not in json.dumps(shown) and ADDRESS not in json.dumps(shown)
    database = Database(office.database_url)
    with database.engine.connect() as connection:
        for trigger in (
            connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'"
            )
            .scalars()
            .all()
        ):
            connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
        connection.exec_driver_sql("UPDATE audit SET actor = 'spoc' WHERE id = 2")
        connection.commit()
    database.dispose()
    broken = filled("audit", "verify")
    assert broken.code == 1 and "row 2" in broken.out


def test_backup_and_restore(filled: Cli, office: Installation, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    assert filled("backup", str(target)).code == 0
    assert filled("backup", str(target)).code == 2  # never over another one
    assert filled("restore", str(target)).code == 2  # there is a register
    done = filled("restore", str(target), "--replace")
    assert done.code == 0, done.err
    found = filled("status", "--json").json
    assert found["entries"]["total"] == 3
    assert found["paused"] is not None and found["outbox"]["unknown"] == 6
    assert filled("outbox", "sent", "1").code == 0
    assert filled("outbox", "send-again", "2", "3").code == 0
    assert filled("resume").code == 0
    again = filled("status", "--json").json["outbox"]
    assert (again["unknown"], again["sent"], again["queued"]) == (3, 1, 2)


def test_retention_refuses_too_early_and_keeps_holds(filled: Cli) -> None:
    done = filled("retention", "--before", "2027-01-01", "--dry-run")
    assert done.code == 0 and "Not yet:" in done.out
    assert filled("retention", "--hold", "HDL-0003", "--reason", "a request is open").code == 0
    assert filled("retention", "--lift", "HDL-0003").out == "The hold is lifted.\n"


def test_classify_needs_no_installation(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from inbox_bot.cli import main

    from ..installation import Done

    monkeypatch.chdir(tmp_path)
    (tmp_path / "mails").mkdir()
    for source in sorted(CORPUS.glob("00*.eml")):
        (tmp_path / "mails" / source.name).write_bytes(source.read_bytes())
    import contextlib

    out = io.StringIO()
    with contextlib.redirect_stdout(out), pytest.raises(SystemExit) as left:
        main(["classify", "--json", "mails", "mails/001-gmail-prospective-budget.eml"])
    done = Done(code=int(left.value.code or 0), out=out.getvalue(), err="")
    lines = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 0
    assert [line["file"] for line in lines[:-1]] == sorted(p.name for p in (tmp_path / "mails").iterdir())
    assert lines[0]["category"] == "candidate_enquiry"
    assert lines[-1]["duplicate_of"] == "001-gmail-prospective-budget.eml"


def test_classify_explains(ready: Cli) -> None:
    mail = str(CORPUS / "005-foi-platform.eml")
    assert "Finding  foi" in ready("classify", mail, "--explain").out
    assert "foi" in ready("classify", mail).out


def test_classify_explains_in_json_too(ready: Cli) -> None:
    mail = str(CORPUS / "005-foi-platform.eml")
    plain = json.loads(ready("classify", mail, "--json").out)
    line = json.loads(ready("classify", mail, "--json", "--explain").out)
    missed = line.pop("missed")
    assert line == plain
    hits = {hit["rule"] for hit in line["evidence"]}
    assert len(missed) > 50 and not hits & set(missed)


@pytest.mark.parametrize(
    ("spelt", "method"),
    [("social-media", "social_media"), ("Social media", "social_media"), ("verbal", "verbal")],
)
def test_register_add_takes_a_method_however_it_is_spelt(ready: Cli, spelt: str, method: str) -> None:
    assert ready("register", "add", "--method", spelt, "--name", NAME, "--sought", "When?").code == 0
    assert entry(ready)["method_of_contact"] == method


def test_approve_is_the_choice_that_the_scope_leaves_to_the_spoc(filled: Cli, office: Installation) -> None:
    answered(office, "HDL-0002")
    assert entry(filled, "HDL-0002")["publication"] == "undecided"
    assert filled("approve", "HDL-0002").code == 0
    assert entry(filled, "HDL-0002")["publication"] == "approved"
