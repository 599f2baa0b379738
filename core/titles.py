"""Titles of records by id, and what a select offers: each one statement, however many tables are asked for."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, String, cast, func, literal, select, union_all

from core.db import ActorSession
from core.registry import registry

Titles = dict[tuple[str, int], str]


def titles(session: ActorSession, wanted: dict[str, set[int]]) -> Titles:
    """Titles of the records that the actor may see, by (table, id). A hidden record has none, like a missing one."""
    parts = [_titles_of(table, ids) for table, ids in sorted(wanted.items()) if ids]
    known = [part for part in parts if part is not None]
    rows = session.execute(union_all(*known)) if known else ()
    return {(row[0], row[1]): str(row[2]) for row in rows}


def _titles_of(table: str, ids: set[int]) -> Select[Any] | None:
    target = registry().entity_of_table(table)
    if target is None:
        return None
    named = target.table
    return select(literal(table), named.c.id, cast(target.title_in(named), String)).where(named.c.id.in_(ids))


def choice_lists(session: ActorSession, tables: Iterable[str], *, limit: int) -> dict[str, list[tuple[int, str]]]:
    """What may be chosen from each table, by position, then title; `limit + 1` rows say that there are more."""
    parts = [part for table in sorted(set(tables)) if (part := _choices_of(table, limit + 1)) is not None]
    found: dict[str, list[tuple[int, str]]] = {}
    for table, row_id, title, _position in sorted(_rows(session, parts), key=lambda row: (row[0], row[3], row[2])):
        found.setdefault(table, []).append((row_id, title))
    return found


def _rows(session: ActorSession, parts: list[Any]) -> list[tuple[str, int, str, int]]:
    return [(r[0], r[1], str(r[2]), r[3]) for r in session.execute(union_all(*parts))] if parts else []


def _choices_of(table: str, limit: int) -> Select[Any] | None:
    """A limit inside a union needs a sub-select of its own on SQLite."""
    target = registry().entity_of_table(table)
    if target is None:
        return None
    offered = target.table
    title = cast(target.title_in(offered), String)
    position = offered.c.position if "position" in offered.c else literal(0)
    inner = (
        select(literal(table).label("t"), offered.c.id, title.label("title"), position.label("position"))
        .where(offered.c.archived_at.is_(None))
        .order_by(position if "position" in offered.c else offered.c.id, offered.c.id)
        .limit(limit)
        .subquery()
    )
    return select(inner.c.t, inner.c.id, inner.c.title, func.coalesce(inner.c.position, 0))
