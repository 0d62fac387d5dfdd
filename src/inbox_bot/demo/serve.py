"""`demo --serve`: the site on a local port and the mail servers up, for a look around with a mail client."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from rich.console import Console

from ..pipeline import Pipeline
from .player import Show
from .servers import Account, deliver, mail_client

PASS_SECONDS = 5  # between two passes: mail sent by hand is answered before one wonders
"""An office polls once a minute; somebody who tries the demo is less patient."""


class _Quiet(SimpleHTTPRequestHandler):
    """Serves the site without a log line for each request."""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the terminal belongs to the account above."""


def until_stopped(show: Show) -> None:
    """Serve until Ctrl-C. The clock goes on from the last simulated moment, and passes go on too."""
    site = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(show.site)))
    threading.Thread(target=site.serve_forever, daemon=True).start()
    console = Console(highlight=False)
    inbox = show.service.settings.office.inbox_address

    def server(account: Account) -> str:
        return f"{account.host}:{account.port}  user {account.user}  password {account.password}  (no TLS)"

    console.print(
        f"""
[bold]Still up, until you press Ctrl-C[/bold]
  Website   http://127.0.0.1:{site.server_address[1]}/
  IMAP      {server(show.mailbox)}
  SMTP      {server(show.smtp)}
Write to {inbox} through this SMTP server: the mail arrives in the INBOX, the service
takes it in within {PASS_SECONDS} seconds, and what it sends appears in {show.post_box.folder}.""",
        soft_wrap=True,
    )
    try:
        asyncio.run(_go_on(show))
    except KeyboardInterrupt:
        console.print("Stopped.")
    finally:
        site.shutdown()
        site.server_close()


async def _go_on(show: Show) -> None:
    """Passes go on; mail for the inbox moves from the SMTP server to the mailbox, as on a mail server."""
    last, began = show.clock.now, dt.datetime.now(dt.UTC)
    seen = len(show.post_box.sent)
    pipeline = Pipeline(show.service)
    try:
        while True:
            show.clock.now = show.post_box.now = last + (dt.datetime.now(dt.UTC) - began)
            arrived = [sent for sent in show.post_box.sent[seen:] if show.mailbox.user in sent.recipients]
            seen = len(show.post_box.sent)
            if arrived:
                with mail_client(show.mailbox) as client:
                    for sent in arrived:
                        deliver(client, "INBOX", sent.raw, show.clock.now)
            await pipeline.once()
            await asyncio.sleep(PASS_SECONDS)
    finally:
        pipeline.close()
