"""The site as a whole: what is on it, what never is, and that it is swapped in at once."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from inbox_bot.errors import ConfigError, NotAllowed, StorageError, TemplateError
from inbox_bot.register.export import PUBLIC_COLUMNS
from inbox_bot.render.pages import build_site
from inbox_bot.render.site import (
    Activity,
    Contact,
    KeyDate,
    Link,
    PublishedDocument,
    PublishedEntry,
    SiteContext,
    Topic,
)
from inbox_bot.resources import templates_dir

NOW = datetime(2027, 4, 20, 9, 0, tzinfo=UTC)

SITE = SiteContext(
    office_name="Office of the Police and Crime Commissioner for Wessmoor",
    short_name="Wessmoor OPCC",
    election_title="Election of the Police and Crime Commissioner for Wessmoor",
    poll_date=date(2027, 5, 6),
    inbox_address="election@wessmoor-pcc.example",
    website="https://wessmoor-pcc.example/",
    privacy_notice="https://wessmoor-pcc.example/privacy",
    returning_officer=Contact(
        name="Wessmoor Council", email="paro@wessmoor-council.example", telephone="01632 960001"
    ),
    candidate_addresses="https://choose.example/wessmoor",
    key_dates=(
        KeyDate(day=date(2027, 4, 8), title="Close of nominations", note="16:00"),
        KeyDate(day=date(2027, 5, 6), title="Polling day"),
    ),
    calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    briefing=(
        Topic(
            title="Budget",
            documents=(Link(title="Precept 2027/28", href="https://wessmoor-pcc.example/precept"),),
        ),
    ),
    incumbent_activity=(Activity(day=date(2027, 4, 14), title="Police and Crime Panel meeting"),),
)

ENTRY = PublishedEntry(
    reference="WMR-0007",
    date_of_contact=date(2027, 4, 12),
    category="foi",
    role="candidate",
    method="email",
    information_sought="How many officers work in rural areas?\n\nAnd <b>how</b> many did in 2024?\n=1+1",
    information_provided="The table is attached.",
    checked=True,
    officer="Head of Governance and Transparency",
    provided_refs=("Ref 001",),
    date_added_to_register=date(2027, 4, 12),
    date_added_to_website=date(2027, 4, 16),
)


def build(target: Path, *entries: PublishedEntry, site: SiteContext = SITE, folders: tuple[Path, ...] = ()):
    return build_site(entries, site=site, template_dirs=(*folders, templates_dir()), target=target, now=NOW)


def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def test_site_has_index_entry_csv_json(tmp_path: Path) -> None:
    report = build(tmp_path / "site", ENTRY)
    assert report.files == (
        "entries/WMR-0007.html",
        "index.html",
        "key-dates.ics",
        "register.csv",
        "register.json",
        "static/site.css",
    )
    rows = json.loads((tmp_path / "site/register.json").read_text(encoding="utf-8"))
    assert rows == [
        {
            "reference": "WMR-0007",
            "date_of_contact": "2027-04-12",
            "contact": "Candidate, agent or representative",
            "officer": "Head of Governance and Transparency",
            "method_of_contact": "Email",
            "information_sought": ENTRY.information_sought,
            "sought_refs": [],
            "information_provided": "The table is attached.",
            "provided_refs": ["Ref 001"],
            "date_added_to_register": "2027-04-12",
            "date_added_to_website": "2027-04-16",
        }
    ]
    with (tmp_path / "site/register.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert lines[0] == list(PUBLIC_COLUMNS)
    assert lines[1][0] == "WMR-0007"


def test_words_of_enquirers_are_escaped(tmp_path: Path) -> None:
    build(tmp_path / "site", replace(ENTRY, information_sought="<script>alert(1)</script> [name removed]"))
    page = soup(tmp_path / "site/entries/WMR-0007.html")
    assert page.find("script") is None
    assert page.select_one("section p.said").get_text() == "<script>alert(1)</script> [name removed]"


def test_unchecked_entry_stops_the_build_and_leaves_the_old_site(tmp_path: Path) -> None:
    build(tmp_path / "site", ENTRY)
    before = (tmp_path / "site/index.html").read_bytes()
    with pytest.raises(NotAllowed, match="WMR-0008"):
        build(tmp_path / "site", ENTRY, replace(ENTRY, reference="WMR-0008", checked=False))
    assert (tmp_path / "site/index.html").read_bytes() == before


def test_document_is_served_only_when_cleared(tmp_path: Path) -> None:
    secret = tmp_path / "secret.pdf"
    secret.write_bytes(b"%PDF secret")
    public = tmp_path / "public.pdf"
    public.write_bytes(b"%PDF public" + b" " * 2_000)
    documents = (
        PublishedDocument(ref="Ref 001", title="Officers by area.pdf", cleared=True, source=public),
        PublishedDocument(ref="Ref 002", title="Letter from somebody.pdf", cleared=False, source=secret),
    )
    report = build(tmp_path / "site", replace(ENTRY, documents=documents))
    assert report.withheld == ("WMR-0007 Ref 002",)
    served = [path.name for path in (tmp_path / "site/documents").iterdir()]
    assert served == ["WMR-0007-ref-001.pdf"]
    text = soup(tmp_path / "site/entries/WMR-0007.html").get_text()
    assert "Letter" not in text
    assert "Ref 002: not published" in text
    assert "(2 kB)" in text  # 2,011 octets


def test_withdrawn_entry_keeps_its_page_without_content(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(b"x")
    documents = (PublishedDocument(ref="Ref 001", title="a.pdf", cleared=True, source=file),)
    build(tmp_path / "site", replace(ENTRY, documents=documents))
    report = build(
        tmp_path / "site", replace(ENTRY, documents=documents, withdrawn_on=date(2027, 4, 19), checked=False)
    )
    assert report.withdrawn == 1
    assert not (tmp_path / "site/documents").exists()
    for path in (tmp_path / "site").rglob("*"):
        if path.is_file():
            assert b"rural areas" not in path.read_bytes()
    assert "withdrawn" in soup(tmp_path / "site/entries/WMR-0007.html").get_text()


def test_entry_that_is_gone_loses_its_page(tmp_path: Path) -> None:
    build(tmp_path / "site", ENTRY, replace(ENTRY, reference="WMR-0008"))
    build(tmp_path / "site", ENTRY)
    assert [path.name for path in (tmp_path / "site/entries").iterdir()] == ["WMR-0007.html"]
    everything = [path for path in tmp_path.rglob("*") if "WMR-0008" in path.name]
    assert everything == []  # nor in an old build beside it


def test_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    other = replace(ENTRY, reference="WMR-0009")
    build(tmp_path / "a", ENTRY, other)
    build(tmp_path / "b", other, ENTRY)
    read = [
        {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}
        for root in ((tmp_path / "a").resolve(), (tmp_path / "b").resolve())
    ]
    assert read[0] == read[1]


def test_not_applicable_shows_its_reason(tmp_path: Path) -> None:
    build(
        tmp_path / "site", replace(ENTRY, date_added_to_website=None, not_added_reason="already on the page")
    )
    assert "Not applicable: already on the page" in soup(tmp_path / "site/entries/WMR-0007.html").get_text()


def test_every_local_link_leads_somewhere_and_nothing_comes_from_elsewhere(tmp_path: Path) -> None:
    build(tmp_path / "site", ENTRY, replace(ENTRY, reference="WMR-0010", follows="WMR-0007"))
    root = (tmp_path / "site").resolve()
    links = 0
    for page in root.rglob("*.html"):
        tree = soup(page)
        ids = {tag["id"] for tag in tree.find_all(id=True)}
        for tag in tree.find_all(src=True) + tree.find_all("link", href=True):
            assert not re.match(r"\w+:|//", tag.get("src") or tag["href"])
        for anchor in tree.find_all("a", href=True):
            path, _, fragment = anchor["href"].partition("#")
            if re.match(r"\w+:", path):
                continue
            links += 1
            assert not path or (page.parent / path).is_file(), anchor
            if fragment and not path:
                assert fragment in ids
    assert links >= 10


@pytest.mark.parametrize("page", ["index.html", "entries/WMR-0007.html"])
@pytest.mark.parametrize("language", ["en", "cy"])
def test_landmarks_headings_and_table_marks(tmp_path: Path, page: str, language: str) -> None:
    build(tmp_path / "site", ENTRY, site=replace(SITE, language=language))
    tree = soup(tmp_path / "site" / page)
    assert tree.html["lang"] == language
    assert [len(tree.find_all(name)) for name in ("header", "main", "footer", "h1")] == [1, 1, 1, 1]
    assert tree.body.find("a")["href"] == "#main"
    assert tree.find("main")["id"] == "main"
    assert (
        "default-src 'none'" in tree.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    )
    levels = [int(tag.name[1]) for tag in tree.find_all(re.compile("^h[1-6]$"))]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for table in tree.find_all("table"):
        assert table.caption
        assert all(cell.get("scope") for cell in table.find_all("th"))
    for tag in tree.find_all(attrs={"aria-labelledby": True}):
        assert tree.find(id=tag["aria-labelledby"])


def test_welsh_words_cover_the_english_ones(tmp_path: Path) -> None:
    import tomllib

    words = tomllib.loads((templates_dir() / "site/words.toml").read_text(encoding="utf-8"))
    assert words["en"].keys() == words["cy"].keys()
    for table in ("contacts", "categories", "methods"):
        assert words["en"][table].keys() == words["cy"][table].keys()


def test_office_lays_its_own_words_and_templates_over(tmp_path: Path) -> None:
    (tmp_path / "own/site").mkdir(parents=True)
    (tmp_path / "own/site/words.toml").write_text('[en]\nregister = "Contact log"\n', encoding="utf-8")
    build(tmp_path / "site", ENTRY, folders=(tmp_path / "own",))
    tree = soup(tmp_path / "site/index.html")
    assert tree.find(id="register").get_text() == "Contact log"
    assert tree.find(id="ask").get_text() == "Ask for information"


def test_broken_template_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "own/site").mkdir(parents=True)
    (tmp_path / "own/site/index.html.j2").write_text("{{ nothing_of_that_name }}", encoding="utf-8")
    with pytest.raises(TemplateError, match=r"site/index.html.j2.*nothing_of_that_name"):
        build(tmp_path / "site", ENTRY, folders=(tmp_path / "own",))


def test_reference_cannot_climb_out(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        build(tmp_path / "site", replace(ENTRY, reference="../../etc-1"))


def test_script_link_is_not_followed(tmp_path: Path) -> None:
    build(tmp_path / "site", site=replace(SITE, privacy_notice="javascript:alert(1)"))
    assert "javascript:" not in (tmp_path / "site/index.html").read_text(encoding="utf-8")


def test_empty_register_says_so(tmp_path: Path) -> None:
    build(tmp_path / "site")
    assert "Nothing has been published yet" in soup(tmp_path / "site/index.html").get_text()


def test_folder_with_other_files_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "www").mkdir()
    (tmp_path / "www/precious.txt").write_text("x", encoding="utf-8")
    with pytest.raises(StorageError, match="folder of its own"):
        build(tmp_path / "www", ENTRY)
    assert (tmp_path / "www/precious.txt").read_text(encoding="utf-8") == "x"
