"""The helpers themselves: what is missing is named, what is scripted does not fail in silence."""

from __future__ import annotations

import pytest

from tests.servers.fixtures import need
from tests.servers.processes import Process, ServiceMissing, private_folder
from tests.servers.scripted import Wire, serving


def missing() -> None:
    raise ServiceMissing("Dovecot is missing: apt-get install dovecot-imapd")


def test_a_missing_service_skips_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUIRE_SERVICES", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install dovecot-imapd"):
        need(missing)


def test_a_missing_service_fails_where_services_are_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUIRE_SERVICES", "1")
    with pytest.raises(pytest.fail.Exception, match="apt-get install dovecot-imapd"):
        need(missing)


def test_a_fault_in_a_scripted_server_is_not_swallowed() -> None:
    import socket

    def broken(wire: Wire) -> None:
        wire.line()
        raise AssertionError("the script is wrong")

    with pytest.raises(AssertionError, match="the script is wrong"), serving(broken) as port:
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(b"hello\r\n")
            client.recv(1)  # closed by the server once its script has failed


def test_a_server_that_does_not_start_shows_its_log() -> None:
    log = private_folder("broken") / "log"
    with pytest.raises(RuntimeError, match="cannot open"):
        Process(["sh", "-c", "echo cannot open; exit 1"], ready=lambda: False, log=log)
