"""What acknowledgements say and never say; templates that are wrong; an office's own templates."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from inbox_bot.calendar.timetable import Phase, timetable
from inbox_bot.config import from_mapping
from inbox_bot.errors import ConfigError, TemplateError
from inbox_bot.render import sample_notices, samples
from inbox_bot.render.check import check_all, missing_in_welsh, profiles
from inbox_bot.render.mails import HANDOUTS, acknowledgement_template
from inbox_bot.render.office import phase_view
from inbox_bot.render.templates import Templates
from inbox_bot.render.views.entry import AcknowledgementView, EntryView
from inbox_bot.render.views.notices import NoticeItem
from inbox_bot.resources import templates_dir
from inbox_bot.triage.model import Category, Matter

from .offices import PROFILES, office

NOW = datetime(2027, 4, 1, 12, 0, tzinfo=UTC)
PHASES = {view.phase: view for view in samples.phase_views()}
DUE = date(2027, 4, 7)
OUTSIDE = "Zyxwvut"  # stands in every field that comes from outside


def hostile(category: str = "public_enquiry", **changes: object) -> EntryView:
    """An entry whose every outside field holds a mark that must not come back to its writer."""
    values: dict[str, object] = {
        "reference": "WMR-0007",
        "category": category,
        "received_at": NOW,
        "due_promise": DUE,
        "due_on": DUE,
        "enquirer_name": f"{OUTSIDE} <b>",
        "enquirer_email": f"{OUTSIDE.lower()}@mail.example",
        "subject": f"{OUTSIDE}\r\nBcc: victim@mail.example",
        "information_sought": f"{OUTSIDE} http://evil.example",
        "information_provided": OUTSIDE,
        "officer": OUTSIDE,
        "forwarded_by": OUTSIDE,
        "evidence": (OUTSIDE,),
        "journalist_deadline": OUTSIDE,
    }
    return EntryView(**{**values, **changes})  # type: ignore[arg-type]  # built by name


def acknowledge(
    entry: EntryView, profile: str = "apace-police", phase: str = "pre_election_period", language: str = "en"
) -> EmailMessage:
    return office(profile).acknowledgement(
        entry,
        to="ada@mail.example",
        phase=PHASES[phase],
        message_id="ack-1@wessmoor-pcc.example",
        date=NOW,
        in_reply_to="theirs@mail.example",
        language=language,
    )


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def say(
    category: str, profile: str = "apace-police", phase: str = "pre_election_period", **changes: object
) -> str:
    return text_of(acknowledge(hostile(category, **changes), profile, phase))


# -- never the writer's words -------------------------------------------------------------------------------


@pytest.mark.parametrize("category", [c.value for c in Category])
@pytest.mark.parametrize("language", ["en", "cy"])
def test_acknowledgement_never_repeats_the_writer(category: str, language: str) -> None:
    entry = hostile(category, matters=tuple(m.value for m in Matter))
    raw = acknowledge(entry, "welsh-example", language=language).as_string().lower()
    assert OUTSIDE.lower() not in raw
    assert "victim" not in raw
    assert "evil.example" not in raw


def test_acknowledgement_view_has_no_field_from_outside() -> None:
    """Its fields are the entry's trusted ones: adding an outside one needs this list changed on purpose."""
    assert {f.name for f in fields(AcknowledgementView)} == {
        "reference",
        "category",
        "underlying",
        "matters",
        "received_on",
        "due_on",
        "statutory_due_on",
        "publication",
        "responsible_authority",
        "confidential",
        "emergency",
        "needs_review",
        "counts_as_candidate",
        "offers",
    }


def test_acknowledgement_headers() -> None:
    mail = acknowledge(hostile())
    assert mail["To"] == "ada@mail.example"
    assert mail["Subject"] == "[WMR-0007] We have received your message"
    assert mail["In-Reply-To"] == "<theirs@mail.example>"
    assert mail["References"] == "<theirs@mail.example>"
    assert mail["Auto-Submitted"] == "auto-replied"


# -- which one ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "template"),
    [
        ({"category": "candidate_enquiry"}, "candidate_enquiry"),
        ({"category": "foi"}, "foi"),
        ({"category": "media"}, "media"),
        ({"category": "misdirected_force", "underlying": "foi"}, "misdirected_force"),
        ({"category": "electoral_process"}, "electoral_process"),
        ({"category": "conduct_concern"}, "conduct_concern"),
        ({"category": "policing_matter", "emergency": True}, "policing_matter"),
        ({"category": "public_enquiry"}, "public_enquiry"),
        ({"category": "public_enquiry", "matters": ("sar",)}, "subject_access"),
        ({"category": "candidate_enquiry", "needs_review": True}, "neutral"),
        ({"category": "public_enquiry", "confidential": True, "needs_review": True}, "staff_confidential"),
        ({"category": "staff_reply"}, "neutral"),
    ],
)
def test_template_is_chosen_by_what_protects_first(changes: dict[str, object], template: str) -> None:
    view = AcknowledgementView(**{"reference": "WMR-0007", **changes})  # type: ignore[arg-type]  # by name
    assert acknowledgement_template(view) == f"acknowledgement/{template}"


# -- what it says -------------------------------------------------------------------------------------------

PUBLISHED = "will be published on our election page, without your name"


@pytest.mark.parametrize(
    "category", ["candidate_enquiry", "foi", "media", "public_enquiry", "misdirected_force"]
)
@pytest.mark.parametrize("scope", ["yes", "never", "spoc"])
def test_publication_is_spoken_of_only_where_scope_is_yes(category: str, scope: str) -> None:
    assert (PUBLISHED in say(category, publication_scope=scope)) is (scope == "yes")


@pytest.mark.parametrize("category", ["conduct_concern", "policing_matter"])
def test_what_is_never_published_never_promises_it(category: str) -> None:
    assert PUBLISHED not in say(category, publication_scope="never")


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(
    "category", ["candidate_enquiry", "foi", "media", "public_enquiry", "misdirected_force"]
)
def test_says_date_reference_privacy_equal_access_and_whom_else_to_ask(profile: str, category: str) -> None:
    text = say(category, profile)
    for words in (
        "WMR-0007",
        "Wednesday 7 April 2027",
        "https://wessmoor-pcc.example/privacy",
        "Candidates have the same access to information as any member of the public",
        "Our briefing material",
        "paro@wessmoor-council.example, telephone 01632 960001",
        "call 101",
    ):
        assert words in text


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("category", ["foi", "misdirected_force"])
def test_no_date_where_the_responsible_authority_is_undecided(profile: str, category: str) -> None:
    text = say(
        category,
        profile,
        underlying="foi" if category == "misdirected_force" else None,
        due_promise=None,
        statutory_due_on=date(2027, 4, 30),
        responsible_authority="undecided",
    )
    assert "30 April" not in text
    assert "7 April" not in text
    assert "20 working days" in text


def test_foi_names_the_last_date_and_the_way_to_complain() -> None:
    text = say("foi", due_promise=date(2027, 4, 30), statutory_due_on=date(2027, 4, 30))
    assert "20 working days to answer, until Friday 30 April 2027" in text
    assert "internal review" in text
    assert "Information Commissioner" in text
    assert "to weigh the public interest" in text  # FOIA s.10(3): the date is the law's, not a promise
    assert "help you to put it" in text  # s.16


def test_internal_review_is_by_somebody_else() -> None:
    text = say("foi", matters=("internal_review",))
    assert (
        "by somebody who did not take the decision, and we aim to give you the outcome by Wednesday 7 April"
        in text
    )
    assert "https://ico.org.uk/make-a-complaint/" in text
    assert "request for recorded information" not in text


def test_emergency_begins_with_999_in_every_category() -> None:
    for category in ("policing_matter", "public_enquiry", "misdirected_force", "media"):
        assert say(category, emergency=True).startswith("! If anybody is in danger")
    assert "not watched round the clock" in say("policing_matter", emergency=True)


def test_policing_matter_promises_no_action() -> None:
    text = say("policing_matter")
    assert "999" in text
    assert "101" in text
    assert "police.uk" in text
    assert "We aim to" not in text


def test_conduct_concern_names_paro_police_chief_executive_and_panel() -> None:
    text = say("conduct_concern")
    for words in ("paro@wessmoor-council.example", "999", "101", "Chief Executive", "Police and Crime Panel"):
        assert words in text
    assert "We aim to" not in text


def test_misdirected_is_the_forces_standard_response() -> None:
    text = say("misdirected_force", underlying="public_enquiry")
    assert (
        "please write to election@wessmoor-pcc.example, so that it can be reviewed and answered here" in text
    )
    assert "You need not send this message again: it is registered." in text


def test_staff_confidential_and_subject_access_are_not_published() -> None:
    assert "It will not be published" in say("public_enquiry", confidential=True, publication_scope="never")
    assert "they will not be published" in say("public_enquiry", matters=("sar",), publication_scope="never")


def test_a_report_of_a_crime_that_the_force_passed_on_is_sent_back_to_the_force() -> None:
    text = say("misdirected_force", underlying="policing_matter")
    assert "Please do not take it that it has been dealt with as a report" in text
    assert "Please report this to the police yourself" in text
    assert "You need not send this message again" not in text


@pytest.mark.parametrize("scope", ["never", "spoc"])
@pytest.mark.parametrize(
    "category", ["candidate_enquiry", "foi", "media", "public_enquiry", "misdirected_force"]
)
def test_nothing_is_said_of_publication_where_it_is_not_certain(category: str, scope: str) -> None:
    matters = (
        "visit",
        "meeting",
        "briefing_event",
        "photo_imagery",
        "hustings",
        "interview",
        "press_statement",
    )
    for profile in PROFILES:
        text = say(
            category, profile, publication_scope=scope, matters=matters, underlying="candidate_enquiry"
        )
        said = re.findall(r"[^.]*\bpublish[^.]*", text.replace("where published material does not cover", ""))
        assert said == [], profile


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2027, 4, 16), "for declared candidates, on one day"),
        (date(2027, 4, 20), "took place on Monday 19 April 2027"),
    ],
)
def test_the_set_day_is_past_once_it_is_past(today: date, words: str) -> None:
    mails = office("cleveland")
    protocol = mails.protocol.model_copy(
        update={"visit_day": date(2027, 4, 19), "meeting_day": date(2027, 4, 19)}
    )
    view = dict(samples.acknowledgements())["candidate_enquiry with matters"]
    phase = replace(list(samples.phase_views())[2], today=today)
    context = {**mails._common("acknowledgement"), "protocol": protocol, "entry": view, "phase": phase}
    text = " ".join(mails.templates.render("acknowledgement/candidate_enquiry", context).text.split())
    assert words in text
    assert ("Please send your questions beforehand. Questions" in text) is (today < date(2027, 4, 19))


def test_neutral_is_right_for_every_category() -> None:
    texts = {
        say(category, needs_review=True, publication_scope="yes", matters=("visit",))
        for category in (
            "candidate_enquiry",
            "foi",
            "media",
            "policing_matter",
            "electoral_process",
            "conduct_concern",
        )
    }
    assert len(texts) == 1
    assert "7 April" not in texts.pop()


def test_offers_are_shown_where_something_published_may_answer() -> None:
    text = say("public_enquiry", matters=("already_published",), offers=(samples.OFFER,))
    assert "This may already answer you: Budget and reserves" in text
    assert "https://wessmoor-pcc.example/election/budget" in text


# Each row of the requirements' table of areas, as the writer is told it.
@pytest.mark.parametrize(
    ("profile", "matter", "phase", "words"),
    [
        ("cleveland", "visit", "pre_election_period", "for declared candidates, on one day"),
        ("apace-police", "visit", "pre_election_period", "is decided by the Chief Executive, beforehand"),
        ("nottinghamshire", "visit", "before_notice", "Chief Executive and Monitoring Officer, before"),
        ("norfolk", "visit", "before_notice", "arranged by the Single Point of Contact, who logs"),
        ("bedfordshire", "visit", "before_notice", "allows no visits"),
        ("cleveland", "meeting", "pre_election_period", "one joint meeting with the office"),
        ("apace-police", "meeting", "pre_election_period", "after formal declaration as a candidate"),
        ("apace-police-and-fire", "meeting", "pre_election_period", "or the Chief Fire Officer"),
        ("norfolk", "meeting", "pre_election_period", "Meetings are kept to a small number"),
        ("bedfordshire", "meeting", "pre_election_period", "once a candidate has been formally nominated"),
        ("apace-police", "photo_imagery", "before_notice", "may be photographed or filmed with"),
        ("apace-police", "photo_imagery", "pre_election_period", "so we have to decline"),
        ("apace-police", "photo_imagery", "after_close_of_nominations", "so we have to decline"),
        ("apace-police", "photo_imagery", "polling_day", "so we have to decline"),
        ("apace-police", "photo_imagery", "after", "have ended with the poll"),
        (
            "bedfordshire",
            "photo_imagery",
            "before_notice",
            "not photographed or filmed with candidates, before or",
        ),
        ("norfolk", "hustings", "before_notice", "so we have to decline"),
        ("cleveland", "hustings", "before_notice", "is decided by the Chief Executive"),
        ("norfolk", "press_statement", "before_notice", "the office and the force make it together"),
        ("bedfordshire", "press_statement", "before_notice", "the Chief Executive makes it"),
        ("nottinghamshire", "briefing_event", "before_notice", "arranged with the Police Area Returning"),
        ("cleveland", "briefing_event", "before_notice", "one joint briefing"),
        ("apace-police-and-fire", "photo_imagery", "before_notice", "Police and fire logos"),
    ],
)
def test_matters_follow_the_areas_protocol(profile: str, matter: str, phase: str, words: str) -> None:
    assert words in say("candidate_enquiry", profile, phase, matters=(matter,))


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        ("norfolk", "We will refer your question to them as well"),
        ("cleveland", "We do not pass your message on"),
    ],
)
def test_electoral_process_is_passed_on_only_where_the_profile_says_so(profile: str, words: str) -> None:
    text = say("electoral_process", profile)
    assert words in text
    assert "01632 960001" in text


@pytest.mark.parametrize(
    ("profile", "told"), [("apace-police", True), ("bedfordshire", False), ("norfolk", False)]
)
def test_undeclared_are_told_how_they_count_only_under_the_narrow_definition(
    profile: str, told: bool
) -> None:
    assert ("Until a candidacy is registered" in say("candidate_enquiry", profile)) is told
    assert "Until a candidacy" not in say("candidate_enquiry", profile, counts_as_candidate=True)


def test_bedfordshire_answers_in_the_foi_frame_by_its_head_of_governance() -> None:
    text = say("candidate_enquiry", "bedfordshire")
    assert "Our Head of Governance and Transparency will answer you by email" in text
    assert "within the framework of the Freedom of Information Act 2000" in text


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        ("before_notice", None),
        ("pre_election_period", "The pre-election period runs until the poll on Thursday 6 May 2027"),
        ("after_close_of_nominations", "Nominations have closed"),
        ("polling_day", "Today is polling day"),
        ("after", "The poll took place on Thursday 6 May 2027"),
    ],
)
def test_phase_changes_what_is_said(phase: str, words: str | None) -> None:
    text = say("candidate_enquiry", phase=phase)
    known = (
        "The pre-election period runs",
        "Nominations have closed",
        "Today is polling day",
        "The poll took place",
    )
    assert [k for k in known if k in text] == [k for k in known if words and words.startswith(k)]


# -- Welsh --------------------------------------------------------------------------------------------------


def test_welsh_stands_first_with_english_below() -> None:
    mail = acknowledge(hostile("candidate_enquiry"), "welsh-example", language="cy")
    text = text_of(mail)
    assert mail["Content-Language"] == "cy, en"
    assert mail["Subject"] == "[WMR-0007] Rydym wedi derbyn eich neges / We have received your message"
    assert text.index("Diolch am eich neges") < text.index("Thank you for your message")
    assert "dydd Mercher 7 Ebrill 2027" in text


def test_welsh_only_where_the_profile_has_it() -> None:
    mail = acknowledge(hostile("candidate_enquiry"), "cleveland", language="cy")
    assert mail["Content-Language"] == "en"
    assert "Diolch" not in text_of(mail)


def test_english_writers_in_wales_are_offered_welsh() -> None:
    assert "croesawu gohebiaeth yn Gymraeg" in say("public_enquiry", "welsh-example")
    assert "Gymraeg" not in say("public_enquiry", "cleveland")


def test_welsh_is_complete() -> None:
    assert missing_in_welsh(office()) == ()


def test_every_welsh_file_has_its_english_one() -> None:
    templates = office().templates
    assert set(templates.names("cy")) - set(templates.names("en")) == set()


# -- hand-outs and personal mail ----------------------------------------------------------------------------


@pytest.mark.parametrize("which", HANDOUTS)
@pytest.mark.parametrize("language", ["en", "cy"])
def test_handouts_name_the_inbox(which: str, language: str) -> None:
    text = office().handout(which, language)
    assert "election@wessmoor-pcc.example" in text
    assert "<" not in text


def test_force_response_asks_in_bedfordshire_and_has_passed_on_elsewhere() -> None:
    asks, passed = (office(p).handout("force_response") for p in ("bedfordshire", "cleveland"))
    assert "Please send all queries" in asks
    assert "passed your message on" in " ".join(passed.split())
    assert "not monitored for election queries" in " ".join(office().handout("social_media_response").split())


def test_personal_mail_is_the_officers_words_and_nothing_else() -> None:
    mail = office().build(
        "enquirer/answer",
        to=["ada@mail.example"],
        context={"words": "Dear Ada,\n\npage 4 <b>.\n\nPriya"},
        kind="personal",
        subject="Re: [WMR-0007] Reserves",
        message_id="a@wessmoor-pcc.example",
        date=NOW,
        reference="WMR-0007",
    )
    body = mail.get_body(("plain",))
    html = mail.get_body(("html",))
    assert body is not None
    assert html is not None
    assert body.get_content().replace("\r\n", "\n") == "Dear Ada,\n\npage 4 <b>.\n\nPriya\n"
    assert "page 4 &lt;b&gt;." in html.get_content()
    assert mail["Auto-Submitted"] is None
    assert mail["Subject"] == "Re: [WMR-0007] Reserves"


def test_html_escapes_what_comes_from_outside() -> None:
    entry = replace(samples.entry(), information_sought='<img src=x onerror="alert(1)">\x1fstray\x1e')
    item = {"item": NoticeItem(entry=entry, acknowledged="sent")}
    found = office().templates.render("notice/new_entry", {**office()._common("notice"), **item})
    assert "<img" not in found.html
    assert "&lt;img src=x onerror=" in found.html
    assert '| <img src=x onerror="alert(1)"> stray' in found.text


def test_digest_says_the_same_sum_in_text_and_html() -> None:
    context = sample_notices.contexts()["notice/digest"][0]
    found = office().templates.render("notice/digest", {**office()._common("notice"), **context})
    line = "received 5 = filed 3 + attached 1 + set aside 1"
    assert line in found.text.split("\n")
    assert line in found.html


# -- wrong and own templates --------------------------------------------------------------------------------


def own_office(folder: Path, name: str, text: str) -> object:
    path = folder / "templates" / "mail" / name
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return office("cleveland", folder)


def test_check_renders_everything() -> None:
    assert check_all(office("bedfordshire")) > 1500


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("en/acknowledgement/foi.j2", "{{ entry.refrence }}", "refrence"),
        ("en/part/closing.j2", "\n\n{{ offices.name }}", "line 3"),
        ("en/part/phase.j2", "{% if %}", "line 1"),
        ("en/notice/digest.j2", "{% include 'en/part/lost.j2' %}", "en/part/lost.j2"),
        ("en/notice/preview.j2", "{{ preview.sought | shout }}", "shout"),
        ("en/notice/invoice.j2", "x", "invoice"),
        ("cy/matter/visit.j2", "{{ protocol.visit_days }}", "visit_days"),
        ("layout.html.j2", "{{ crest }}", "crest"),
    ],
)
def test_wrong_template_is_named_with_its_file(tmp_path: Path, name: str, text: str, words: str) -> None:
    mails = own_office(tmp_path, name, text)
    with pytest.raises(TemplateError) as caught:
        check_all(mails)  # type: ignore[arg-type]  # own_office gives Mails
    assert name in str(caught.value)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_own_template_wins_and_changes_text_and_html(tmp_path: Path) -> None:
    own_office(tmp_path, "en/part/closing.j2", "{% call k.p() %}Yours & ours.{% endcall %}")
    context = {"entry": hostile().for_acknowledgement(), "phase": PHASES["before_notice"]}
    mails = office("cleveland", tmp_path)
    found = mails.templates.render("acknowledgement/neutral", {**mails._common("acknowledgement"), **context})
    assert "Yours & ours." in found.text
    assert "Yours &amp; ours." in found.html
    assert "automatic acknowledgement" not in found.text


def test_words_outside_the_kit_still_reach_the_text(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "plain.j2").write_text("First line\n  of one.\n\nSecond {{ who }}.\n")
    assert (
        Templates([tmp_path, *_shipped()]).text("plain", {"who": "one"}, "en")
        == "First line of one.\n\nSecond one."
    )


def _shipped() -> list[Path]:
    return [templates_dir() / "mail"]


def test_profile_that_is_wrong_names_its_file(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text("[protocol]\nvists = 'none'\n")
    with pytest.raises(ConfigError, match=r"ours\.toml"):
        profiles(tmp_path)


# -- the office and the phase -------------------------------------------------------------------------------


def test_phase_view_follows_the_timetable_and_names_events() -> None:
    table = timetable(
        "pcc", date(2027, 5, 6), {"events": [{"title": "Joint briefing", "date": date(2027, 4, 19)}]}
    )
    view = phase_view(table, datetime(2027, 4, 8, 16, 30, tzinfo=UTC))
    assert view.phase == Phase.AFTER_CLOSE_OF_NOMINATIONS
    assert view.in_pre_election_period is True
    assert [(e.label, e.on) for e in view.events] == [("Joint briefing", date(2027, 4, 19))]
    assert min(d.on for d in view.dates) >= view.today


def test_office_speaks_of_its_own_commissioner() -> None:
    assert office("apace-police-and-fire").office.commissioner == "Police, Fire and Crime Commissioner"
    assert office("bedfordshire").office.answering_title == "Head of Governance and Transparency"


def test_settings_title_wins_over_the_profiles() -> None:
    base = office("bedfordshire").settings.model_dump(exclude={"protocol", "home"}, exclude_unset=True)
    base["people"]["spoc"]["title"] = "Election Officer"
    from inbox_bot.render.office import office_view

    assert office_view(from_mapping(base, home=Path("/nonexistent"))).answering_title == "Election Officer"


def test_check_reaches_the_paragraphs_that_wait_for_a_fixed_day(tmp_path: Path) -> None:
    path = tmp_path / "templates/mail/en/matter/visit.j2"
    path.parent.mkdir(parents=True)
    own = (templates_dir() / "mail/en/matter/visit.j2").read_text(encoding="utf-8")
    path.write_text(
        own.replace("{{ protocol.visit_day | day }}{% else", "{{ protocol.visit_dai | day }}{% else")
    )
    with pytest.raises(TemplateError, match=r"matter/visit\.j2, line 1\d: .*visit_dai"):
        check_all(office(own=tmp_path))
