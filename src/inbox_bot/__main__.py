"""`python -m inbox_bot`: the same as `inbox-bot`."""

from .cli import main

main()
