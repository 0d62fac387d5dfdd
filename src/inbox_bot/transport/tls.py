"""TLS for both protocols, failing closed, and the sentence for each way a connection can fail.

Trust follows the system's store and SSL_CERT_FILE. Nothing here can be told to skip verification.
"""

from __future__ import annotations

import socket
import ssl


def client_context() -> ssl.SSLContext:
    """Verifies the chain and the host name; TLS 1.2 at least (RFC 8996 retired what came before)."""
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def explain(error: BaseException, server: str) -> str:
    """One sentence for a person: what failed on the way to `server` and what to do about it.

    Looks through `__cause__` and `__context__`, since libraries wrap the socket's own error.
    Quotes no server text: that may hold an address.
    """
    for cause in _chain(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return (
                f"The certificate of {server} is not trusted ({_reason(cause)}): "
                "correct the host name, or add the authority to the system's store or SSL_CERT_FILE."
            )
        if isinstance(cause, ssl.SSLError):
            return (
                f"No TLS connection to {server} could be made ({_reason(cause)}): check port and `security`."
            )
        if isinstance(cause, socket.gaierror):
            return f"The name of {server} could not be found (DNS): check `host` and the network."
        if isinstance(cause, ConnectionRefusedError):
            return f"Nothing answers at {server}: check `host` and `port`, and that the server is running."
        if isinstance(cause, TimeoutError):
            return f"{server} did not answer in time: check the network; it will be tried again."
    return f"The connection to {server} was lost or refused: it will be tried again."


def _chain(error: BaseException) -> list[BaseException]:
    """The error and what it was raised from, the innermost first."""
    found: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in found:
        found.append(current)
        current = current.__cause__ or current.__context__
    return found[::-1]


def _reason(error: ssl.SSLError) -> str:
    """OpenSSL's short reason, such as "self-signed certificate" or "WRONG_VERSION_NUMBER"."""
    if isinstance(error, ssl.SSLCertVerificationError) and error.verify_message:
        return error.verify_message.split(",")[0].rstrip(".")
    return (error.reason or "handshake failed").replace("_", " ").lower()
