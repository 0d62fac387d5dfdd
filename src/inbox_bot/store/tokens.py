"""Single-use tokens for the buttons in our mails: signed, expiring, issued for one officer.

The text is `#<id>.<signature>`; the row says what it does. The id is random, 80 bits; the signature
(itsdangerous, HMAC-SHA-256) is cut to 80 bits, the least that RFC 2104 section 5 allows, so that both fit
into the local part of a reply address (64 octets, RFC 5321 4.5.3.1.1) as well as into a subject. A guess
is tried by sending a mail, and is refused before the database is asked; what the database or a backup of
it holds is no token without the key. Both parts are lower case, because mail programs and gateways fold
addresses. A token alone never acts: the sender must also be its officer with the receiving server's own
pass, or confirm it.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from itsdangerous import BadSignature, Signer
from itsdangerous.encoding import want_bytes
from sqlmodel import Session, col, select

from .tables import Token

_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # 32 letters and digits that nobody mistakes for another
_ID_LENGTH = 16  # of 5 bits each
_SIGNATURE_OCTETS = 10  # 16 letters of base32, without padding
# Wider than what is issued: what was cut or changed on the way shall be refused, not taken for words.
_IN_TEXT = re.compile(r"#([A-Za-z0-9]{12,32}\.[A-Za-z0-9_-]{8,64})")


class _ShortSigner(Signer):
    """itsdangerous with a signature that survives a change of case."""

    def get_signature(self, value: str | bytes) -> bytes:
        full = self.algorithm.get_signature(self.derive_key(), want_bytes(value))
        return base64.b32encode(full[:_SIGNATURE_OCTETS]).lower()

    def verify_signature(self, value: str | bytes, sig: str | bytes) -> bool:
        return hmac.compare_digest(self.get_signature(value), want_bytes(sig))


class TokenBook:
    """Issues and reads tokens with the installation's key."""

    def __init__(self, key: bytes) -> None:
        self._signer = _ShortSigner(
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
        """A new token as text, such as `#zk3….q8…` (34 characters), stored unspent."""
        token_id = "".join(secrets.choice(_ALPHABET) for _ in range(_ID_LENGTH))
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
            token_id = self._signer.unsign(text.lstrip("#").lower()).decode()
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
