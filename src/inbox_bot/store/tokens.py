"""Single-use tokens for the buttons in our mails: signed, expiring, issued for one officer.

The text in a mailto subject is `#<id>.<signature>`; the row says what it does. Signing (itsdangerous,
HMAC-SHA-256) means that a guessed or altered id is refused before the database is asked. A token
alone never acts: the sender must also be its officer with the receiving server's own pass.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
from dataclasses import dataclass

from itsdangerous import BadSignature, Signer
from sqlmodel import Session, col, select

from .tables import Token

_IN_TEXT = re.compile(r"#([A-Za-z0-9]{12,32}\.[A-Za-z0-9_-]{20,64})")


class TokenBook:
    """Issues and reads tokens with the installation's key."""

    def __init__(self, key: bytes) -> None:
        import hashlib  # only here: the digest method is a detail of the signer

        self._signer = Signer(
            key, salt="inbox-bot.token", sep=".", digest_method=hashlib.sha256, key_derivation="hmac"
        )

    def issue(
        self,
        session: Session,
        *,
        action: str,
        officer: str,
        now: dt.datetime,
        days: int,
        entry_id: int | None = None,
        outbox_id: int | None = None,
        received_id: int | None = None,
        version: int = 0,
        argument: str = "",
        group: str = "",
    ) -> str:
        """A new token as text, such as `#Zk3…​.q8…`, stored unspent."""
        token_id = "".join(
            secrets.choice("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(16)
        )
        session.add(
            Token(
                id=token_id,
                action=action,
                entry_id=entry_id,
                outbox_id=outbox_id,
                received_id=received_id,
                officer=officer,
                version=version,
                argument=argument,
                group=group,
                issued_at=now,
                expires_at=now + dt.timedelta(days=days),
            )
        )
        return "#" + self._signer.sign(token_id).decode()

    def texts_in(self, text: str) -> list[str]:
        """Every thing that looks like a token in a subject."""
        return _IN_TEXT.findall(text)

    def read(self, session: Session, text: str) -> Token | None:
        """The token's row, spent or not; None where the signature or the id is not ours."""
        try:
            token_id = self._signer.unsign(text.lstrip("#")).decode()
        except BadSignature:
            return None
        return session.get(Token, token_id)


@dataclass(frozen=True, kw_only=True)
class Refusal:
    why: str


def spend(session: Session, token: Token, now: dt.datetime) -> Refusal | None:
    """Mark a token and its siblings spent; a Refusal where it was spent or has expired."""
    if token.spent_at is not None:
        return Refusal(why="this button was used before; nothing was done a second time")
    if token.expires_at < now:
        return Refusal(why="this button has expired; the newest notice has a fresh one")
    token.spent_at = now
    if token.group:
        query = select(Token).where(Token.group == token.group, col(Token.spent_at).is_(None))
        for sibling in session.exec(query).all():
            sibling.spent_at = now
    return None
