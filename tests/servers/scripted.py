"""A server on a real socket whose whole behaviour is one function, for servers that misbehave."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


class Closed(Exception):
    """The client has hung up; ends the behaviour quietly."""


class Wire:
    """One accepted connection. `number` counts connections from 1, for behaviour that changes with time."""

    def __init__(self, connection: socket.socket, number: int, ended: threading.Event) -> None:
        self._socket = connection
        self._socket.settimeout(20)
        self._buffer = b""
        self._ended = ended
        self.number = number

    def line(self) -> bytes:
        """The next line without its CRLF."""
        while b"\n" not in self._buffer:
            self._more()
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line.rstrip(b"\r")

    def take(self, size: int) -> bytes:
        while len(self._buffer) < size:
            self._more()
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        return taken

    def say(self, *lines: bytes | str) -> None:
        """Lines with CRLF, in one packet."""
        encoded = (line.encode() if isinstance(line, str) else line for line in lines)
        self.send(b"".join(line + b"\r\n" for line in encoded))

    def send(self, data: bytes) -> None:
        try:
            self._socket.sendall(data)
        except OSError:
            raise Closed from None

    def hang(self) -> None:
        """Says nothing more until the client gives up or the test ends."""
        self._ended.wait(20)

    def hang_up(self) -> None:
        """Closes at once, in the middle of whatever it is."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        raise Closed

    def _more(self) -> None:
        try:
            data = self._socket.recv(65536)
        except OSError:
            raise Closed from None
        if not data:
            raise Closed
        self._buffer += data


@contextmanager
def serving(behave: Callable[[Wire], None]) -> Iterator[int]:
    """Runs `behave` for each connection, in a thread of its own; yields the port.

    A fault in the behaviour itself is raised at the end, so that no test passes by accident.
    """
    faults: list[BaseException] = []
    ended = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        number = 0
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            number += 1
            threading.Thread(target=talk, args=(connection, number), daemon=True).start()

    def talk(connection: socket.socket, number: int) -> None:
        with connection:
            try:
                behave(Wire(connection, number, ended))
            except Closed:
                pass
            except BaseException as fault:
                faults.append(fault)

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        ended.set()
        listener.close()
    if faults:
        raise faults[0]
