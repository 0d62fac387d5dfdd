"""Template files → subject, text and HTML, both from one source.

A mail is one Jinja file (`en/acknowledgement/foi.j2`) written with the blocks of a kit, `k.p`, `k.facts`,
`k.quote`, `k.button` …; `kit.txt.j2` and `kit.html.j2` draw them. So the text part says all that the HTML
part says, and an office overrides both with one file. Undefined names are errors; values are escaped in
HTML. The kit's text blocks stand between two control characters, which outside text cannot hold
(`words.block`, `words.one_line`), so that white space in a template never reaches the mail.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound, pass_context
from jinja2 import TemplateError as JinjaError
from jinja2.runtime import Context
from markupsafe import Markup, escape

from .. import errors
from . import kit, words
from .css import inline

_BLOCK = re.compile(f"{kit.BEGIN}(.*?){kit.END}", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """One mail's words. `subject` without the reference; `html` is a whole document."""

    subject: str
    text: str
    html: str


class Templates:
    """The folders of templates, first found wins: the office's own before the shipped ones."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._loader = FileSystemLoader([str(folder) for folder in folders])
        self._known = tuple(self._loader.list_templates())  # read once: templates change at a restart
        self._text = self._environment(html=False)
        self._html = self._environment(html=True)

    def names(self, language: str, folder: str = "") -> tuple[str, ...]:
        """Every mail of a language below a folder, without the ending: "notice/digest"."""
        start = f"{language}/{folder}"
        found = (n for n in self._known if n.startswith(start) and n.endswith(".j2"))
        return tuple(n.removeprefix(f"{language}/").removesuffix(".j2") for n in found)

    def render(
        self, template: str, context: Mapping[str, object], languages: Sequence[str] = ("en",)
    ) -> Rendered:
        """The mail in each language, one below the other in one mail. TemplateError names file and line."""
        subjects, texts, bodies = [], [], []
        for language in languages:
            known = {**context, "languages": languages}
            subject, text = self._body(self._text, template, known, language)
            _, html = self._body(self._html, template, known, language)
            subjects.append(words.one_line(subject))
            texts.append(_finish(text))
            bodies.append(html)
        around = {**context, "lang": languages[0], "title": subjects[0]}
        text = _layout(self._text, "layout.txt.j2", {**around, "bodies": texts})
        html = _layout(self._html, "layout.html.j2", {**around, "bodies": [Markup(b) for b in bodies]})  # noqa: S704 - rendered with autoescape just above
        return Rendered(subject=" / ".join(subjects), text=text.strip() + "\n", html=inline(html))

    def text(self, template: str, context: Mapping[str, object], language: str) -> str:
        """A text to hand out: only the words, no layout."""
        known = {**context, "languages": (language,)}
        return _finish(self._body(self._text, template, known, language)[1])

    def try_out(self, template: str, context: Mapping[str, object], language: str) -> None:
        """Render both parts and throw them away. TemplateError names file and line."""
        for environment in (self._text, self._html):
            self._body(environment, template, {**context, "languages": (language,)}, language)

    def _environment(self, *, html: bool) -> Environment:
        environment = Environment(
            loader=self._loader,
            undefined=StrictUndefined,
            autoescape=html,  # noqa: S701 - the other environment writes text/plain
            auto_reload=False,  # a changed file takes effect at the next start, as settings do
            keep_trailing_newline=True,  # white space folds in both parts; a line end parts two words
        )
        environment.filters.update(
            day=_day,
            clock=words.clock,
            moment=_moment,
            name=words.name,
            one_line=words.one_line,
            block=words.block,
            unwrapped=words.unwrapped,
            wrap=words.wrap,
            br=_br,
            boxed=kit.boxed,
            heading=kit.heading,
            bullets=kit.bullets,
            columns=kit.columns,
            grid=kit.grid,
            quoted=kit.quoted,
        )
        environment.globals["kit"] = "kit.html.j2" if html else "kit.txt.j2"
        return environment

    def _body(
        self,
        environment: Environment,
        template: str,
        context: Mapping[str, object],
        language: str,
    ) -> tuple[str, str]:
        try:
            blocks = environment.get_template(str(environment.globals["kit"])).module  # cached: no variables
            module = environment.get_template(f"{language}/{template}.j2").make_module(
                {**context, "k": blocks, "lang": language}
            )
            return str(getattr(module, "subject", "")), str(module)
        except (JinjaError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise _explained(error, f"{language}/{template}.j2") from error


def _layout(environment: Environment, name: str, context: dict[str, Any]) -> str:
    try:
        return environment.get_template(name).render(context)
    except (JinjaError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise _explained(error, name) from error


def _explained(error: Exception, asked_for: str) -> errors.TemplateError:
    """Our error with the innermost template file and line that the traceback passed through."""
    place = asked_for
    if isinstance(error, TemplateNotFound):
        return errors.TemplateError(f"Template {asked_for}: {error.name} does not exist.")
    file, line = getattr(error, "filename", None), getattr(error, "lineno", None)
    if file:
        place = f"{file}, line {line}"
    else:
        trace = error.__traceback__
        while trace is not None:
            frame_file = trace.tb_frame.f_code.co_filename
            if frame_file.endswith(".j2"):
                compiled = trace.tb_frame.f_globals.get("__jinja_template__")
                line = compiled.get_corresponding_lineno(trace.tb_lineno) if compiled else trace.tb_lineno
                place = f"{frame_file}, line {line}"
            trace = trace.tb_next
    return errors.TemplateError(f"Template {place}: {words.one_line(error)}.")


def _finish(text: str) -> str:
    """The kit's blocks, a blank line between them; words outside any block become paragraphs."""
    pieces: list[str] = []
    for number, piece in enumerate(_BLOCK.split(text)):
        if number % 2:
            pieces.append(piece.strip("\n"))
        else:
            pieces.extend(words.wrap(p) for p in re.split(r"\n\s*\n", piece) if p.strip())
    return "\n\n".join(p for p in pieces if p.strip())


@pass_context
def _day(context: Context, value: Any) -> str:
    return words.day(value, str(context.get("lang", "en")))


@pass_context
def _moment(context: Context, value: Any) -> str:
    return words.moment(value, str(context.get("lang", "en")))


def _br(value: object) -> Markup:
    """Escaped text with its line ends as <br>, since Outlook ignores `white-space: pre-wrap`."""
    return Markup("<br>\n").join(escape(line) for line in str(value).split("\n"))
