"""inbox_bot: the service behind the election mailbox of a police and crime commissioner's office."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("inbox-bot")
except PackageNotFoundError:  # run from a folder that was never installed
    __version__ = "0.0.0"
