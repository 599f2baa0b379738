"""Choices that look free and are always the same: made from a digest of what is chosen for, never from a clock."""

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

Thing = TypeVar("Thing")


def number(*key: object, below: int) -> int:
    """A whole number from 0 to `below` - 1 that depends on the key only."""
    digest = sha256("/".join(map(str, key)).encode()).digest()
    return int.from_bytes(digest[:6], "big") % below


def one_of(options: Sequence[Thing], *key: object) -> Thing:
    return options[number(*key, below=len(options))]
