"""Every mail the service writes: a template and a context → an EmailMessage with the contract's headers.

Which template an acknowledgement uses, and in which languages, is decided here; what it says stands in
`templates/mail`. Queueing and sending are the steps' matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

from ..config import Settings
from ..message.model import Address, Attachment
from ..resources import templates_dir
from .headers import Kind, compose
from .office import office_view
from .templates import Templates
from .views.entry import AcknowledgementView, EntryView
from .views.office import PhaseView

# Categories that have an acknowledgement of their own; the rest get the neutral one.
_ACKNOWLEDGED = frozenset(
    {
        "candidate_enquiry",
        "foi",
        "media",
        "misdirected_force",
        "electoral_process",
        "conduct_concern",
        "policing_matter",
        "public_enquiry",
    }
)
HANDOUTS = ("force_response", "social_media_response")


class Mails:
    """Mails of one office. `template_dirs`: the office's own folder first, the shipped one last."""

    def __init__(self, settings: Settings, template_dirs: Sequence[Path] | None = None) -> None:
        folders = template_dirs or (settings.path(settings.files.templates), templates_dir())
        self.settings = settings
        self.protocol = settings.protocol
        self.office = office_view(settings)
        self.templates = Templates([folder / "mail" for folder in folders])

    def build(
        self,
        template: str,
        *,
        to: Sequence[Address | str],
        context: Mapping[str, object],
        kind: Kind,
        message_id: str,
        date: datetime,
        subject: str = "",
        in_reply_to: str = "",
        references: Sequence[str] = (),
        reference: str = "",
        language: str = "en",
        cc: Sequence[Address | str] = (),
        bcc: Sequence[Address | str] = (),
        reply_to: Address | str | None = None,
        attachments: Sequence[Attachment] = (),
        extra_headers: Iterable[tuple[str, str]] = (),
    ) -> EmailMessage:
        """The mail. `template`: its path below the language, such as "notice/digest"; `subject`: the
        template's own where empty; `language`: "en", or "cy" for Welsh with English below it.

        Raises TemplateError (a template's fault, with file and line), PermanentSendError (an address
        that cannot be written to).
        """
        languages = self._languages(template, language)
        rendered = self.templates.render(template, {**self._common(kind), **context}, languages)
        return compose(
            kind=kind,
            sender=Address(name=self.office.name, email=self.office.inbox_address),
            to=to,
            subject=subject or rendered.subject,
            text=rendered.text,
            html=rendered.html,
            message_id=message_id,
            date=date,
            reference=reference,
            in_reply_to=in_reply_to,
            references=references,
            language=", ".join(languages),
            cc=cc,
            bcc=bcc,
            reply_to=reply_to,
            attachments=attachments,
            extra_headers=extra_headers,
        )

    def acknowledgement(
        self,
        entry: EntryView | AcknowledgementView,
        *,
        to: str,
        phase: PhaseView,
        message_id: str,
        date: datetime,
        in_reply_to: str = "",
        references: Sequence[str] = (),
        language: str = "en",
        extra_headers: Iterable[tuple[str, str]] = (),
    ) -> EmailMessage:
        """The acknowledgement of one message, to a bare address: nothing that the writer wrote is in it,
        not the name and not the subject (docs/decisions/acknowledgement-subject.md)."""
        view = entry.for_acknowledgement() if isinstance(entry, EntryView) else entry
        return self.build(
            acknowledgement_template(view),
            to=[to],
            context={"entry": view, "phase": phase},
            kind="acknowledgement",
            message_id=message_id,
            date=date,
            in_reply_to=in_reply_to,
            references=references,
            reference=view.reference,
            language=language,
            extra_headers=extra_headers,
        )

    def handout(self, which: str, language: str = "en") -> str:
        """A text for the force's mailboxes and accounts, filled in: one of `HANDOUTS`."""
        return self.templates.text(f"handout/{which}", self._common("notice"), language)

    def _common(self, kind: Kind) -> dict[str, object]:
        return {"office": self.office, "protocol": self.protocol, "kind": kind}

    def _languages(self, template: str, language: str) -> tuple[str, ...]:
        """Welsh stands first, with the English below it, until a native speaker has checked the texts."""
        if language not in self.settings.languages or language == "en":
            return ("en",)
        return (language, "en") if template in self.templates.names(language) else ("en",)


def acknowledgement_template(view: AcknowledgementView) -> str:
    """The first that fits: what protects the writer, then doubt, then the category."""
    table: tuple[tuple[bool, str], ...] = (
        (view.confidential, "staff_confidential"),
        (view.needs_review, "neutral"),
        ("sar" in view.matters, "subject_access"),
        (view.category in _ACKNOWLEDGED, view.category),
    )
    return "acknowledgement/" + next((name for fits, name in table if fits), "neutral")
