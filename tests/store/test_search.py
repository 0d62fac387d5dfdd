"""Search finds what answers a question, says how well, and keeps the questions themselves inside."""

import datetime as dt

from sqlmodel import Session, select

from inbox_bot.resources import config_dir
from inbox_bot.store import search
from inbox_bot.store.database import Database
from inbox_bot.store.tables import Draft, Entry, SearchText
from inbox_bot.triage import briefing
from inbox_bot.triage.model import Category

from . import questions
from .questions import ANSWERED, HELD_OUT, PAPERS, TUNING, UNANSWERED, letter


def add_entry(session: Session, number: int, asked: str, now: dt.datetime) -> Entry:
    entry = Entry(
        reference=f"WMR-{number:04d}",
        category=Category.CANDIDATE_ENQUIRY,
        received_at=now,
        added_at=now,
        information_sought=asked,
    )
    session.add(entry)
    session.flush()
    search.index_question(session, entry)
    return entry


def publish(session: Session, entry: Entry, sought: str, provided: str, now: dt.datetime) -> None:
    assert entry.id is not None
    draft = Draft(entry_id=entry.id, version=1, sought=sought, provided=provided, created_at=now)
    session.add(draft)
    session.flush()
    search.index_entry(session, entry, draft, link=f"entries/{entry.reference}.html")


def test_the_right_paper_comes_first_and_a_good_match_is_told_from_a_poor_one(database: Database) -> None:
    right = good = 0
    with database.begin() as session:
        assert search.index_briefing(session, PAPERS) == 8
        for question, title in ANSWERED:
            best = search.search(session, letter(question))[0]
            right += best.title == title
            good += best.title == title and best.score >= search.GOOD_MATCH
        best_of_others = [search.search(session, letter(question), limit=1) for question in UNANSWERED]
    wrong = sum(matches[0].score >= search.GOOD_MATCH for matches in best_of_others if matches)
    assert (right, good, wrong) == (16, 14, 0)  # of 16, 16 and 20


def test_the_shipped_papers_answer_what_they_are_about_and_small_talk_finds_none(database: Database) -> None:
    with database.begin() as session:
        search.index_briefing(session, briefing.load(config_dir() / "briefing.toml"))

        def offered(question: str) -> list[str]:
            found = search.search(session, question)
            return [m.title.split(":")[0] for m in found if m.score >= search.GOOD_MATCH]

        roles = "What is the role of the Commissioner and how does the Police and Crime Panel check her?"
        assert offered(roles)[0] == "Who does what"
        assert offered("How large are the reserves, and how is the council tax precept set?")[0] == "Money"
        assert offered("Hoffwn wybod am rôl y Comisiynydd a'r Panel Heddlu a Throseddu")[0] == "Who does what"
        assert offered("Good morning, thank you for your help last week, see you on Tuesday") == []


def test_both_databases_give_the_same_scores(sqlite: Database, postgresql: Database) -> None:
    results = []
    for database in (sqlite, postgresql):
        with database.begin() as session:
            search.index_briefing(session, PAPERS)
            results.append([search.search(session, question) for question, _ in ANSWERED])
    assert results[0] == results[1]


def test_the_same_question_in_other_words_is_found(database: Database, now: dt.datetime) -> None:
    found, wrong = {}, 0
    for name, pairs in (("tuning", TUNING), ("held out", HELD_OUT)):
        with database.begin() as session:
            entries = [add_entry(session, n, letter(first), now) for n, (first, _) in enumerate(pairs)]
            found[name] = 0
            for entry, (_, second) in zip(entries, pairs, strict=True):
                close = search.similar_entries(session, letter(second), limit=20)
                over = {e.reference for e, score in close if score >= search.SAME_QUESTION}
                found[name] += entry.reference in over
                wrong += len(over - {entry.reference})
            session.rollback()
    assert (found, wrong) == ({"tuning": 9, "held out": 9}, 0)  # of 10, of 10; of 2 × 90 unlike pairs


def test_an_entry_is_not_similar_to_itself(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        first = add_entry(session, 1, TUNING[0][0], now)
        second = add_entry(session, 2, TUNING[0][0], now)
        add_entry(session, 3, TUNING[4][0], now)
        found = search.similar_entries(session, second.information_sought, besides_id=second.id)
        assert (found[0][0].id, found[0][1]) == (first.id, 1.0)
        assert [entry.reference for entry, score in found[1:] if score >= search.SAME_QUESTION] == []


def test_a_changed_question_is_indexed_anew(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        entry = add_entry(session, 1, "How many horses are there?", now)
        assert len(search.similar_entries(session, "horses?")) == 1
        entry.information_sought = "How many dogs are there?"
        search.index_question(session, entry)
        assert search.similar_entries(session, "horses?") == []
        assert len(search.similar_entries(session, "dogs?")) == 1


def test_a_published_entry_is_found_until_it_is_withdrawn(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        entry = add_entry(session, 7, "I, Petra Quill, ask: how many horses are there?", now)
        publish(session, entry, "How many horses are there?", "There are twelve police horses.", now)
        [match] = search.search(session, "number of horses")
        assert (match.kind, match.key, match.title, match.link, match.snippet) == (
            "entry",
            "WMR-0007",
            "WMR-0007: How many horses are there?",
            "entries/WMR-0007.html",
            "How many horses are there? There are twelve police horses.",
        )
        search.remove_entry(session, entry)
        assert search.search(session, "number of horses") == []


def test_what_is_asked_but_not_published_is_never_found(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        entry = add_entry(session, 1, "Petra Quill asks about horses?", now)
        assert search.search(session, "Petra Quill horses") == []
        row = session.exec(select(SearchText).where(SearchText.key == entry.reference)).one()
        assert (row.kind, row.title, row.body) == ("question", "", "")


def test_a_new_version_replaces_the_old_text(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        entry = add_entry(session, 1, "", now)
        publish(session, entry, "Horses?", "Twelve.", now)
        search.index_briefing(session, PAPERS)
        search.index_briefing(session, PAPERS[:1])
        search.index_entry(
            session, entry, Draft(entry_id=1, version=2, sought="Dogs?", provided="Nine.", created_at=now)
        )
        assert [m.title for m in search.search(session, "horses, dogs, officers in rank")] == [
            "WMR-0001: Dogs?"
        ]
        kinds = session.exec(select(SearchText.kind).order_by(SearchText.kind)).all()
        assert kinds == ["briefing", "entry", "question"]


def test_a_welsh_question_finds_the_word_under_every_mutation(database: Database) -> None:
    with database.begin() as session:
        search.index_briefing(session, PAPERS)
        for form in ("cyllideb", "gyllideb", "chyllideb", "nghyllideb", "gyllidebau"):
            best = search.search(session, f"Beth yw {form} yr heddlu?")[0]
            assert best.title == "Cyllideb a phraesept 2026/27"


def test_nothing_asked_finds_nothing(database: Database) -> None:
    with database.begin() as session:
        assert search.search(session, "horses") == []
        search.index_briefing(session, PAPERS)
        for question in ("", "???", "Please could you help me?", '" OR 1=1 --', "'; DROP TABLE entry; --"):
            assert [m for m in search.search(session, question) if m.score >= search.GOOD_MATCH] == []
        assert search.similar_entries(session, "") == []


def test_a_very_long_letter_is_searched(database: Database) -> None:
    noise = " ".join(f"word{n}" for n in range(5000))
    with database.begin() as session:
        search.index_briefing(session, PAPERS)
        best = search.search(session, f"{noise}. {questions.TUNING[5][0]}")
    assert len(best) <= 5
