"""What a child process of ours may see: enough to find Python and our modules, and no secret.

Settings may come from the environment (`INBOX_BOT__SMTP__PASSWORD`); a child that reads a stranger's file
gets none of it. Nor does anybody who lists processes: no command of ours takes a secret as an argument.
"""

from __future__ import annotations

import os

_KEPT = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LANG", "SYSTEMROOT")


def environment() -> dict[str, str]:
    """The environment for `subprocess.run`."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {"PYTHONDONTWRITEBYTECODE": "1"}
