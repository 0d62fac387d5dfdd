"""Everything that a pass imports, imported once in the process that the children are forked from."""

import inbox_bot.bootstrap
import inbox_bot.pipeline
import inbox_bot.transport.documents  # noqa: F401
