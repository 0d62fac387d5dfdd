import json

from inbox_bot.triage.batch import Batch

from .conftest import write_mail

KEYS = [
    "file",
    "category",
    "underlying",
    "matters",
    "enquirer_email",
    "enquirer_name",
    "enquirer_role",
    "acknowledge",
    "follow_up",
    "thank_you",
    "emergency",
    "confidential",
    "new_text",
    "original_text",
    "subject",
    "attachments",
    "defects",
    "confidence",
    "needs_review",
    "forwarded_by",
    "duplicate_of",
    "automated_kind",
    "bounced_recipients",
    "evidence",
]


def test_a_line_has_every_key_of_the_contract_and_is_json(shipped):
    line = Batch(shipped).line(write_mail("When is the register published?"), "a.eml")
    assert [key for key in KEYS if key not in line] == []
    assert json.loads(json.dumps(line)) == line
    assert set(line["evidence"][0]) >= {"rule", "weight", "where", "text"}


def test_the_same_words_from_the_same_sender_are_a_second_delivery(shipped):
    batch = Batch(shipped)
    first = write_mail("When is the register published?")
    again = first.replace(b"Message-ID: <", b"Message-ID: <again-")
    assert batch.line(first, "a.eml")["duplicate_of"] is None
    second = batch.line(again, "b.eml")
    assert (second["duplicate_of"], second["acknowledge"]) == ("a.eml", False)


def test_the_same_campaign_text_from_two_people_is_no_duplicate(shipped):
    batch = Batch(shipped)
    batch.line(write_mail("Please keep Wick police station open. Will you?"), "a.eml")
    other = batch.line(
        write_mail("Please keep Wick police station open. Will you?", sender="Bo Ray <bo@post.example>"),
        "b.eml",
    )
    assert (other["duplicate_of"], other["acknowledge"]) == (None, True)


def test_a_reply_within_the_batch_belongs_to_its_thread(shipped):
    batch = Batch(shipped)
    asked = write_mail(
        "I am hoping to stand for Commissioner. How large are the reserves?",
        Reply_To="ada.finch@post.example",
    )
    asked = asked.replace(asked.split(b"Message-ID: ")[1].split(b"\n")[0], b"<asked@post.example>")
    batch.line(asked, "1.eml")
    reply = batch.line(
        write_mail("And for last year?", subject="Re: Question", In_Reply_To="<asked@post.example>"), "2.eml"
    )
    assert (reply["category"], reply["follow_up"], reply["acknowledge"]) == ("candidate_enquiry", True, False)


def test_the_inbox_of_an_unknown_area_is_read_off_the_mail(shipped):
    batch = Batch(shipped)
    batch.line(write_mail("When is the poll?"), "1.eml")
    own = (
        b"From: Election <election@calderfen-pcc.example>\nTo: ada.finch@post.example\n"
        b"Subject: Re: Question\n\nOn 6 May.\n"
    )
    assert batch.line(own, "2.eml")["category"] == "staff_reply"


def test_a_memo_gives_the_finding_the_reasons_and_what_did_not_speak(shipped):
    memo = Batch(shipped).memo(
        write_mail("Under the Freedom of Information Act send me the minutes for 2026."), "a.eml"
    )
    assert memo.startswith("MEMO     a.eml\nFinding  foi: a request for recorded information.\n")
    assert "+4 foi-act-named (words)" in memo
    assert "[FOIA 2000 s.8; CL 7.1d]" in memo
    assert "Asked, without an answer" in memo
    assert "emergency-life" in memo.split("Asked, without an answer")[1]
