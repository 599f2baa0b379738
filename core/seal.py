"""The journal's seals: batches of entries, each bound to the one before by a keyed digest.

A seal covers whatever entries were unsealed when it was made, so that writers never queue and an entry that was
committed late is sealed late, but sealed. The newest seal is also written to a file outside the database, which
shows a cut tail. An entry holds the digest of its values; the values themselves may be erased.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import BigInteger
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field

from core import clock
from core.access import nobody, protect
from core.audit import AuditEntry, AuditValue, digest
from core.db import engine
from core.dialects import id_slices
from core.i18n import _
from core.ids import new_id
from core.keys import current_key, known_keys, read_heads, write_head
from core.record import METADATA, Row

ALGORITHM = "HMAC-SHA256"
BATCH = 5000


class Seal(Row, table=True):
    __tablename__ = "core_seal"
    number: int = Field(sa_type=BigInteger, unique=True)
    at: datetime = Field(default_factory=clock.now)
    first_entry: int = Field(sa_type=BigInteger)
    last_entry: int = Field(sa_type=BigInteger)
    count: int
    root: str = Field(max_length=80)
    previous: str = Field(max_length=120)
    mac: str = Field(max_length=120)
    algorithm: str = Field(max_length=20)
    key_id: str = Field(max_length=20)


protect(Seal, "core.audit", nobody)

ENTRY, VALUE, SEAL = (METADATA.tables[t.__tablename__] for t in (AuditEntry, AuditValue, Seal))
_SEALED_FIELDS = tuple(c.name for c in ENTRY.columns if c.name != "seal")
_BOUND_FIELDS = tuple(c.name for c in SEAL.columns if c.name not in ("id", "mac"))


@dataclass
class Findings:
    """What an examination of the journal found. `problems` are sentences; none means that the journal is whole."""

    seals: int = 0
    entries: int = 0
    waiting: int = 0
    erased: int = 0
    problems: list[str] = field(default_factory=list)


# --- sealing --------------------------------------------------------------------------------------------------


def seal_pending() -> int:
    """Seal every entry that has no seal. Returns how many were sealed; another process may be sealing too."""
    total = 0
    while count := _seal_batch():
        total += count
    return total


def _seal_batch() -> int:
    with engine().execution_options(sqlite_begin="DEFERRED").connect() as connection:
        if connection.execute(sa.select(ENTRY.c.id).where(ENTRY.c.seal.is_(None)).limit(1)).first() is None:
            return 0
    try:
        with engine().begin() as connection:
            made = _write_seal(connection)
    except IntegrityError:  # another process took this number: its seal stands, ours never was
        return 0
    if made is None:
        return 0
    write_head({name: made[name] for name in ("number", "at", "count", "mac", "key_id")})
    return int(made["count"])


def _write_seal(connection: sa.Connection) -> dict[str, Any] | None:
    previous = next(iter([*_rows(connection, sa.select(SEAL).order_by(SEAL.c.number.desc()).limit(1))]), None)
    if previous is not None and previous["key_id"] not in known_keys():
        return None  # this machine lacks the chain's key; `octant doctor` says so
    pending = sa.select(ENTRY).where(ENTRY.c.seal.is_(None)).order_by(ENTRY.c.id).limit(BATCH)
    entries = list(_rows(connection, pending))
    if not entries:
        return None
    key_id, key = current_key()
    seal = {
        "id": new_id(), "number": previous["number"] + 1 if previous else 1, "at": clock.now(),
        "first_entry": entries[0]["id"], "last_entry": entries[-1]["id"], "count": len(entries),
        "root": _root(entries), "previous": previous["mac"] if previous else "", "algorithm": ALGORITHM,
        "key_id": key_id,
    }  # fmt: skip
    seal["mac"] = _mac(key, seal)
    connection.execute(sa.insert(SEAL).values(seal))
    _mark(connection, [entry["id"] for entry in entries], seal["number"])
    return seal


def _mark(connection: sa.Connection, ids: list[int], number: int) -> None:
    marked = 0
    for part in id_slices(ids):
        free = (ENTRY.c.id.in_(part), ENTRY.c.seal.is_(None))
        marked += connection.execute(sa.update(ENTRY).where(*free).values(seal=number)).rowcount
    if marked != len(ids):
        raise IntegrityError("entries were sealed meanwhile", None, ValueError(number))


# --- what is sealed -------------------------------------------------------------------------------------------


def _rows(connection: sa.Connection, statement: Any) -> Iterator[dict[str, Any]]:
    """Rows as the database holds them: a broken date must be found, not choked on."""
    raw = [sa.type_coerce(column, sa.types.NullType()).label(column.name) for column in statement.selected_columns]
    found = connection.execute(statement.with_only_columns(*raw), execution_options={"yield_per": 1000})
    yield from map(dict, found.mappings())


def _line(row: dict[str, Any], names: Iterable[str]) -> bytes:
    """One text for both engines: SQLite keeps an instant as this text, PostgreSQL gives a datetime."""
    return json.dumps([_plain(row[name]) for name in names], ensure_ascii=True, default=repr).encode() + b"\n"


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, datetime) else value


def _root(entries: Iterable[dict[str, Any]]) -> str:
    whole = hashlib.sha256()
    for entry in entries:
        whole.update(_line(entry, _SEALED_FIELDS))
    return "sha256:" + whole.hexdigest()


def _mac(key: bytes, seal: dict[str, Any]) -> str:
    return "hmac-sha256:" + hmac.new(key, _line(seal, _BOUND_FIELDS), hashlib.sha256).hexdigest()


# --- examining ------------------------------------------------------------------------------------------------


def verify() -> list[str]:
    """Sentences about what is wrong with the journal; none means that it is whole."""
    with engine().execution_options(sqlite_begin="DEFERRED").connect() as connection:
        return examine(connection).problems


def examine(connection: sa.Connection, data_dir: Path | None = None) -> Findings:
    """Go through every seal and every entry. `data_dir` holds the keys and the head file, by default this one's."""
    found = Findings()
    seals = {seal["number"]: seal for seal in _rows(connection, sa.select(SEAL).order_by(SEAL.c.number))}
    found.seals = len(seals)
    _check_chain(found, seals, known_keys(data_dir))
    _check_heads(found, seals, data_dir)
    value = VALUE.c.changes
    text = sa.select(*ENTRY.columns, sa.cast(value, sa.Text).label("changes"), VALUE.c.id.label("value_id"))
    ordered = text.outerjoin_from(ENTRY, VALUE, VALUE.c.entry_id == ENTRY.c.id).order_by(ENTRY.c.seal, ENTRY.c.id)
    intact = set()
    for number, entries in groupby(_rows(connection, ordered), key=lambda row: row["seal"]):
        rows = _with_checked_values(found, entries)
        if number is None:
            found.waiting += sum(1 for _row in rows)
        elif _check_batch(found, number, rows, seals):
            intact.add(number)
    for number in sorted(seals.keys() - intact, key=str):
        found.problems.append(
            _("Seal {n} of {at}: its entries were changed, added to or taken away.", n=number, at=seals[number]["at"])
        )
    return found


def _check_chain(found: Findings, seals: dict[int, dict[str, Any]], keys: dict[str, bytes]) -> None:
    previous, lacking = "", set()
    for expected, (number, seal) in enumerate(seals.items(), start=1):
        key = keys.get(seal["key_id"])
        if key is None:
            lacking.add(seal["key_id"])
        elif not hmac.compare_digest(str(seal["mac"]), _mac(key, seal)):
            found.problems.append(_("Seal {n} was changed.", n=number))
        if number != expected or seal["previous"] != previous:
            found.problems.append(_("Seal {n} does not follow the one before it: seals are missing.", n=number))
            return
        previous = seal["mac"]
    for name in sorted(map(str, lacking)):
        found.problems.append(_("The key {name} is not in the data folder: its seals cannot be checked.", name=name))


def _check_heads(found: Findings, seals: dict[int, dict[str, Any]], data_dir: Path | None) -> None:
    for head in read_heads(data_dir):
        seal = seals.get(head["number"])
        if seal is None or seal["mac"] != head["mac"]:
            found.problems.append(_("Seal {n} stands in the head file and not in the journal.", n=head["number"]))


def _check_batch(found: Findings, number: Any, rows: Iterable[dict[str, Any]], seals: dict[int, Any]) -> bool:
    entries = list(rows)
    found.entries += len(entries)
    seal = seals.get(number)
    if seal is None:
        found.problems.append(_("Entries name a seal {n} that is not there.", n=number))
        return False
    ends = (entries[0]["id"], entries[-1]["id"], len(entries), _root(entries))
    return ends == (seal["first_entry"], seal["last_entry"], seal["count"], seal["root"])


def _with_checked_values(found: Findings, entries: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for entry in entries:
        state = _value_state(entry)
        found.erased += state == "erased"
        if state == "broken":
            found.problems.append(_("Entry {id} of {at}: its values were changed.", id=entry["id"], at=entry["at"]))
        yield entry


def _value_state(entry: dict[str, Any]) -> str:
    """whole, erased (the values were emptied, the entry stays) or broken."""
    try:
        changes = json.loads(entry["changes"] or "")
    except ValueError:
        return "broken"
    if digest(changes) == entry["digest"]:
        return "whole"
    return "erased" if changes == {} else "broken"
