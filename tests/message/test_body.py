# ruff: noqa: E501 - mails and header fields stand as they were sent
"""The new words: what stays, what goes, and that the reason is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.message.mails import mail

from inbox_bot.message import body, signature, signers

ASK = "Dear office,\n\nHow many officers serve in Harrowick?"

QUOTES = {
    "gmail": "On Mon, 1 Feb 2027 at 10:00, Bea Birch <bea@office.example> wrote:\n\n> We answer soon.",
    "gmail wrapped": "On Mon, 1 Feb 2027 at 10:00, Bea Birch of the Office\n<bea@office.example> wrote:\n> We answer soon.",
    "apple": "> On 1 Feb 2027, at 10:00, Bea Birch <bea@office.example> wrote:\n> \n> We answer soon.",
    "outlook": "From: Bea Birch <bea@office.example>\nSent: 01 February 2027 10:00\nTo: Ann Ashby\nSubject: RE: A question\n\nWe answer soon.",
    "outlook ruled": "________________________________\nFrom: Bea <bea@office.example>\nSent: 1 February 2027\nTo: Ann\nSubject: RE: x\n\nSoon.",
    "outlook old": "-----Original Message-----\nFrom: Bea Birch [mailto:bea@office.example]\nSent: 01 February 2027\nTo: Ann\nSubject: x\n\nSoon.",
    "welsh outlook": "Oddi wrth: Bea Birch <bea@office.example>\nAnfonwyd: Dydd Llun, 1 Chwefror 2027 10:00\nAt: Ann\nPwnc: Ateb\n\nBuan.",
    "welsh gmail": "Ar Llun, 1 Chwef 2027 am 10:00, Bea Birch <bea@office.example> ysgrifennodd:\n\n> Buan.",
    "german": "Am Mo., 1. Feb. 2027 um 10:00 Uhr schrieb Bea Birch <bea@office.example>:\n\n> Bald.",
    "french": "Le lun. 1 févr. 2027 à 10:00, Bea Birch <bea@office.example> a écrit :\n\n> Bientôt.",
    "german answer": "-----Antwort Nachricht-----\n\nBea: Bald.",
    "unmarked thread": "On Mon, 1 Feb 2027 at 10:00, Bea Birch <bea@office.example> wrote:\n\nDear Ann,\nWe answer soon.\n\nOn 31 Jan 2027, at 09:00, Ann Ashby <ann@mail.example> wrote:\n\nHow many?",
    "starred, wrapped": "  *From:* bea@office.example [mailto:\n  bea@office.example]\n  *Sent:* Monday, February 1, 2027 10:00 AM\n  *To:* Bea\n  *Subject:* x\n\nSoon.",
    "broken link": "On 1 Feb 2027 at 10:00, Bea Birch wrote:\n\n> See the page (http://office.example/action\n_nonce=3dd518)\n> We answer soon.",
    "notes": "Bea Birch <bea@office.example>\n01/02/27 10:00\n\nTo\nAnn Ashby <ann@mail.example>\ncc\n\nSubject\nA question\n\n\nSoon.",
    "notes, long": "Bea Birch/HQ/Force\nSent by: Cid Cole/HQ/Force\n01/02/2027 10:00:03 AM\nPlease respond to\nBea Birch <bea@office.example>\n\n\nTo\nAnn Ashby\ncc\nDee\nSubject\nA question\n\nSoon.",
    "bracket on the next line": "Le mer. 1 févr. 2027 à 10:00, Bea Birch <bea@office.example\n> a écrit :\n\n> Bientôt.",
    "one line": "Date: Mon, 1 Feb 2027 10:00:00 +0000 From: bea@office.example To: Ashby, Ann Subject: Re: x\n\nBea: Soon.",
    "broken long lines": "On 1 Feb 2027 at 10:00, Bea Birch wrote:\n> We answer soon, that is as soon as the figures of the last quarter have\nbeen read and added up.\n> Thank you.",
    "starred": "*From:* Bea Birch [mailto:bea@office.example]\n*Sent:* Monday, February 1, 2027 10:00 AM\n*To:* Ann\n*Subject:* x\n\nSoon.",
}


@pytest.mark.parametrize("quote", QUOTES.values(), ids=QUOTES.keys())
def test_cut_text_takes_the_history_off(quote: str) -> None:
    words = body.cut_text(f"{ASK}\n\n{quote}\n")
    assert words.new == ASK
    assert "Bea" in words.quoted
    assert [e.rule for e in words.cuts] == ["history"]


@pytest.mark.parametrize(
    "words",
    [
        f"{ASK}\nOn 1 Feb 2027 at 10:00, Bea Birch wrote:\n\n> Soon.\n",
        f'{ASK}\n On Feb 1, 2027 10:00 AM, "Bea Birch" <\nbea+7f1b094ceb90e18cca93d53d@office.example> wrote:\n\n> Soon.\n',
        f"{ASK} On Mon, Feb 1, 2027 at 10:00 AM, bea@office.example wrote:\n> Soon.\n",
        f"{ASK}--- On Mon, Feb 1, 2027 at 10:00 AM, bea@office.example wrote:\n> Soon.\n",
    ],
    ids=["no empty line", "wrapped", "one line", "one line, dashes"],
)
def test_cut_text_keeps_the_words_directly_above_an_attribution(words: str) -> None:
    assert body.cut_text(words).new == ASK


def test_cut_takes_a_closing_below_the_quotation_for_no_answer() -> None:
    for closing in ("Regards, Ann", "Kind regards\nAnn"):
        words = body.cut(mail(f"{ASK}\n\nOn 1 Feb 2027 at 10:00, Bea wrote:\n\n> Soon.\n\n{closing}\n"))
        assert words.new == ASK


def test_cut_text_takes_an_arrow_on_both_sides_for_no_quotation() -> None:
    words = "Come to see us.\n>>> http://forum.example <<<\nWe are open all day."
    assert body.cut_text(words).new == words


HTML = {
    "rule": "<div>{}<hr><b>From: </b>bea@office.example<br><b>To: </b>ann@mail.example<br><b>Sent: </b>1 February 2027 10:00<br><b>Subject: </b>x<br><br>Soon.</div>",
    "block on one line": "{}<div><hr/><b>From: bea@office.example</b> <b>Date: Mon, 1 Feb 2027 10:00:00 +0000</b></div><div>Soon.</div>",
    "attribution before a container": "{}<div>On 1 Feb 2027, at 10:00, Bea &lt;bea@office.example&gt; wrote:</div><blockquote>Soon.</blockquote>",
    "two quotations": "{}<blockquote>Soon.</blockquote><div>On 1 Feb 2027, at 10:00, Bea &lt;bea@office.example&gt; wrote:</div><blockquote>Later.</blockquote>",
}


@pytest.mark.parametrize("markup", HTML.values(), ids=HTML.keys())
def test_cut_takes_the_history_off_html(markup: str) -> None:
    page = markup.format("How many officers serve in Harrowick?")
    words = body.cut(mail(page, Content_Type="text/html; charset=utf-8"))
    assert words.new == "How many officers serve in Harrowick?"


@pytest.mark.parametrize(
    "page",
    [
        "<p>{0}</p><div id='AppleMailSignature'>Sent from my iPhone</div>",
        "<p>{0}</p><div id='Signature'><p>Ann Ashby</p><p>Chair, Harrowick Forum</p></div>",
        "<div id='Signature'><p>{0}</p><p>Ann</p></div>",
        "<div id='AppleMailSignature'>Sent from my iPhone</div><p>{0}</p>",
        "<p>{0}</p><div name='messageReplySection'>Soon.</div>",
        "<p>{0}</p><hr data-marker='__DIVIDER__'><div data-marker='__QUOTED_TEXT__'>Soon.</div>",
    ],
)
def test_cut_reads_what_a_program_marked(page: str) -> None:
    """Telephones put the cursor above or below the signature, Outlook's web page now and then inside it."""
    words = "How many officers serve in Harrowick?"
    assert body.cut(mail(page.format(words), Content_Type="text/html; charset=utf-8")).new == words


def test_cut_takes_a_telephones_line_off_between_words() -> None:
    words = body.cut(mail("Thank you.\n\nSent from my iPhone\n\nWhen does the office open?\n"))
    assert words.new == "Thank you.\n\nWhen does the office open?"


CLOSINGS = [
    "Kind regards\n\nAnn Ashby\nChair, Harrowick Forum",
    "Yours faithfully,\nAnn",
    "Many thanks,\n\nAnn",
    "Cofion cynnes,\nAnn Ashby",
    "Yn gywir\n\nAnn Ashby",
    "Yn gywir iawn,\nAnn",
    "With every good wish,\n\nAnn Ashby",
    "Every blessing,\nFr Ashby",
    "I have the honour to be, Sirs,\nYour obedient servant,\n\nAnn Ashby",
    "I remain, Sir, yours very truly,\n\nAnn Ashby",
    "Believe me,\nyours very sincerely,\n\nAnn Ashby",
    "I am, etc.\nA. Ashby",
    "Believe me to be yours sincerely,\nAnn",
    "I remain, Gentlemen, your obedient servant,\nA. Ashby",
    "With every good wish –\nAnn Ashby",
    "With love\nAnn A.",
    "With respect\nA. Ashby",
    "With kind regards from us both,\nAnn Ashby (for Bea Ashby)",
    "With thanks for considering it,\nAnn",
    "For the branch,\nAnn Ashby\nBrigade Secretary",
    "B. Birch, hon. sec.",
    "Bea Birch\nPennaeth Safonau a Chraffu / Head of Standards and Scrutiny",
    "Bea (on Ann's behalf)",
    "ann x",
    "Ann :)\nFeatures, The Harrowick Globe",
    "Ann Ashby, Harrowick Globe Data Desk",
    "-- \nAnn Ashby\nHarrowick",
    "Sent from my iPhone",
    "Anfonwyd o'm iPhone",
    "Get Outlook for iOS",
    "Get Outlook for iOShttps://aka.ms/o0ukef",
    "(Sent from mobile device)",
    "<<sent by galaxy>>",
    "From my iPhone 6",
    "Sent from my cell, please excuse any typos.",
    "Diese Nachricht wurde von meinem Android-Mobiltelefon mit K-9 Mail gesendet.",
    "Ann Ashby\n01632 960001",
    "Ann x",
    "A. Ashby (Mrs)",
    "cheers ann",
    "Kind regards, Ann Ashby",
    "Best wishes from us all. A. Ashby",
    "Thanks for your time, Ann Ashby",
    "Thanking you in anticipation,\nAnn Ashby",
    "Yours in all good faith,\nAnn Ashby",
    "With good wishes for the New Year\nAnn Ashby (86) and Joan (84)",
    "For the residents,\nAnn Ashby",
    "Thank you much\nBea Birch, secretary",
    "Ar ran y Cyngor,\nBea Birch, Clerc",
    "Ann Ashby | Assistant Producer | Harrowick TV",
    "Bea / Harrowick FM 96.9",
    "Bea & Cai, co-presidents",
    "With best wishes\nAnn\n\nAnn Ashby\nDirector\n\nPlease do not feel you need to answer out of hours.",
    "Mit freundlichen Grüßen\nAnn Ashby",
    "Thanks\n\nSent from Yahoo Mail on Android",
]


@pytest.mark.parametrize("closing", CLOSINGS)
def test_cut_takes_the_closing_off(closing: str) -> None:
    words = body.cut(mail(f"{ASK}\n\n{closing}\n"))
    assert words.new == ASK
    assert closing.split("\n")[0].strip() in words.signature


def test_a_persons_words_about_a_mailing_list_are_no_footer() -> None:
    words = "My sister has asked me to write. She would like the plan, and not to be put on a mailing list."
    assert body.cut(mail(f"Dear office,\n\n{words}\n\nAnn Ashby\n")).new == f"Dear office,\n\n{words}"


SMALL_PRINT = [
    "If you are not the intended reader please let us know. The office stays neutral in the election.",
    "This email is intended only for the addressee and may be legally privileged.",
    "If you are not the intended recipient, please delete this email and notify the sender.",
    "Virus-free. www.avast.com",
    "Please consider the environment before printing this email.",
    "-------------------------------------------------------------------\n\nPlease use this email address for all replies to this request:\n"
    "request-1@asking.example\n\nDisclaimer: This message will be published on the internet.",
    "_______________________________________________\nforum mailing list\nforum@lists.example\nhttps://lists.example/mailman/listinfo/forum",
]


@pytest.mark.parametrize("small_print", SMALL_PRINT)
def test_cut_takes_small_print_off(small_print: str) -> None:
    words = body.cut(mail(f"{ASK}\n\nRegards,\nAnn\n\n{small_print}\n"))
    assert words.new == ASK
    assert words.disclaimer == small_print
    assert words.signature == "Regards,\nAnn"


def test_cut_keeps_the_marking_as_a_fact_and_drops_the_banner() -> None:
    banner = "CAUTION: This email originated from outside of the organisation. Do not click links."
    words = body.cut_text(f"OFFICIAL-SENSITIVE\n\n{banner}\n\n{ASK}\n")
    assert (words.new, words.protective_marking, words.banner) == (ASK, "OFFICIAL-SENSITIVE", banner)


def test_cut_keeps_answers_with_their_questions() -> None:
    text = (
        "My answers are below.\n\nOn 1 Feb 2027 at 10:00, Bea <bea@office.example> wrote:\n"
        "> Dear Ann\n>\n> Which day suits you?\nTuesday.\n\n> How many will come?\nThree of us.\n\n> Yours\n> Bea\n"
    )
    assert body.cut_text(text).new == (
        "My answers are below.\n\n> Which day suits you?\nTuesday.\n\n> How many will come?\nThree of us."
    )


def test_cut_takes_the_answer_below_one_quotation() -> None:
    text = "On 1 Feb 2027 at 10:00, Bea <bea@office.example> wrote:\n> Which day suits you?\n\nTuesday would suit us well.\n"
    assert body.cut_text(text).new == "Tuesday would suit us well."


@pytest.mark.parametrize(
    "kept",
    [
        "Sent from my desk, which is easier than my telephone.",
        "On Monday you wrote: we will answer.\n\nYou did not.",
        "From: Tuesday we are away.\n\nTo: whom should I write then?",
        "Thanks for your letter. Could I see the file, please?",
        "What does the policy on intended recipients of data say?",
    ],
)
def test_cut_text_keeps_sentences_that_only_look_like_marks(kept: str) -> None:
    assert body.cut_text(f"Dear office,\n\n{kept}\n").new == f"Dear office,\n\n{kept}"


def test_cut_keeps_a_postscript() -> None:
    words = body.cut(mail(f"{ASK}\n\nRegards\nAnn\n\nPS. Is the crime panel public?\n"))
    assert (words.new, words.signature) == (f"{ASK}\n\nPS. Is the crime panel public?", "Regards\nAnn")


def test_cut_keeps_mere_thanks() -> None:
    assert body.cut(mail("Many thanks\n\nAnn\n")).new == "Many thanks"


def test_cut_reads_the_containers_of_html_mail() -> None:
    markup = (
        "<div>How many officers?</div><div class='gmail_signature'>Ann Ashby</div>"
        "<div class='gmail_quote'><div>On Monday Bea wrote</div><blockquote>Old words</blockquote></div>"
    )
    words = body.cut(mail(markup, Content_Type="text/html"))
    assert (words.new, words.signature) == ("How many officers?", "Ann Ashby")
    assert "Old words" in words.quoted


def test_cut_reads_outlooks_reply_container() -> None:
    markup = "<p>Yes, please.</p><hr><div id='divRplyFwdMsg'><b>Bea</b></div><div>Old words</div>"
    assert body.cut(mail(markup, Content_Type="text/html")).new == "Yes, please."


def test_cut_takes_a_web_forms_frame_off() -> None:
    text = "New enquiry\n\nYour name: Bea Birch\nEmail address: bea@mail.example\nMessage:\nWhen is the briefing?\n\n--\nDo not reply\n"
    assert body.cut(mail(text)).new == "When is the briefing?"


def test_names_of_leaves_ranks_out() -> None:
    person = mail(sender="PC 2217 Rhodri Tanfield <r.tanfield@police.example>").author
    assert signers.names_of(person) == frozenset({"rhodri", "tanfield"})


def test_signed_name_finds_the_name_under_the_closing() -> None:
    assert (
        signature.signed_name("Kind regards\n\nJackie Moffat (ind)\nSent from my iPhone") == "Jackie Moffat"
    )


@given(st.text(max_size=600))
def test_cut_text_never_raises_and_adds_nothing(text: str) -> None:
    new = body.cut_text(text).new
    assert new == new.strip()
    assert set("".join(new.split())) <= set("".join(text.split())) | {">"}


@given(
    st.lists(
        st.sampled_from([*QUOTES.values(), *CLOSINGS, *SMALL_PRINT, ASK, "> quoted", "-- ", ""]), max_size=8
    )
)
def test_cut_text_survives_any_order_of_parts(parts: list[str]) -> None:
    words = body.cut_text("\n\n".join(parts))
    assert words.new == words.new.strip()


@pytest.mark.parametrize(
    "mark",
    [
        "---- Bea Birch wrote ----\n\nOld words",
        "##- Please type your reply above this line -##\n\nOld words",
        "Bea wrote:\n> Old words",
        "Bea Birch <bea@office.example> schrieb am Mo., 1. Feb. 2027, 10:00:\n\n> Alte Worte",
        "2027-02-01 10:00 GMT+00:00 Bea <bea@office.example>:\n\n> Old words",
    ],
)
def test_cut_text_knows_rarer_marks_of_history(mark: str) -> None:
    assert body.cut_text(f"{ASK}\n\n{mark}\n").new == ASK


@pytest.mark.parametrize(
    "closing",
    [
        "Ta muchly\nAnn",
        "Ta very much Ann",
        "Thank you and good night\nAnn Ashby\nAshby Cars, car 27",
        "All best,\nAnn",
        "Yours in haste,\nAnn Ashby",
        "With good wishes, whatever happens\nAnn Ashby",
        "Ann Ashby Pictures · NUJ",
        "S/Con 7714 Ann Ashby\nAshby station",
        "Club secretary",
        "Ashbywire newsroom\n01632 960870",
        "Ann\n\nAnn Ashby\nvolunteer, Ash for the Vale",
        "Ann 💛",
        "Ann + Bo",
        "With every good wish to you and to Margaret,\nAnn Ashby",
        "I remain, Sir or Madam, your obedient servant,\nAnn Ashby",
        "Yours most sincerely\nAnn Ashby",
        "Merry Christmas to you all\nAnn",
        "PS 2890, Operations Planning",
        "Best regards,\n\nAnn Ashby\nLecturer\nI work flexibly and do not expect a reply outside your hours.",
        "Ann Ashby\nStation Manager\n\nAshby Fire. If you have had this by mistake please bin it and let us know.",
        "Yours,\nAnn Ashby\n\n-------------------\nPlease reply only to req-40771-ab31f9@requests.example. Replies to\n"
        "this address are shown on the website.\n\nOfficers: see https://requests.example/officers",
    ],
)
def test_cut_knows_how_people_take_their_leave(closing: str) -> None:
    assert body.cut(mail(f"{ASK}\n\n{closing}\n", sender="Ann Ashby <ann@mail.example>")).new == ASK


@pytest.mark.parametrize(
    "words",
    [
        "I have been given three figures by three people and should prefer to use\nyours.",
        "Of the two days you named to the other candidates last week the first suits me\nbest.",
        "It would be a great help to know what is planned this spring\nfor the residents.",
    ],
)
def test_cut_keeps_the_last_word_of_a_wrapped_sentence(words: str) -> None:
    text = f"{words}\n\nAnn Ashby\n"
    assert body.cut(mail(text, sender="Ann Ashby <ann@mail.example>")).new == words


@pytest.mark.parametrize(
    "line",
    ["Thanks for the dates of the two briefings", "Best day would be Tuesday", "Yours was the first answer"],
)
def test_cut_keeps_a_line_above_the_name_that_says_something(line: str) -> None:
    words = body.cut(mail(f"Good morning\n\n{line}\nAnn\n", sender="Ann Ashby <ann@mail.example>")).new
    assert line in words


@pytest.mark.parametrize(
    "banner",
    [
        "** This e-mail did not come from an Ashby Police mailbox. Be alert to fraud. **",
        "[EXTERNAL] Gofal: neges o'r tu allan / Caution: message from outside the Force.",
        "[EXTERNAL] Sender is not an Ashby Police account. Report anything suspicious to ICT.",
        "This message came from a sender outside the office. Take care with links and attachments.",
        "This e-mail began outside Ashby Police.",
        "[EXTERNAL] Check the sender before you click.",
    ],
)
def test_cut_leaves_the_words_that_stand_directly_below_a_banner(banner: str) -> None:
    assert body.cut_text(f"{banner}\nPlease see the attached note of our answer.").new == (
        "Please see the attached note of our answer."
    )
    assert body.cut_text(f"{banner}\n\n{ASK}").new == ASK


def test_cut_keeps_what_an_officer_says_of_the_log() -> None:
    text = f"{ASK}\n\nYour question and this reply go on the register, without your name."
    assert body.cut_text(text).new == text


def test_cut_takes_a_banner_of_two_lines_whole() -> None:
    banner = "CAUTION: this email came from outside the organisation. Do not\nopen attachments unless you know the sender."
    assert body.cut_text(f"{banner}\n\n{ASK}").new == ASK


@pytest.mark.parametrize(
    "mark", ["SWYDDOGOL / OFFICIAL", "SWYDDOGOL-SENSITIF: PERSONOL / OFFICIAL-SENSITIVE: PERSONAL"]
)
def test_cut_knows_a_marking_in_both_languages(mark: str) -> None:
    words = body.cut_text(f"{mark}\n\n{ASK}")
    assert (words.new, words.protective_marking) == (ASK, mark)


def test_cut_text_leaves_a_quoted_line_whole_that_a_program_broke_in_two() -> None:
    quoted = (
        "On 9 Mar 2027, Bea Birch wrote:\n> Dear Ann\n>\n> You are on the list. The joint briefing is on Monday, "
        "at two o'clock,\nground floor, level access from the car park and a bay that will be kept for\nyou."
    )
    assert body.cut_text(f"{ASK}\n\n{quoted}").new == ASK


def test_cut_takes_off_a_footer_that_names_the_link_to_unsubscribe() -> None:
    text = f"{ASK}\n\nYou have this as an election contact. Unsubscribe: https://send.example/u/1"
    assert body.cut_text(text).new == ASK


@pytest.mark.parametrize(
    ("names", "closing"),
    [
        ({"lateefah", "ogun"}, "L Ogunbanwo"),
        ({"terence", "abel"}, "Terry A"),
        ({"picture", "desk"}, "Bev, picture desk, Herald"),
        ({"harrowick", "unheard"}, "jaz & imo\nharrowick unheard"),
        ({"dilys"}, "With thanks, Dilys Frayne"),
    ],
)
def test_a_name_below_an_unfinished_line_is_a_closing(names: set[str], closing: str) -> None:
    words = body.cut_text(f"can I come on monday\n\n{closing}\n", names=frozenset(names))
    assert (words.new, words.signature.strip()) == ("can I come on monday", closing)


@pytest.mark.parametrize(
    ("names", "last"),
    [
        ({"picture", "desk"}, "Monday, or when the desk is open, whichever comes first for your people"),
        ({"harrowick", "unheard"}, "harrowick. unheard of"),
        ({"tom", "abel"}, "Terry A"),
        ({"tom", "hall"}, "Monday, town hall"),
        ({"tom", "hall"}, "Thanks for the help of Tom Hall"),
        ({"tom", "hall"}, "I told the same to Tom Hall"),
        ({"tom", "hall"}, "Tom / Bea will both come."),
        ({"tom", "hall"}, "Could you check the address before you reply?"),
        ({"tom", "hall"}, "Whether responses are published online is what we ask"),
    ],
)
def test_a_last_line_that_names_nobody_stays(names: set[str], last: str) -> None:
    assert body.cut_text(f"can I come\n\n{last}\n", names=frozenset(names)).new.endswith(last)


def test_what_stands_directly_above_the_name_is_not_cut_with_it() -> None:
    words = body.cut_text("hi\n\nmay I visit tomorrow\nJo Ash\n", names=frozenset({"jo", "ash"}))
    assert (words.new, words.signature.strip()) == ("hi\n\nmay I visit tomorrow", "Jo Ash")
