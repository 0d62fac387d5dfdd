"""A token endpoint on loopback, and tokens that Dovecot checks by itself: OAuth 2 without a cloud."""

from __future__ import annotations

import json
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


class Issuer:
    """Signs access tokens for mailboxes; `public_pem` is what Dovecot needs to know."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.public_pem = self._key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def token(self, mailbox: str, *, seconds: int = 3600) -> str:
        now = int(time.time())
        claims = {"sub": mailbox, "email": mailbox, "iat": now - 10, "nbf": now - 10, "exp": now + seconds}
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": "default"})


class TokenEndpoint:
    """`asked` holds each POST's fields; `answer` makes (status, body) from them."""

    def __init__(self, answer: Callable[[dict[str, str]], tuple[int, object]]) -> None:
        self.asked: list[dict[str, str]] = []
        self.answer = answer
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                form = dict(urllib.parse.parse_qsl(self.rfile.read(length).decode()))
                endpoint.asked.append(form)
                status, body = endpoint.answer(form)
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                if status in (301, 302, 307, 308):
                    self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/token"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def issuing(*tokens: str, seconds: object = 3600) -> Iterator[TokenEndpoint]:
    """Hands the tokens out in order, the last one for ever."""
    left = list(tokens)

    def answer(_: dict[str, str]) -> tuple[int, object]:
        token = left.pop(0) if len(left) > 1 else left[0]
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": seconds}

    endpoint = TokenEndpoint(answer)
    try:
        yield endpoint
    finally:
        endpoint.stop()
