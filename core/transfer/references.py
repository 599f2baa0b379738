"""Finds the records that a file names: by code or name, in either language, one reading of the target's table a column.

Only what the actor may see is found. What is not found is listed once, with its count and the nearest records.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from sqlalchemy import func, or_, select

from core.db import ActorSession
from core.dialects import id_slices
from core.entity import Entity
from core.i18n import language
from core.lists import Query, conditions
from core.transfer.words import same, squashed

SMALL = 20_000
_NEAR = 0.72
_COMPARED = 40


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
    shown: list[tuple[Near, tuple[str, ...]]] = field(default_factory=list)
    is_whole: bool = True
    _pairs: dict[str, list[int]] = field(default_factory=dict)

    def ids(self, text: str) -> list[int]:
        return self.names.get(same(text), [])

    def alike(self, text: str) -> list[tuple[Near, tuple[str, ...]]]:
        """The records that share most pairs of letters with the text: few enough to be compared well."""
        if not self._pairs:
            for place, (_near, forms) in enumerate(self.shown):
                for pair in {pair for form in forms for pair in _pairs_of(form)}:
                    self._pairs.setdefault(pair, []).append(place)
        shared = Counter(place for pair in _pairs_of(text) for place in self._pairs.get(pair, ()))
        return [self.shown[place] for place, _count in shared.most_common(_COMPARED)]


def _pairs_of(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)} or {text}


def index_of(session: ActorSession, target: Entity, texts: Iterable[str]) -> Index:
    """Read what is needed to find the texts. Archived records are found only where no other has the name."""
    made = Index(target)
    table = target.table
    counted = select(table.c.id).limit(SMALL + 1).subquery()
    made.is_whole = (session.scalar(select(func.count()).select_from(counted)) or 0) <= SMALL
    columns = _names_of(target, table)
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


def _names_of(target: Entity, table: Any) -> list[Any]:
    """The columns by which a file may name a record: the code first."""
    return [table.c[column.key] for column in target.key if target.fields[column.key].kind == "text"]


def _add(index: Index, rows: list[Any]) -> None:
    """Codes come before names: a text that is one record's code is not another's name."""
    taken = set(index.names)
    for place in range(2, len(rows[0]) if rows else 2):
        words: dict[str, list[int]] = {}
        for row in rows:
            if row[place] and (word := same(str(row[place]))) not in taken and row[0] not in words.get(word, ()):
                words.setdefault(word, []).append(row[0])
        index.names.update(words)
        taken |= words.keys()
    for row in rows:
        names = [str(name) for name in row[2:] if name]
        if names and row[1] is None:
            near = Near(names[0], names[-1] if language() == "en" else names[min(1, len(names) - 1)])
            index.shown.append((near, tuple(dict.fromkeys(map(squashed, names)))))


def nearest(session: ActorSession, index: Index, text: str, limit: int = 3) -> tuple[Near, ...]:
    """Records that are written almost like the text."""
    wanted = squashed(text)
    source = index if index.is_whole else _found(session, index.target, text)
    scored = [(max(_likeness(wanted, form) for form in forms), near) for near, forms in source.alike(wanted)]
    close = sorted((pair for pair in scored if pair[0] >= _NEAR), key=lambda pair: (-pair[0], pair[1].key))
    return tuple(near for _score, near in close[:limit])


def _found(session: ActorSession, target: Entity, text: str) -> Index:
    """What the product's own search finds for the text, where a table is too large to be held."""
    made = Index(target)
    table = target.table
    chosen = select(table.c.id, table.c.archived_at, *_names_of(target, table))
    found = chosen.where(*conditions(target, Query(words=text))).order_by(table.c.id).limit(_COMPARED)
    _add(made, list(session.execute(found)))
    return made


def _likeness(first: str, second: str) -> float:
    return SequenceMatcher(None, first, second, autojunk=False).ratio()
