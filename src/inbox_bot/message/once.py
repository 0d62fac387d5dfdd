"""What is found of a message is found once: detecting, unwrapping, comparing and triage ask for the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from .model import ParsedMessage

Found = TypeVar("Found")


def once(find: Callable[[ParsedMessage], Found]) -> Callable[[ParsedMessage], Found]:
    """Keep what `find` found of a message for as long as the message itself is kept."""
    kept: WeakKeyDictionary[ParsedMessage, Found] = WeakKeyDictionary()

    @wraps(find)
    def found(message: ParsedMessage) -> Found:
        try:
            return kept[message]
        except KeyError:
            return kept.setdefault(message, find(message))

    return found
