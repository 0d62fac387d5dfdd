"""The people of the thread: every form in which their names and addresses turn up in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .fold import Folded, fold, squash
from .patterns import Hit
from .words import (
    AMBIGUOUS,
    FIRST_NAMES,
    NICKNAMES,
    PARTICLES,
    POSTNOMINALS,
    PUBLIC_WORDS,
    ROLE_WORDS,
    TITLES,
)

_BETWEEN = r"[\s,.'\"()_/*-]{0,4}"
_INSIDE = r"[\s'._*-]{0,2}"  # what may have slipped between the letters of a long name
_LEFT, _RIGHT = r"(?<![^\W_])", r"(?:'?s)?(?![^\W_])"
_WEBMAIL = re.compile(
    r"^(?:gmail|googlemail|outlook|hotmail|live|yahoo|icloud|me|aol|btinternet|proton|"
    r"protonmail|sky|virginmedia|talktalk|gmx|mail|post|email)\."
)
# What follows a person and hardly ever a thing.
_PERSON_ACTS = re.compile(
    r"\s(?:and i|asked|asks|said|says|told|tells|wrote|writes|wanted|wants|thinks|thought|believes|rang|"
    r"called|phoned|emailed|agreed|agrees|replied|replies|lives|works|who|from|himself|herself|here)(?![^\W_])"
)
_UMLAUTS = {"ö": "oe", "ä": "ae", "ü": "ue", "ø": "oe", "å": "aa"}


@dataclass(frozen=True, kw_only=True)
class KnownPerson:
    """Somebody of the thread. `keep`: name and addresses are public and stay (the office's own people)."""

    name: str
    emails: Sequence[str] = ()
    keep: bool = False


@dataclass(frozen=True, kw_only=True)
class NameParts:
    """A name taken apart, folded: `given` and `family` may hold several; `tokens` are all single words."""

    order: tuple[str, ...]
    tokens: frozenset[str]


def parts_of(name: str) -> NameParts:
    """ "Dr Siân O'Neill-Price OBE" → order (sian, oneillprice), tokens with oneill and price as well."""
    bare = re.sub(r"[(\[].*?[)\]]|\"[^\"]*\"", " ", name) if re.search(r"[(\[\"]", name) else name
    if re.match(r"^[^,@]+,[^,@]+$", bare) and not re.search(rf",\s*(?:{POSTNOMINALS})\b", fold(bare).low):
        family, _, given = bare.partition(",")
        bare = f"{given} {family}"
    order: list[str] = []
    tokens: set[str] = set()
    words = [word for word in fold(bare).low.split() if "@" not in word]
    while len(words) > 1 and re.fullmatch(POSTNOMINALS, squash(words[-1])):
        words.pop()
    while len(words) > 1 and squash(words[0]) in TITLES:  # in front only: Mark Bishop, Ann Major
        tokens |= {squash(words.pop(0))} & AMBIGUOUS
    while len(words) > 2 and squash(words[0]) in (PUBLIC_WORDS | ROLE_WORDS) - AMBIGUOUS:
        words.pop(0)  # "Deputy PCC Ann Doe"
    for word in words:
        pieces = [squash(piece) for piece in re.split(r"[^\w']+", word) if squash(piece)]
        if pieces:
            order.append("".join(pieces))
            tokens.update({order[-1], *pieces})
    for nick in re.findall(r"[(\"]([^()\"@]{2,20})[)\"]", name):
        tokens.update(token for token in (squash(word) for word in nick.split()) if token not in PUBLIC_WORDS)
    spelt = name.lower()
    for sign, letters in _UMLAUTS.items():
        if sign in spelt:
            tokens.update(squash(word.replace(sign, letters)) for word in spelt.split() if sign in word)
    for group in NICKNAMES:
        if order and order[0] in group:
            tokens |= group
    return NameParts(order=tuple(order), tokens=frozenset(tokens))


def _from_mailbox(email: str) -> str:
    """ "jane.smith72@…" → "jane smith"; "" for role mailboxes and single words."""
    words = [word for word in re.split(r"[^a-z]+", fold(email).low.partition("@")[0]) if len(word) >= 3]
    usable = [word for word in words if word not in PUBLIC_WORDS | AMBIGUOUS | ROLE_WORDS]
    return " ".join(words) if len(words) >= 2 and len(usable) == len(words) else ""


def _spelt(token: str) -> str:
    """A pattern for one name, the looser the longer: split letters, a hyphenated line end, spaced out."""
    letters = [re.escape(letter) for letter in token]
    if len(token) >= 5:
        return _INSIDE.join(letters)
    if len(token) >= 3:
        return "(?:" + r"(?:-?\n\s{0,2}|['-])?".join(letters) + "|" + r"[\s._*-]{1,3}".join(letters) + ")"
    return "".join(letters)


class Names:
    """The finder for a fixed group of people; build once for a text."""

    def __init__(
        self, people: Sequence[KnownPerson], keep_names: Sequence[str], keep_addresses: Sequence[str]
    ) -> None:
        hidden = [person for person in people if not person.keep]
        shown = [person for person in people if person.keep]
        self.kept_tokens = {token for name in keep_names for token in re.findall(r"\w+", fold(name).low)}
        names = [person.name for person in hidden if "@" not in person.name]
        names += [guess for person in hidden for email in person.emails if (guess := _from_mailbox(email))]
        self.parts = [parts for parts in map(parts_of, names) if parts.order]
        tokens = {token for parts in self.parts for token in parts.tokens}
        # What an organisation's name and the office's area have in common with everything else stays.
        self.tokens = {
            token
            for token in tokens - PARTICLES - self.kept_tokens
            if len(token) >= 2 and token not in (PUBLIC_WORDS | ROLE_WORDS) - AMBIGUOUS
        }
        self.firm = {token for token in self.tokens if token not in AMBIGUOUS and token not in PUBLIC_WORDS}
        self.long = sorted(token for token in self.firm if len(token) >= 6)
        self._keep = [
            re.compile(_LEFT + re.escape(phrase) + _RIGHT)
            for text in [
                *keep_names,
                *keep_addresses,
                *(p.name for p in shown),
                *(e for p in shown for e in p.emails),
            ]
            if (phrase := " ".join(fold(text).low.split()))
        ]
        shown_words = {word for person in shown for word in fold(person.name).low.split() if len(word) >= 3}
        self._keep += [
            re.compile(_LEFT + re.escape(word) + _RIGHT)
            for word in sorted(shown_words)
            if not self.tokens & {squash(word), *re.findall(r"\w+", word)}
        ]
        self._full = [
            re.compile(_LEFT + self._sequence(parts.order) + _RIGHT)
            for parts in self.parts
            if len(parts.order) > 1
        ]
        self._full += [
            re.compile(_LEFT + self._sequence((*parts.order[1:], parts.order[0])) + _RIGHT)
            for parts in self.parts
            if len(parts.order) > 1
        ]
        for parts in self.parts:  # "van der Berg" without what comes before
            family = [word for word in parts.order if word in PARTICLES] + [parts.order[-1]]
            if len(family) > 1 and tuple(family) == parts.order[-len(family) :]:
                self._full.append(re.compile(_LEFT + _BETWEEN.join(_spelt(word) for word in family) + _RIGHT))
        self._single = self._any(self.firm)
        self._soft = self._any(self.tokens - self.firm)
        # Mrs Justice, Mr Church: words of institutions, so only behind a title.
        public = (tokens & PUBLIC_WORDS) - AMBIGUOUS - self.kept_tokens
        self._titled = (
            re.compile(
                rf"{_LEFT}(?:{'|'.join(sorted(TITLES))})\.?\s{{1,2}}(?:{'|'.join(sorted(public))}){_RIGHT}"
            )
            if public
            else None
        )
        self.glued = sorted(
            {
                form
                for parts in self.parts
                if len(parts.order) > 1
                for form in self._glue(parts.order)
                if len(form) >= 6
            }
        )
        boxes = {fold(email).low.strip() for person in hidden for email in person.emails if "@" in email}
        kept_domains = {fold(address).low.rpartition("@")[2] for address in keep_addresses}
        kept_domains |= {fold(email).low.rpartition("@")[2] for person in shown for email in person.emails}
        everyday = AMBIGUOUS | PUBLIC_WORDS | ROLE_WORDS
        mailboxes = {box.partition("@")[0] for box in boxes} - everyday
        self._locals = sorted(re.escape(box) for box in mailboxes if len(squash(box)) >= 5)
        squashed = {squash(box) for box in mailboxes} - everyday
        self.glued = sorted({*self.glued, *(box for box in squashed if len(box) >= 7)})
        self._domains = sorted(
            re.escape(domain)
            for domain in {box.rpartition("@")[2] for box in boxes} - kept_domains
            if "." in domain and not _WEBMAIL.match(domain)
        )
        self._initials = sorted(
            {"".join(word[0] for word in parts.order) for parts in self.parts if len(parts.order) > 1}
        )

    @staticmethod
    def _sequence(order: Sequence[str]) -> str:
        """The words in order; the first may be an initial, those between an initial or missing."""
        first, *middle, last = order
        spelt = f"(?:{_spelt(first)}|{re.escape(first[0])})"
        between = "".join(f"(?:{_BETWEEN}(?:{_spelt(word)}|{re.escape(word[0])}))?" for word in middle)
        other = r"(?:[\s.]{1,2}[^\W\d_]\.?(?=[\s.]))?"  # an initial that we did not know of
        return spelt + between + other + _BETWEEN + _spelt(last)

    @staticmethod
    def _any(tokens: set[str]) -> re.Pattern[str] | None:
        if not tokens:
            return None
        return re.compile(
            _LEFT
            + "(?:"
            + "|".join(_spelt(token) for token in sorted(tokens, key=lambda t: (-len(t), t)))
            + ")"
            + _RIGHT
        )

    @staticmethod
    def _glue(order: Sequence[str]) -> set[str]:
        first, last = order[0], order[-1]
        return {"".join(order), first + last, last + first, first[0] + last, last + first[0]}

    def kept(self, text: Folded) -> list[tuple[int, int]]:
        """Folded stretches that stay, whatever finds them."""
        flat = re.sub(r"\s", " ", text.low)
        return [match.span() for pattern in self._keep for match in pattern.finditer(flat)]

    def find(self, text: Folded) -> Iterator[Hit]:
        why = "the name of somebody in the correspondence"
        for pattern in self._full:
            for match in pattern.finditer(text.low):
                yield Hit(start=match.start(), end=_before_s(match[0], match.end()), kind="name", reason=why)
        if self._single:
            for match in self._single.finditer(text.low):
                yield Hit(
                    start=match.start(),
                    end=_before_s(match[0], match.end()),
                    kind="name",
                    reason="part of a name in the correspondence",
                )
        if self._soft:
            for match in self._soft.finditer(text.low):
                yield from _soft_hit(text, match)
        if self._titled:
            for match in self._titled.finditer(text.low):
                yield Hit(start=match.start(), end=_before_s(match[0], match.end()), kind="name", reason=why)
        yield from self._chunks(text)
        yield from self._near(text)
        for group, kind, reason in (
            (self._locals, "handle", "the name part of an e-mail address"),
            (self._domains, "url", "a personal site"),
        ):
            if group:
                for match in re.finditer(_LEFT + "(?:" + "|".join(group) + ")(?![^\\W_])", text.low):
                    yield Hit(start=match.start(), end=match.end(), kind=kind, reason=reason)
        if self._initials:
            for match in re.finditer(
                rf"(?m)^[\s>-]{{0,4}}(?P<it>{'|'.join('[. ]{0,2}'.join(i) for i in self._initials)})\.?$",
                text.low,
            ):
                yield Hit(
                    start=match.start("it"),
                    end=match.end("it"),
                    kind="name",
                    reason="initials as a signature",
                )

    def _chunks(self, text: Folded) -> Iterator[Hit]:
        """Names grown together with other things: handles, links, file names, hashtags, "janesmith4pcc"."""
        parts = [token for token in self.firm if len(token) >= 4]
        for match in re.finditer(r"[^\s<>()\[\]\",;|]+", text.low):
            chunk = match[0].rstrip(".,;:!?'")
            plain = re.sub(r"[\W_]", "", chunk)
            odd = len(plain) != len(chunk) or any(char.isdigit() for char in chunk)
            camel = bool(re.search(r"[a-z][A-Z]", text.cased[match.start() : match.end()]))
            glued = any(form in plain for form in self.glued)
            if not glued and not (
                (odd or camel) and any(token in plain for token in parts if token != plain)
            ):
                continue
            if not glued and not re.search(r"[@#/_\d]|\.\w", chunk) and not camel:
                continue  # "smith's", "father-in-law": the single names are found by themselves
            kind = (
                "email"
                if "@" in chunk[1:]
                else "handle"
                if chunk[0] in "@#"
                else "url"
                if re.search(r"/|\.\w", chunk)
                else "name"
            )
            yield Hit(
                start=match.start(),
                end=match.start() + len(chunk),
                kind=kind,
                reason="a name inside a longer word or link",
            )

    def _near(self, text: Folded) -> Iterator[Hit]:
        """A capitalised word one slip away from a long name."""
        for match in re.finditer(r"(?<![^\W_])[A-Z][A-Za-z]{4,}(?![^\W_])", text.cased):
            word = match[0].lower()
            if word in PUBLIC_WORDS or word in FIRST_NAMES:
                continue
            if any(abs(len(token) - len(word)) <= 1 and one_slip(token, word) for token in self.long):
                yield Hit(
                    start=match.start(),
                    end=match.end(),
                    kind="name",
                    reason="a spelling close to a name in the correspondence",
                )


def _before_s(found: str, end: int) -> int:
    """Leave the possessive outside the stretch: "[name removed]'s"."""
    return end - 2 if found.endswith("'s") else end


def _soft_hit(text: Folded, match: re.Match[str]) -> Iterator[Hit]:
    """A name that is an everyday word counts where the writing says so."""
    start, end = match.start(), _before_s(match[0], match.end())
    written = text.cased[start:end]
    if not written[:1].isupper() and not _PERSON_ACTS.match(text.low, end):
        return
    before, after = text.cased[max(0, start - 3) : start], text.cased[end : end + 24]
    shouting = written.isupper() and bool(
        re.match(r"[\s,]+[A-Z]{2,}", after) or re.search(r"[A-Z]{2}[\s,]+$", before)
    )
    opens = not before.strip() or bool(re.search(r"[.!?:]\s+$|\n\s*$", before))
    dated = bool(re.search(r"\d\s$", before) or re.match(r"\s\d", after))
    goes_on = bool(re.match(r"\s[a-z]", after))
    public = re.match(r"\s([A-Z][A-Za-z]*)", after)
    institution = bool(public and public[1].lower() in PUBLIC_WORDS)
    acts = bool(_PERSON_ACTS.match(after))  # "Grace asked", not "Grace periods are"
    sure = not (shouting or dated or institution or (opens and goes_on and not acts))
    reason = "part of a name in the correspondence" if sure else "an everyday word that is also a name here"
    yield Hit(start=start, end=end, kind="name", reason=reason, sure=sure)


def one_slip(name: str, word: str) -> bool:
    """Whether one letter was changed, lost, added or swapped with its neighbour."""
    if name == word:
        return False
    at = next(
        (i for i, (a, b) in enumerate(zip(name, word, strict=False)) if a != b), min(len(name), len(word))
    )
    a, b = name[at:], word[at:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
