"""Which stored record each row means, and which values another record has already."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import UniqueConstraint, select

from core.db import ActorSession
from core.dialects import id_slices
from core.i18n import _
from core.ids import new_ids
from core.transfer.draft import Draft, Rows
from core.wall import whole

Key = tuple[Any, ...]


def taken_sentence(label: str) -> str:
    """The same for records that the actor sees and for those that it does not."""
    return _(
        "Another record has this value already ({field}). If you cannot find it, ask an administrator.", field=label
    )


def identify(draft: Draft) -> None:
    """Give each row the id of its record: the stored one with its key, or a new one that rows of equal key share."""
    draft.ids = new_ids(len(draft.sheet)) if len(draft.sheet) else []
    keys = _keys(draft)
    names = tuple(view.name for view in draft.keys)
    seen = lookup(draft.session, draft.entity.table, names, keys.values())
    known = {key: ids for key, ids in seen.items() if ids}
    hidden = lookup(draft.session, whole(draft.entity.table), names, (k for k in keys.values() if k not in known))
    label = ", ".join(_(view.label) for view in draft.keys)
    first: dict[Key, int] = {}
    for index, key in keys.items():
        if len(known.get(key, ())) > 1:
            draft.refuse(index, label, _("Several records have this key. Give their codes."))
        elif key in hidden:
            draft.refuse(index, label, taken_sentence(label))
        elif key in first:
            draft.twins[index] = first[key]
            draft.ids[index] = draft.ids[first[key]]
        else:
            first[key] = index
            if key in known:
                draft.ids[index] = known[key][0]
                draft.stored.add(known[key][0])


def _keys(draft: Draft) -> dict[int, Key]:
    """The key of every row that has one; where a part is missing that every record has, the row is refused."""
    columns = [draft.columns[view.name].values for view in draft.keys]
    needed = [len(draft.keys) == 1 or not _is_nullable(draft, view.name) for view in draft.keys]
    found: dict[int, Key] = {}
    for index, key in enumerate(zip(*columns, strict=True)):
        lacking = [view for view, part, must in zip(draft.keys, key, needed, strict=True) if part is None and must]
        if lacking:
            if index not in draft.problems:
                label = _(lacking[0].label)
                draft.refuse(index, label, _("“{field}” tells one record from another and is empty here.", field=label))
        else:
            found[index] = key
    return found


def _is_nullable(draft: Draft, name: str) -> bool:
    return bool(draft.entity.table.c[name].nullable)


def lookup(session: ActorSession, table: Any, names: tuple[str, ...], keys: Iterable[Key]) -> dict[Key, list[int]]:
    """Ids of the records in use that have the keys: asked by the column that tells most."""
    wanted = set(keys)
    lead = _lead(wanted, len(names))
    if lead is None:
        return {}
    found: dict[Key, list[int]] = {}
    columns = [table.c[name] for name in names]
    for part in id_slices(list({key[lead] for key in wanted})):
        statement = select(table.c.id, *columns).where(columns[lead].in_(part), table.c.archived_at.is_(None))
        for record_id, *key in session.connection().execute(statement):
            if tuple(key) in wanted:
                found.setdefault(tuple(key), []).append(record_id)
    return found


def _lead(keys: set[Key], width: int) -> int | None:
    columns = [[key[i] for key in keys] for i in range(width)]
    counts = [0 if None in column else len(set(column)) for column in columns]
    best = max(counts, default=0)
    return counts.index(best) if best else None


def demand_equal_twins(draft: Draft) -> None:
    """Rows of one key are one record if they say the same of it."""
    for index, first in list(draft.twins.items()):
        if any(column.values[index] != column.values[first] for column in draft.columns.values()):
            line = draft.sheet.lines[first]
            label = ", ".join(_(view.label) for view in draft.keys)
            draft.refuse(index, label, _("Line {line} has the same key, but says something else.", line=line))


def parents_first(draft: Draft, created: list[int]) -> list[int]:
    """Rows to create in an order in which a row comes after the row that it names. A ring is refused."""
    fields = [name for name, column in draft.columns.items() if column.view.target == draft.entity.table.name]
    if not fields:
        return created
    row_of = {draft.ids[index]: index for index in created}
    above = {i: [row_of[v] for name in fields if (v := draft.columns[name].values[i]) in row_of] for i in created}
    placed: dict[int, None] = {}
    waiting = created
    while waiting:
        left = [i for i in waiting if any(parent not in placed for parent in above[i])]
        placed.update(dict.fromkeys(i for i in waiting if all(parent in placed for parent in above[i])))
        if len(left) == len(waiting):
            for index in left:
                draft.refuse(index, draft.label(fields[0]), _("This record stands above itself."))
            break
        waiting = left
    return list(placed)


# --- values that no two records share -------------------------------------------------------------------------


def check_unique(draft: Draft, made: Rows, changes: dict[int, dict[str, Any]]) -> None:
    row_of = {draft.ids[i]: i for i in draft.sound_rows()}
    for names in _unique(draft.entity.table):
        held = dict(_held(draft, names, made, changes, row_of))
        stored = lookup(draft.session, whole(draft.entity.table), names, held.values())
        label = ", ".join(draft.label(name) for name in names)
        first: dict[Key, int] = {}
        for record_id, key in held.items():
            others = [other for other in stored.get(key, ()) if other != record_id]
            if others or first.setdefault(key, record_id) != record_id:
                draft.refuse(row_of[record_id], label, taken_sentence(label))


def _unique(table: Any) -> Iterator[tuple[str, ...]]:
    for index in table.indexes:
        if index.unique:
            yield tuple(column.name for column in index.columns)
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield tuple(column.name for column in constraint.columns)


def _held(
    draft: Draft, names: tuple[str, ...], made: Rows, changes: dict[int, dict[str, Any]], row_of: dict[int, int]
) -> Iterator[tuple[int, Key]]:
    """What the import gives the columns: of new records, and of stored ones that it changes there."""
    for record_id, index in row_of.items():
        values = changes.get(record_id, {}) if record_id in draft.stored else made.get(index)
        key = tuple(values.get(name) for name in names)
        if None not in key:
            yield record_id, key
