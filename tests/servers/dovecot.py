"""Dovecot, rootless: IMAP in the clear, with STARTTLS and with TLS, and LMTP, on free ports.

Every user name exists, with the password `PASSWORD`, and has an empty mailbox of its own, so tests
that take a new name each do not meet. `extra` is laid at the end of dovecot.conf (quota, ACL, …).
"""

from __future__ import annotations

import shutil
import signal
import smtplib
from pathlib import Path

from .accounts import Account
from .certificates import Authority, Pair
from .processes import Process, ServiceMissing, answers, free_port, give, plain_user, private_folder

PASSWORD = "correct-horse-battery"

CONFIGURATION = """
protocols = imap lmtp
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
auth_verbose = yes
auth_failure_delay = 0
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_location = maildir:~/Maildir
mail_max_userip_connections = 100
first_valid_uid = 0
first_valid_gid = 0
mail_fsync = never
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = static
  mechanisms = plain login
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home/%u allow_all_users=yes
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    auto = subscribe
    special_use = \\Sent
  }}
  mailbox Junk {{
    auto = subscribe
    special_use = \\Junk
  }}
}}
{extra}
"""

OAUTH2 = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={folder}/keys/
username_attribute = email
"""


class Dovecot:
    """One running server. ServiceMissing where Dovecot is not installed."""

    def __init__(self, authority: Authority, *, extra: str = "", pair: Pair | None = None) -> None:
        program = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")
        if program is None:
            raise ServiceMissing("Dovecot is missing: apt-get install dovecot-imapd dovecot-lmtpd")
        self.folder = private_folder("dovecot")
        self.ca = authority.ca
        self.imap, self.imaps, self.lmtp = free_port(), free_port(), free_port()
        pair = pair or authority.issue()
        user, group = plain_user()
        certificate, key = (self._own(file) for file in (pair.certificate, pair.key))
        (self.folder / "oauth2.conf").write_text(OAUTH2.format(folder=self.folder))
        configuration = self.folder / "dovecot.conf"
        configuration.write_text(
            CONFIGURATION.format(
                folder=self.folder, user=user, group=group, certificate=certificate, key=key,
                imap=self.imap, imaps=self.imaps, lmtp=self.lmtp, password=PASSWORD,
                extra=extra.replace("FOLDER", str(self.folder)),
            )
        )  # fmt: skip
        self._command = [program, "-F", "-c", str(configuration)]
        self.start()

    def start(self) -> None:
        self._process = Process(
            self._command, ready=lambda: answers(self.imap), log=self.folder / "start.log"
        )

    def stop(self) -> None:
        """Ends the server and keeps its mail, for tests in which it goes away and comes back."""
        self._process.stop()

    def remove(self) -> None:
        self._process.stop(signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)

    def account(self, username: str) -> Account:
        ports = {"tls": self.imaps, "starttls": self.imap, "plain": self.imap}
        return Account(username=username, password=PASSWORD, ports=ports, ca=self.ca)  # type: ignore[arg-type]

    def lmtp_deliver(self, username: str, raw: bytes, *, sender: str = "") -> None:
        """Delivers as a mail transfer agent would, adding Return-Path and Received (RFC 2033)."""
        with smtplib.LMTP("127.0.0.1", self.lmtp) as client:
            client.sendmail(sender, [username], raw)

    def trust_token_key(self, public_pem: bytes, *, kid: str = "default", algorithm: str = "RS256") -> None:
        """Lets XOAUTH2 tokens (JWT with `email` and `sub`) signed by this key in."""
        file = self.folder / "keys" / "default" / algorithm / kid
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(public_pem)
        for path in (file, *list(file.parents)[:3]):
            give(path)

    def _own(self, file: Path) -> Path:
        """A copy that the server's user can read."""
        copy = self.folder / file.name
        shutil.copyfile(file, copy)
        copy.chmod(0o600)
        give(copy)
        return copy
