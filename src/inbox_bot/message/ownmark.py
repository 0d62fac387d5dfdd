"""The keyed mark on the service's own mail, by which it knows its own when it comes back.

Anyone may copy a header name; without the key nobody can make the value fit a Message-ID (RFC 2104).
"""

from __future__ import annotations

import hashlib
import hmac

HEADER = "X-Inbox-Bot-Mark"
_PREFIX = "v1-"
_LENGTH = 32  # hex digits, 128 bits


def sign(key: bytes, message_id: str) -> str:
    """The header's value for one message id (with or without angle brackets)."""
    digest = hmac.new(key, b"inbox-bot own mail\0" + message_id.strip("<> \t").encode(), hashlib.sha256)
    return _PREFIX + digest.hexdigest()[:_LENGTH]


def verify(key: bytes, message_id: str, value: str) -> bool:
    """Whether `value` was made with `key` for this message id."""
    if not message_id.strip("<> \t"):
        return False
    return hmac.compare_digest(sign(key, message_id).encode(), value.strip().encode("utf-8", "replace"))
