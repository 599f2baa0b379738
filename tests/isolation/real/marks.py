"""Texts that say whose they are: each names its table and row, and is found again in whatever is answered."""

import io
import re
import zipfile
from functools import cache
from typing import Any

from PIL import Image
from pypdf import PdfReader
from sqlalchemy import String

from core import files
from core.record import METADATA
from core.registry import registry
from tests.isolation.real import oracle
from tests.isolation.real.asking import Person
from tests.isolation.real.meaning import people
from tests.isolation.real.rows import Values, World, filling

# What code looks at, or what names something to a machine.
TECHNICAL = {
    "username", "entity", "kind", "key", "digest", "mime", "state", "from_state", "to_state", "language", "worker",
    "query", "icon", "fault",
}  # fmt: skip
WORDS: dict[str, Values] = {
    "core_notice": {"kind": "mention", "entity": "crm.account"}, "core_view": {"entity": "crm.account", "query": ""},
    "core_job": {"state": "done", "name": "transfer.export"}, "crm_stage_move": {"to_state": "open"},
    "campaigns_campaign": {"state": "running"},
}  # fmt: skip
START = "xq"
MARK = re.compile(rb"[Qq](\d+)[Rr](\d+)[Xx]")  # behind its letter, by which it would take longer to find


def dress(world: World) -> None:
    """Every text becomes a mark; a guarded one another, which only those read who see it clear."""
    for table in oracle.RULES:
        for row_id, row in world.rows[table].items():
            row.update(WORDS.get(table, {}))
            filled = {**filling(table, row_id), **row}
            for column in METADATA.tables[table].columns:
                if isinstance(getattr(column.type, "impl_instance", column.type), String):
                    _mark(table, column, row_id, row, filled)
    for row_id, row in world.rows["crm_file"].items():
        name = mark("X", "crm_file", row_id)
        row.update(_stored(f"{name}.txt", name.encode()))
    picture = io.BytesIO()
    Image.new("RGB", (60, 20)).save(picture, "PNG")
    for row in world.rows["crm_logo"].values():
        row.update(_stored("logo.png", picture.getvalue()), width=60, height=20)


def _stored(name: str, content: bytes) -> Values:
    kept = files.store(name, content)
    return {"key": kept.key, "digest": kept.digest, "mime": kept.type, "size": kept.size}


def _mark(table: str, column: Any, row_id: int, row: Values, filled: Values) -> None:
    entity, value = registry().entity_of_table(table), filled.get(column.name)
    choices = entity.fields[column.name].choices if entity and column.name in entity.fields else ()
    if choices:
        if value is not None and value not in choices:
            row[column.name] = choices[0]
    elif not _is_technical(table, column.name, row):
        row[column.name] = mark("Y" if column.info.get("guard") else "X", table, row_id)


def _is_technical(table: str, name: str, row: Values) -> bool:
    """Of a code that the world gives itself, too: a rule may look at it."""
    is_reference = oracle.RULES[table] in (people.configuration, people.public)
    return name in TECHNICAL or name in WORDS.get(table, ()) or (name == "code" and (is_reference or name in row))


def mark(letter: str, table: str, row_id: int) -> str:
    return f"{letter}q{number(table)}r{row_id}x"


def number(table: str) -> int:
    return _tables().index(table)


@cache
def _tables() -> list[str]:
    return sorted(METADATA.tables)


def found_in(content: bytes) -> set[tuple[str, str, int]]:
    """Marks in an answer: whether it is a guarded one, its table and its row."""
    plain = _plain(content)
    hits = ((plain[hit.start() - 1 : hit.start()].decode("latin-1").upper(), hit) for hit in MARK.finditer(plain))
    return {(letter, _tables()[int(hit[1])], int(hit[2])) for letter, hit in hits if letter in ("X", "Y")}


def _plain(content: bytes) -> bytes:
    if content.startswith(b"%PDF"):
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).encode()
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return b"".join(parts.read(name) for name in parts.namelist())
    return content


def foreign(world: World, me: Person, content: bytes) -> list[str]:
    """Marks of rows that the oracle does not let this person read, or not clear."""
    return sorted(
        f"{table} {row}"
        for letter, table, row in found_in(content)
        if not _is_shown_to(me, "unmask" if letter == "Y" else "read", table, world.rows[table][row])
    )


def _is_shown_to(me: Person, verb: str, table: str, row: Values) -> bool:
    """Whatever the roles say of users and jobs, everybody's own name stands on every page, and their jobs on theirs."""
    own = {"core_user": "id", "core_job": "user_id", "core_paper": "user_id"}.get(table)
    return oracle.may(me, verb, table, row) or (own is not None and row[own] == me.id)
