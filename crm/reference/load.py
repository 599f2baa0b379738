"""Reads one file of reference data and refuses what is wrong in it, with the file and the row in the message."""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from crm.reference.kinds import Named

FOLDER = Path(__file__).parent / "data"

Row = TypeVar("Row", bound=Named)


class ReferenceDataError(Exception):
    """The shipped data contradicts itself: a defect of the release, never the user's fault."""


def rows(file: str, kind: type[Row], *, folder: Path = FOLDER) -> tuple[Row, ...]:
    """All rows of a file, in its order, each checked against `kind`; codes are unique."""
    (raw,) = read(file, folder).values()
    try:
        found: tuple[Row, ...] = TypeAdapter(tuple[kind, ...]).validate_python(raw)  # type: ignore[valid-type]
    except ValidationError as error:
        raise ReferenceDataError(f"{file}.toml: {error}") from error
    unique(file, [row.code for row in found])
    return found


def read(file: str, folder: Path = FOLDER) -> dict[str, object]:
    return tomllib.loads((folder / f"{file}.toml").read_text(encoding="utf-8"))


def unique(file: str, codes: Iterable[str]) -> None:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise ReferenceDataError(f"{file}.toml: {code} stands twice")
        seen.add(code)


def known(where: str, used: Iterable[str], allowed: Iterable[Named]) -> None:
    """Every code used is one of the allowed rows."""
    strange = set(used) - {row.code for row in allowed}
    if strange:
        raise ReferenceDataError(f"{where} names {', '.join(sorted(strange))}, which no row has")


def complete(where: str, used: Iterable[str], allowed: Iterable[Named]) -> None:
    """The codes used are exactly those of the allowed rows: none strange, none left out."""
    used = set(used)
    known(where, used, allowed)
    missing = {row.code for row in allowed} - used
    if missing:
        raise ReferenceDataError(f"{where} says nothing of {', '.join(sorted(missing))}")
