"""Reading the rules: TOML → a compiled `RuleSet`, or a RuleError with file and line.

An office lays its own file over the shipped one: a rule of the same name replaces, `remove` takes away,
word lists and thresholds are merged, and a [[decide]] table replaces the whole table.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import re2

from ..errors import RuleError
from .model import FACTS, Category, Matter
from .phrases import to_regex
from .rules import DEFAULT_WHERE, SECTIONS, Decision, Rule, RuleSet

_VOICE = 1.4  # of a row that names none
_RULE_KEYS = {
    "name",
    "for",
    "weight",
    "where",
    "any",
    "near",
    "within",
    "ignore",
    "unless",
    "needs",
    "most",
    "source",
}
_DECIDE_KEYS = {"category", "when", "unless", "beats", "voice", "why"}


@dataclass(frozen=True, kw_only=True)
class Source:
    """The files as read and laid over one another, nothing compiled yet. Each rule and row has its place."""

    raw: Mapping[str, tuple[dict[str, Any], str]]
    table: tuple[tuple[dict[str, Any], str], ...]
    lists: Mapping[str, str]
    thresholds: Mapping[str, float]

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical rule data."""
        canonical = {
            "rules": [entry for entry, _ in self.raw.values()],
            "decide": [row for row, _ in self.table],
            "words": self.lists,
            "thresholds": self.thresholds,
        }
        text = json.dumps(canonical, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def load(*paths: Path) -> RuleSet:
    """Read and compile the files, later ones laid over earlier ones. RuleError names file and line."""
    source = read(*paths)
    decisions = _decisions(source.table)
    rules = tuple(_rule(entry, place, source.lists) for entry, place in source.raw.values())
    _check_reachable(rules, source.raw, decisions, [place for _, place in source.table])
    together = _filter(rules)
    return RuleSet(
        # The same automata say that a pattern is there, and where.
        rules=tuple(replace(rule, pattern=together.re(i)) for i, rule in enumerate(rules)),
        decisions=decisions,
        thresholds=source.thresholds,
        digest=source.digest,
        _together=together,
    )


def read(*paths: Path) -> Source:
    """Read the files without compiling a pattern. RuleError names file and line."""
    raw: dict[str, tuple[dict[str, Any], str]] = {}
    lists: dict[str, str] = {}
    thresholds: dict[str, float] = {}
    table: list[tuple[dict[str, Any], str]] = []
    for path in paths:
        data, lines = _read(path)
        unknown = set(data) - {"words", "thresholds", "rule", "decide", "remove"}
        if unknown:
            raise RuleError(f"{path}: unknown table {sorted(unknown)[0]!r}.")
        lists |= {
            name: _alternation(value, f"{path}: [words] {name}")
            for name, value in data.get("words", {}).items()
        }
        for name, value in data.get("thresholds", {}).items():
            if name not in NEEDED and name not in {m.value for m in Matter}:
                raise RuleError(f"{path}: [thresholds] nothing reads {name!r}: remove its line.")
            if not isinstance(value, int | float):
                raise RuleError(f"{path}: threshold {name!r} is not a number.")
            thresholds[name] = float(value)
        for name in data.get("remove", []):
            if name not in raw:
                raise RuleError(f"{path}: cannot remove {name!r}: there is no such rule.")
            del raw[name]
        own: set[str] = set()
        for number, entry in enumerate(data.get("rule", [])):
            place = f"{path}:{lines['rule'][number]}"
            name = entry.get("name")
            if not isinstance(name, str) or not name:
                raise RuleError(f"{place}: the rule has no name.")
            if name in own:
                raise RuleError(f"{place}: a second rule is named {name!r}; only one could be reached.")
            own.add(name)
            raw[name] = (entry, place)
        if data.get("decide"):
            table = [(row, f"{path}:{lines['decide'][n]}") for n, row in enumerate(data["decide"])]
    return Source(raw=raw, table=tuple(table), lists=lists, thresholds=thresholds)


def _read(path: Path) -> tuple[dict[str, Any], dict[str, list[int]]]:
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except FileNotFoundError as error:
        raise RuleError(f"{path}: there is no such file.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        line = re.search(r"line (\d+)", str(error))
        raise RuleError(f"{path}:{line.group(1) if line else 1}: not TOML: {error}.") from error
    lines: dict[str, list[int]] = {"rule": [], "decide": []}
    for number, line_text in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[\[\s*(rule|decide)\s*\]\]", line_text)
        if header:
            lines[header.group(1)].append(number)
    return data, lines


def _alternation(value: object, place: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return "|".join(value)
    raise RuleError(f"{place}: a word list is a list of phrases.")


def _compile(phrases: object, lists: Mapping[str, str], place: str) -> Any:
    items = [phrases] if isinstance(phrases, str) else phrases
    if not isinstance(items, list) or not items or not all(isinstance(item, str) and item for item in items):
        raise RuleError(f"{place}: a pattern is a phrase or a list of phrases, none of them empty.")
    try:
        compiled = re2.compile("(?m)" + "|".join(to_regex(item, lists) for item in items), _options())
    except KeyError as error:
        raise RuleError(f"{place}: there is no word list named {error}.") from error
    except (ValueError, re2.error) as error:
        raise RuleError(f"{place}: the pattern is malformed: {error}.") from error
    blank = compiled.search("a b")
    if blank is not None and blank.start() == blank.end():
        raise RuleError(f"{place}: the pattern matches the empty text, so it would always speak.")
    return compiled


def _rule(entry: Mapping[str, Any], place: str, lists: Mapping[str, str]) -> Rule:
    name = entry["name"]
    unknown = set(entry) - _RULE_KEYS
    if unknown:
        raise RuleError(f"{place}: rule {name!r} has an unknown key {sorted(unknown)[0]!r}.")
    if not isinstance(entry.get("for"), str):
        raise RuleError(f"{place}: rule {name!r} does not say what it speaks for.")
    weight = entry.get("weight", 1.0)
    if not isinstance(weight, int | float) or isinstance(weight, bool) or weight == 0:
        raise RuleError(f"{place}: rule {name!r} needs a weight other than 0.")
    where = tuple(entry.get("where", DEFAULT_WHERE))
    if not where or set(where) - set(SECTIONS):
        raise RuleError(
            f"{place}: rule {name!r} looks nowhere or in an unknown part; parts are {', '.join(SECTIONS)}."
        )
    if ("any" in entry) == ("near" in entry):
        raise RuleError(f"{place}: rule {name!r} needs either `any` or `near`.")
    other = None
    within = 0
    if "near" in entry:
        groups = entry["near"]
        if not isinstance(groups, list) or len(groups) != 2:
            raise RuleError(f"{place}: rule {name!r}: `near` is two lists of phrases.")
        within = entry.get("within", 8)
        if not isinstance(within, int) or not 0 <= within <= 60:
            raise RuleError(f"{place}: rule {name!r}: `within` is a number of words from 0 to 60.")
        pattern, other = (_compile(group, lists, f"{place}: rule {name!r}") for group in groups)
    else:
        pattern = _compile(entry["any"], lists, f"{place}: rule {name!r}")
    most = entry.get("most", 0.0)
    if not isinstance(most, int | float) or most < 0 or (most and ("near" in entry or weight < 0)):
        raise RuleError(f"{place}: rule {name!r}: `most` is the highest sum of a list of hints in `any`.")
    optional = {
        key: _compile(entry[key], lists, f"{place}: rule {name!r}")
        for key in ("ignore", "unless", "needs")
        if key in entry
    }
    return Rule(
        name=name,
        speaks_for=entry["for"],
        weight=float(weight),
        where=where,
        source=str(entry.get("source", "")),
        pattern=pattern,
        other=other,
        within=within,
        ignore=optional.get("ignore"),
        unless=optional.get("unless"),
        needs=optional.get("needs"),
        most=float(most),
    )


def _decisions(table: Iterable[tuple[dict[str, Any], str]]) -> tuple[Decision, ...]:
    rows: list[Decision] = []
    closed_by = ""
    for row, place in table:
        unknown = set(row) - _DECIDE_KEYS
        if unknown:
            raise RuleError(f"{place}: a decision has an unknown key {sorted(unknown)[0]!r}.")
        if row.get("category") not in {c.value for c in Category}:
            raise RuleError(f"{place}: unknown category {row.get('category')!r}.")
        if closed_by:
            raise RuleError(
                f"{place}: this decision cannot be reached: {closed_by} decides everything before it."
            )
        if not row.get("when") and not row.get("unless") and not row.get("beats"):
            closed_by = place
        rows.append(
            Decision(
                category=row["category"],
                when={k: float(v) for k, v in row.get("when", {}).items()},
                unless={k: float(v) for k, v in row.get("unless", {}).items()},
                beats=tuple(row.get("beats", ())),
                voice=float(row.get("voice", _VOICE)),
                why=str(row.get("why", "")),
            )
        )
    if not closed_by:
        raise RuleError("The decision table is missing its last row: a category without conditions.")
    return tuple(rows)


NEEDED = frozenset(
    {
        "candidate", "agent", "journalist", "partner", "recorded", "emergency", "working_for_office",
        "staff_position", "danger_denied", "review_below", "sure_from", "unsaid", "matter_voice",
        "matter_from",
    }
)  # fmt: skip
"""Thresholds that triage reads by name."""
_FACTS = frozenset({"question", "request", "thanks", "passes_on", "wants_information", "asks_facts"})
"""What triage asks of the scores by name besides; a score of 1 is enough of each."""


def require_thresholds(rules: RuleSet, path: Path) -> RuleSet:
    """The rules, if they hold every threshold that triage reads; RuleError names the first missing one."""
    if missing := sorted(NEEDED - set(rules.thresholds)):
        raise RuleError(f"{path}: [thresholds] lacks {missing[0]!r}: copy its line from the shipped file.")
    return rules


def _check_reachable(
    rules: tuple[Rule, ...],
    raw: Mapping[str, tuple[dict[str, Any], str]],
    decisions: tuple[Decision, ...],
    places: Iterable[str],
) -> None:
    heard = {m.value for m in Matter} | NEEDED | _FACTS
    for row in decisions:
        heard |= set(row.when) | set(row.unless) | set(row.beats)
    spoken = {rule.speaks_for for rule in rules}
    for rule in rules:
        if rule.speaks_for not in heard:
            raise RuleError(
                f"{raw[rule.name][1]}: rule {rule.name!r} speaks for {rule.speaks_for!r}, "
                "which is no category or "
                "matter that anything decides on; it could never matter."
            )
    for row, place in zip(decisions, places, strict=True):
        for name in (*row.when, *row.unless):
            if name.startswith("is_") and name not in FACTS:
                raise RuleError(
                    f"{place}: the decision for {row.category} names {name!r}, which is no fact; "
                    f"facts are {', '.join(sorted(FACTS))}."
                )
        for name in row.when:
            if not name.startswith("is_") and name not in spoken:
                raise RuleError(
                    f"{place}: the decision for {row.category} waits for {name!r}, but no rule speaks for it."
                )


def _options() -> Any:
    """Brackets only hold alternatives together: nobody asks what stands in each, and it would cost most."""
    options = re2.Options()
    options.never_capture = True
    return options


def _filter(rules: tuple[Rule, ...]) -> Any:
    """Asks only the patterns whose necessary words stand in the text: most rules stay silent on most mail."""
    together = re2.Filter()
    for rule in rules:
        together.Add(rule.pattern.pattern, _options())
    together.Compile()
    return together
