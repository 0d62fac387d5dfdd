"""What comes in while a protocol is played: one mail for each row of the requirements' table of areas.

Every mail is written by somebody of its own, so that its entry and what goes back are found by the address.
"""

# ruff: noqa: E501  (mails as people write them, one line a paragraph)
from __future__ import annotations

import datetime as dt
from email.message import EmailMessage

from ..office import mail

FORCE = "harrowdale.police.example"
STAND = "I am going to stand as a candidate in the Police and Crime Commissioner election in May."
ACT = "Under the Freedom of Information Act 2000 please send me"

# row → (name, subject, text); the address is row@mail.example
DIRECT: dict[str, tuple[str, str, str]] = {
    "declared": ("Ffion Garrick", "Rural crime team", "I am the nominated candidate. How many officers work in the rural crime team?\n\nFfion Garrick"),
    "prospective": ("Ada Quill", "Control room", f"{STAND} How many people work in the control room at night?\n\nAda Quill"),
    "visit": ("Bram Orr", "Visit to the custody suite", f"{STAND} May I visit the custody suite at Harrowdale police station and see the control room?\n\nBram Orr"),
    "meeting": ("Cerys Pugh", "Meeting with the Chief Constable", f"{STAND} I would like to request an individual meeting with the Chief Constable.\n\nCerys Pugh"),
    "briefing": ("Dora Finch", "Candidate briefing", f"{STAND} When is the briefing event for candidates, and may I send questions beforehand?\n\nDora Finch"),
    "photo": ("Evan Moss", "Photograph with officers", f"{STAND} May I have a photograph taken with police officers for my campaign leaflet?\n\nEvan Moss"),
    "livery": ("Gwen Hale", "Police logo on a leaflet", "One of the candidates is using the police logo and pictures of officers on a leaflet without permission. Please look into this candidate's conduct.\n\nGwen Hale"),
    "hustings": ("Huw Bell", "Invitation to our hustings", f"{STAND} We are holding a hustings. Would the Chief Executive attend the hustings and speak?\n\nHuw Bell"),
    "media": ("Imogen Pell", "Press enquiry: false claim about response times", "I am a reporter for the Dales Herald. A candidate claims that response times have doubled, which is false. Will you issue a statement to correct it? My deadline is 5 pm today.\n\nImogen Pell, Dales Herald"),
    "foi": ("Jonah Reed", "Freedom of information request", f"{ACT} the amount the office spent on consultants in 2025.\n\nJonah Reed, 4 Mill Lane, Harrowdale"),
    "process": ("Kit Lowe", "Nomination papers", "Where do I hand in nomination papers, how many signatures are needed and how much is the deposit?\n\nKit Lowe"),
    "conduct": ("Lena Marsh", "Conduct of a candidate", "I wish to complain about the conduct of a candidate who threatened my neighbour while canvassing. It was intimidating behaviour.\n\nLena Marsh"),
    "crime": ("Mabel Stone", "My shed", "My shed was broken into last night and my bicycle was stolen. Please send an officer.\n\nMabel Stone"),
    "data": ("Ned Price", "Subject access request", "This is a subject access request under the UK GDPR: please send me all the personal data you hold about me.\n\nNed Price"),
    "public": ("Olive Wren", "Community grants", "Dear Sir or Madam,\n\nOur youth club would like to apply for a community grant. Is the fund open to us this year?\n\nOlive Wren"),
}  # fmt: skip

STAFF_SENDER = f"PC Rhys Tarn <rhys.tarn@{FORCE}>"
STAFF_TEXT = "I am a police constable and am thinking of standing as a candidate for Police and Crime Commissioner. What does that mean for my own position, and when would I have to resign? Please keep this confidential.\n\nRhys Tarn"

WELSH = "Annwyl Syr neu Fadam,\n\nRwy'n bwriadu sefyll fel ymgeisydd yn etholiad Comisiynydd yr Heddlu a Throseddu ym mis Mai. Faint o swyddogion sy'n gweithio yn y tîm troseddau cefn gwlad?\n\nYn gywir,\nSioned Rees"

# What reached the force first and is passed on by its front desk.
BY_FORCE: dict[str, tuple[str, str, str]] = {
    "force-question": ("Pia Nash", "Question for the election", f"{STAND} What training do new special constables get?\n\nPia Nash"),
    "force-foi": ("Quentin Ash", "FOI request", f"{ACT} the number of drones the force has bought since 2020.\n\nQuentin Ash, 9 Hill Street, Harrowdale"),
}  # fmt: skip


def direct(row: str, at: dt.datetime) -> EmailMessage:
    name, subject, text = DIRECT[row]
    return mail(f"{name} <{row}@mail.example>", subject, text, date=at)


def by_force(row: str, at: dt.datetime) -> EmailMessage:
    """Sent to the force three days earlier, forwarded today with a covering note."""
    name, subject, text = BY_FORCE[row]
    sent = at - dt.timedelta(days=3)
    forwarded = (
        "One for the election inbox, I think.\n\n-----Original Message-----\n"
        f"From: {name} <{row}@mail.example>\nSent: {sent:%d %B %Y %H:%M}\n"
        f"To: enquiries@{FORCE}\nSubject: {subject}\n\n{text}\n"
    )
    return mail(f"Front desk <front.desk@{FORCE}>", f"FW: {subject}", forwarded, date=at, verdict="pass")
