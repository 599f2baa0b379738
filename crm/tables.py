"""What the tables of the modules share: natural keys that an archived row does not block, and list columns."""

from typing import Any

from sqlalchemy import JSON, Index, column
from sqlmodel import Field

LIVE = column("archived_at").is_(None)


def live_unique(name: str, *columns: str) -> Index:
    """Unique among the rows that are not archived, so that an undone row does not stand in the way of a new one."""
    return Index(name, *columns, unique=True, sqlite_where=LIVE, postgresql_where=LIVE)


def live_index(name: str, *columns: str) -> Index:
    """An index of the rows that are not archived, which is what lists and counts ask for: they read nothing else."""
    return Index(name, *columns, sqlite_where=LIVE, postgresql_where=LIVE)


def codes(*choices: str, **info: Any) -> Any:
    """A list of codes, kept in the row: of these, where the program itself knows them, else of rows by their codes."""
    info = {"kind": "list", "choices": choices, **info}
    return Field(default_factory=list, sa_type=JSON, sa_column_kwargs={"info": info})


def derived_text(size: int = 200, **info: Any) -> Any:
    """A text that may be left out: the entity's `complete` fills it in. It is never empty in the database."""
    return Field(default="", max_length=size, sa_column_kwargs={"info": {"kind": "text", **info}})


def base36(number: int) -> str:
    """A short code of a record's own id, for records that come without one."""
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    text_ = ""
    while number:
        number, rest = divmod(number, 36)
        text_ = digits[rest] + text_
    return text_
