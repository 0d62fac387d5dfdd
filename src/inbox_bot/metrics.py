"""Figures for Prometheus: counts and times, nobody's words. Served on loopback where a port is set."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, start_http_server

from .errors import ConfigError
from .pipeline import Report


class Metrics:
    """One registry for one daemon."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.received = Counter("inbox_bot_received", "Messages handled", ["outcome"], registry=self.registry)
        self.failures = Counter("inbox_bot_failures", "Ticks that failed", ["tick"], registry=self.registry)
        self.errors = Counter("inbox_bot_errors", "Errors of passes that went on", registry=self.registry)
        self.last_poll = Gauge(
            "inbox_bot_last_poll_timestamp_seconds",
            "When the mailbox was last read to its end",
            registry=self.registry,
        )
        self.outbox = Gauge("inbox_bot_outbox", "Mails in the outbox", ["state"], registry=self.registry)

    def serve(self, port: int) -> None:
        """On 127.0.0.1; nothing where the port is 0. ConfigError where it is taken."""
        if port:
            try:
                start_http_server(port, addr="127.0.0.1", registry=self.registry)
            except OSError as error:
                raise ConfigError(f"metrics.port: port {port} is taken: choose another.") from error

    def count(self, report: Report) -> None:
        for outcome, number in report.outcomes.items():
            self.received.labels(outcome.value).inc(number)
        self.errors.inc(len(report.errors))
        if report.polled:
            self.last_poll.set_to_current_time()
        for state, number in report.outbox.items():
            self.outbox.labels(state.value).set(number)
