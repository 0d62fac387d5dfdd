"""Invented questions to measure search with: each topic asked twice in different words, and briefing papers.

`TUNING` set the thresholds of store/search.py; `HELD_OUT` was written apart and only measured.
"""

from dataclasses import dataclass

GREETING = "Dear Sir or Madam,\n\nI am standing at the election in May and would be grateful for your help. "
CLOSING = "\n\nMany thanks in advance for your time.\n\nYours faithfully"


def letter(question: str) -> str:
    """A question inside the usual letter."""
    return f"{GREETING}{question}{CLOSING}"


TUNING: list[tuple[str, str]] = [
    (
        "What is the total revenue budget of the force for 2026/27, and how much of it is the precept?",
        "Could you send me the revenue budget for 2026/27? I am above all interested in the share "
        "that the council tax precept makes up.",
    ),
    (
        "How many police officers are in post at present, by rank?",
        "Please tell me the current number of police officers in each rank.",
    ),
    (
        "Could I visit the control room in Riverton one evening to see how 999 calls are handled?",
        "I would like to arrange a visit to the control room to watch 999 call handling.",
    ),
    (
        "What is the average time taken to answer a 101 call, month by month over the last year?",
        "How long do callers wait for 101 to be answered? Please give the monthly averages for the "
        "past twelve months.",
    ),
    (
        "How many Tasers does the force own and how often were they discharged in 2025?",
        "Please provide the number of Taser discharges in 2025 and the number of devices held.",
    ),
    (
        "Which police stations have a front counter open to the public, and what are the opening hours?",
        "What hours are the front counters open, and at which police stations?",
    ),
    (
        "Can I have a meeting with the Chief Constable to discuss rural crime?",
        "I request a one to one meeting with the Chief Constable about rural crime before the end of April.",
    ),
    (
        "What did the Commissioner's office spend on external consultants in each of the last three years?",
        "Please list spending on consultants by the office over the past three financial years.",
    ),
    (
        "Faint yw cyllideb yr heddlu ar gyfer 2026/27?",
        "A allwch anfon manylion o gyllideb yr heddlu yn 2026/27 ataf os gwelwch yn dda?",
    ),
    (
        "How many reports of rural theft of farm machinery were there in 2025, and how many led to a charge?",
        "I want figures for thefts of farm machinery and tractors in rural areas in 2025, with the "
        "number charged.",
    ),
]

HELD_OUT: list[tuple[str, str]] = [
    (
        "How many speed cameras are there in the area, and what income did they bring in last year?",
        "Please say what the speed cameras earned in the last year and how many of them are in operation.",
    ),
    (
        "What is the sickness absence rate among officers and among civilian staff?",
        "Could you provide the rate of sickness absence for police officers and for police staff?",
    ),
    (
        "May I bring a photographer when I come to police headquarters to have my picture taken "
        "with officers?",
        "I would like photographs of me with some officers at headquarters for my leaflet. Is this allowed?",
    ),
    (
        "How many burglaries were recorded last year and what proportion were solved?",
        "What is the detection rate for burglary, and how many burglaries were recorded in the last year?",
    ),
    (
        "What grants has the Commissioner awarded to organisations supporting victims of domestic abuse?",
        "Please give me a list of the grants made to domestic abuse charities and support services.",
    ),
    (
        "When and where is the briefing event for candidates, and how do I register?",
        "Is there going to be a candidates' briefing? I should like to know the date and place so "
        "that I can register.",
    ),
    (
        "How many electric vehicles are in the police fleet and what did they cost?",
        "What is the cost of the fleet's electric vehicles, and how many of these vehicles has the "
        "force bought?",
    ),
    (
        "How many complaints against officers were upheld in 2025, and what were the outcomes?",
        "Please supply the number of complaints upheld against officers during 2025 and the sanctions.",
    ),
    (
        "Faint o swyddogion cymdogaeth sydd yn gweithio yn ardal Abergwyn?",
        "Hoffwn wybod nifer y swyddogion cymdogaeth yn Abergwyn.",
    ),
    (
        "What plans are there to close or sell police buildings before 2030?",
        "Is the estate strategy going to lead to police stations being sold? Which buildings would go?",
    ),
]


@dataclass(frozen=True)
class Paper:
    title: str
    link: str
    topics: tuple[str, ...]
    text: str


def _paper(title: str, topics: str, text: str) -> Paper:
    link = "https://wessmoor-pcc.example/" + title.lower().replace(" ", "-")
    return Paper(title, link, tuple(topics.split(", ")), text)


PAPERS = [
    _paper(
        "Budget and precept 2026/27",
        "budget, precept, council tax, reserves",
        "The net revenue budget is £182.4m. Government grant pays for 58 per cent and the council "
        "tax precept for "
        "42 per cent. A Band D household pays £291. Reserves stand at £11.2m. The capital programme is £14m.",
    ),
    _paper(
        "Police strength",
        "officers, staff, workforce, ranks, PCSO",
        "On 31 December there were 1,912 police officers in post (headcount), 154 community support"
        " officers and "
        "1,088 members of police staff. The table shows the number in each rank and district.",
    ),
    _paper(
        "Answering 999 and 101 calls",
        "control room, 101, 999, call handling",
        "The control room answered 92 per cent of 999 calls within ten seconds. The average time to"
        " answer a 101 "
        "call was three minutes. Figures for each month are given.",
    ),
    _paper(
        "Front counters and police stations",
        "stations, front counter, opening hours, estate",
        "Five police stations have a front counter open to the public: Riverton, Hallowby, "
        "Stanmoor, Eastleigh "
        "Cross and Abergwyn. Opening hours are 9 am to 5 pm, Monday to Saturday.",
    ),
    _paper(
        "Briefing for candidates",
        "briefing event, candidates, dates",
        "A briefing for all candidates is held on 14 April at headquarters. Places are to be "
        "registered by email. "
        "Questions sent in beforehand are answered in writing and published.",
    ),
    _paper(
        "Cyllideb a phraesept 2026/27",
        "cyllideb, praesept, treth gyngor",
        "Cyllideb refeniw net yr heddlu yw £182.4m. Daw 42 y cant o braesept y dreth gyngor. Mae'r cronfeydd "
        "wrth gefn yn £11.2m.",
    ),
    _paper(
        "Police and crime plan",
        "priorities, plan, strategy",
        "The plan sets four priorities: safer neighbourhoods, support for victims, rural crime and "
        "road safety. "
        "Progress is reported to the Police and Crime Panel each quarter.",
    ),
    _paper(
        "Grants to partners",
        "grants, commissioning, victims, domestic abuse",
        "The Commissioner awards grants to organisations that support victims, among them four "
        "domestic abuse "
        "services. The list gives each grant, its purpose and its length.",
    ),
]

ANSWERED: list[tuple[str, str]] = [  # question, title of the paper that answers it
    (TUNING[0][0], "Budget and precept 2026/27"),
    (TUNING[0][1], "Budget and precept 2026/27"),
    (TUNING[1][0], "Police strength"),
    (TUNING[1][1], "Police strength"),
    (TUNING[3][0], "Answering 999 and 101 calls"),
    (TUNING[3][1], "Answering 999 and 101 calls"),
    (TUNING[5][0], "Front counters and police stations"),
    (TUNING[5][1], "Front counters and police stations"),
    (TUNING[8][0], "Cyllideb a phraesept 2026/27"),
    (TUNING[8][1], "Cyllideb a phraesept 2026/27"),
    (HELD_OUT[4][0], "Grants to partners"),
    (HELD_OUT[4][1], "Grants to partners"),
    (HELD_OUT[5][0], "Briefing for candidates"),
    (HELD_OUT[5][1], "Briefing for candidates"),
    ("How large are the reserves?", "Budget and precept 2026/27"),
    ("What are the priorities of the police and crime plan?", "Police and crime plan"),
]

UNANSWERED = [  # no paper has it
    *TUNING[4],
    *TUNING[7],
    *TUNING[9],
    *HELD_OUT[0],
    *HELD_OUT[1],
    *HELD_OUT[3],
    *HELD_OUT[6],
    *HELD_OUT[7],
    "Does the force use facial recognition in shopping centres?",
    "How many police dogs and horses are there?",
    "What was the bill for the helicopter last year?",
    "Sawl ci heddlu sydd gennych?",
]
