"""Finds the records that a file names: by code or name, in either language, one reading of the target's table a column.

Only what the actor may see is found. What is not found is listed once, with its count and the nearest records.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from sqlalchemy import func, or_, select

from core.db import ActorSession
from core.dialects import id_slices
from core.entity import Entity
from core.lists import Query, conditions
from core.transfer.words import same, squashed

SMALL = 20_000
_NEAR = 0.72
_SUGGESTED = 40


@dataclass(frozen=True)
class Near:
    """A record that an unknown name may mean: what to give as `to`, and its title."""

    key: str
    title: str


@dataclass(frozen=True)
class Unknown:
    """A name that no record has, or more than one: once, with how many rows use it and the first line that does."""

    field: str
    label: str
    target: str
    text: str
    count: int
    line: int
    near: tuple[Near, ...] = ()
    is_ambiguous: bool = False
    can_create: bool = False


@dataclass
class Index:
    """The target's records by every word for them. A small table is held whole, a large one only as far as asked."""

    target: Entity
    names: dict[str, list[int]] = field(default_factory=dict)
    shown: dict[int, Near] = field(default_factory=dict)
    is_whole: bool = True

    def ids(self, text: str) -> list[int]:
        return self.names.get(same(text), [])


def index_of(session: ActorSession, target: Entity, texts: Iterable[str]) -> Index:
    """Read what is needed to find the texts. Archived records are found only where no other has the name."""
    made = Index(target)
    table = target.table
    counted = select(table.c.id).limit(SMALL + 1).subquery()
    made.is_whole = (session.scalar(select(func.count()).select_from(counted)) or 0) <= SMALL
    columns = [table.c[column.key] for column in target.key]
    chosen = select(table.c.id, table.c.archived_at, *columns).order_by(table.c.id)
    if made.is_whole:
        rows = list(session.execute(chosen))
    else:
        wanted = sorted({text.strip() for text in texts} - {""})
        parts = id_slices(wanted, 900 // len(columns))  # type: ignore[arg-type]
        rows = [row for part in parts for row in session.execute(chosen.where(or_(*(c.in_(part) for c in columns))))]
    for archived in (False, True):
        _add(made, [row for row in rows if (row[1] is not None) is archived])
    return made


def _add(index: Index, rows: list[Any]) -> None:
    """Codes come before names: a text that is one record's code is not another's name."""
    taken = set(index.names)
    for place in range(2, 2 + len(index.target.key)):
        words: dict[str, list[int]] = {}
        for row in rows:
            if row[place] and (word := same(str(row[place]))) not in taken and row[0] not in words.get(word, ()):
                words.setdefault(word, []).append(row[0])
        index.names.update(words)
        taken |= words.keys()
    for row in rows:
        names = [str(name) for name in row[2:] if name]
        if names and row[1] is None:
            index.shown[row[0]] = Near(names[0], " ".join(dict.fromkeys(names)))


def nearest(session: ActorSession, index: Index, text: str, limit: int = 3) -> tuple[Near, ...]:
    """Records that are written almost like the text."""
    wanted = squashed(text)
    scored = [(_likeness(wanted, near), near) for near in _candidates(session, index, text)]
    close = sorted((pair for pair in scored if pair[0] >= _NEAR), key=lambda pair: (-pair[0], pair[1].key))
    return tuple(near for _score, near in close[:limit])


def _candidates(session: ActorSession, index: Index, text: str) -> Iterable[Near]:
    if index.is_whole and len(index.shown) <= 5000:
        return index.shown.values()
    found = Index(index.target)
    table = index.target.table
    columns = [table.c[column.key] for column in index.target.key]
    alike = select(table.c.id, table.c.archived_at, *columns).where(*conditions(index.target, Query(words=text)))
    _add(found, list(session.execute(alike.order_by(table.c.id).limit(_SUGGESTED))))
    return found.shown.values()


def _likeness(wanted: str, near: Near) -> float:
    names = {squashed(near.key), squashed(near.title.removeprefix(near.key)), squashed(near.title)}
    matcher = SequenceMatcher(b=wanted, autojunk=False)
    best = 0.0
    for name in names:
        matcher.set_seq1(name)
        if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best:
            best = max(best, matcher.ratio())
    return best
