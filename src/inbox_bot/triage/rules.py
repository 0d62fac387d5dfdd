"""Triage rules: TOML → compiled rules, a decision table and thresholds, or a RuleError with file and line.

Rules say what words mean; `decide.py` turns the scores into one category. An office lays its own file
over the shipped one: a rule of the same name replaces, `remove` takes away, word lists and thresholds
are merged, and a [[decide]] table replaces the whole table.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import re2

from ..errors import RuleError
from .model import Category, Hit, Matter
from .phrases import to_regex

SECTIONS = ("subject", "words", "note", "signature", "sender", "attachments", "documents", "quoted")
DEFAULT_WHERE = ("subject", "words", "documents")
_SEPARATOR = b" \x1f "  # keeps a phrase from running over the edge of a section
_VOICE = 2.0  # of a row that names none
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
class Rule:
    """One rule, compiled. `other`: a second pattern that must stand within so many words of the first.
    `most`: a list of mere hints; every different one adds the weight, up to this sum
    (0: the rule speaks once)."""

    name: str
    speaks_for: str
    weight: float
    where: tuple[str, ...]
    source: str
    pattern: Any = field(repr=False)
    other: Any = field(default=None, repr=False)
    within: int = 0
    ignore: Any = field(default=None, repr=False)
    unless: Any = field(default=None, repr=False)
    needs: Any = field(default=None, repr=False)
    most: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One row of the table: the category where every score in `when` is reached and none in `unless`."""

    category: str  # a category, or "follow" = the category of the message within
    when: Mapping[str, float]
    unless: Mapping[str, float]
    beats: tuple[str, ...]
    voice: float  # how loudly it is heard beside what the words resemble
    why: str


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """Everything an office can change about triage."""

    rules: tuple[Rule, ...]
    decisions: tuple[Decision, ...]
    thresholds: Mapping[str, float]
    digest: str  # sha256 of the canonical rule data: which rules judged an entry
    _together: Any = field(repr=False)  # re2.Filter: which rules' patterns match at all

    def run(self, sections: Mapping[str, str]) -> tuple[list[Hit], list[str]]:
        """Hits and the names of misses. `sections`: folded text by section name."""
        # RE2 works on UTF-8: encoded here once, it need not translate each offset back into characters.
        encoded = {name: sections.get(name, "").encode() for name in SECTIONS}
        joined = _SEPARATOR.join(encoded.values())
        found = frozenset(self._together.Match(joined) or ())
        hits: list[Hit] = []
        misses: list[str] = []
        for index, rule in enumerate(self.rules):
            hit = _ask(rule, encoded) if index in found else None
            if hit is None:
                misses.append(rule.name)
            else:
                hits.append(hit)
        return hits, misses


def _ask(rule: Rule, sections: Mapping[str, bytes]) -> Hit | None:
    texts = [(where, text) for where in rule.where if (text := sections[where])]
    if rule.unless is not None and any(rule.unless.search(text) for _, text in texts):
        return None
    if rule.needs is not None and not any(rule.needs.search(text) for _, text in texts):
        return None
    seen: dict[str, str] = {}  # words → where, for lists of hints
    for where, text in texts:
        heard = rule.ignore.sub(b" # ", text) if rule.ignore is not None else text
        if rule.most:
            for match in rule.pattern.finditer(heard):
                seen.setdefault(match.group().decode().strip(), where)
            continue
        span = _near(rule, heard) if rule.other is not None else _span(rule.pattern, heard)
        if span is not None:
            return _hit(rule, rule.weight, where, heard[span[0] : span[1]].decode())
    if seen:
        return _hit(rule, min(rule.most, rule.weight * len(seen)), next(iter(seen.values())), ", ".join(seen))
    return None


def _hit(rule: Rule, weight: float, where: str, words: str) -> Hit:
    return Hit(
        rule=rule.name,
        weight=weight,
        where=where,
        text=words[:80],
        speaks_for=rule.speaks_for,
        source=rule.source,
    )


def _span(pattern: Any, text: bytes) -> tuple[int, int] | None:
    match = pattern.search(text)
    return match.span() if match else None


def _near(rule: Rule, text: bytes) -> tuple[int, int] | None:
    """The closest pair in either order within `rule.within` words of one another."""
    firsts = [m.span() for m in rule.pattern.finditer(text)]
    if not firsts:
        return None
    for other in rule.other.finditer(text):
        for first in firsts:
            start, end = min(first, other.span()), max(first, other.span())
            if end[0] >= start[1] and text.count(b" ", start[1], end[0]) <= rule.within:
                return start[0], end[1]
    return None


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
    _check_reachable(rules, source.raw, decisions, source.thresholds)
    return RuleSet(
        rules=rules,
        decisions=decisions,
        thresholds=source.thresholds,
        digest=source.digest,
        _together=_filter(rules),
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
        compiled = re2.compile("|".join(to_regex(item, lists) for item in items))
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
        "staff_position", "danger_denied", "review_below", "sure_from", "matter_voice", "matter_from",
    }
)  # fmt: skip
"""Thresholds that triage reads by name."""


def require_thresholds(rules: RuleSet, path: Path) -> RuleSet:
    """The rules, if they hold every threshold that triage reads; RuleError names the first missing one."""
    if missing := sorted(NEEDED - set(rules.thresholds)):
        raise RuleError(f"{path}: [thresholds] lacks {missing[0]!r}: copy its line from the shipped file.")
    return rules


def _check_reachable(
    rules: tuple[Rule, ...],
    raw: Mapping[str, tuple[dict[str, Any], str]],
    decisions: tuple[Decision, ...],
    thresholds: Mapping[str, float],
) -> None:
    heard = {m.value for m in Matter} | set(thresholds)
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
    for row in decisions:
        for name in row.when:
            if not name.startswith("is_") and name not in spoken:
                raise RuleError(
                    f"The decision for {row.category} waits for {name!r}, but no rule speaks for it."
                )


def _filter(rules: tuple[Rule, ...]) -> Any:
    """Asks only the patterns whose necessary words stand in the text: most rules stay silent on most mail."""
    together = re2.Filter()
    for rule in rules:
        together.Add(rule.pattern.pattern)
    together.Compile()
    return together
