"""The journal's seals: any change of a sealed entry is found, erased values are not called a change."""

import json
import random
import stat
import threading
from typing import Any

import pytest
import sqlalchemy as sa

from core import seal
from core.access import OPERATOR
from core.audit import write_entries
from core.db import engine, unit_of_work
from core.ids import new_id
from core.keys import head_file, keys_dir, read_heads
from tests.core.kernel import database as database
from tests.core.kernel import english as english
from tests.core.kernel import tables as tables
from tests.core.kernel import time as time

pytestmark = pytest.mark.usefixtures("database", "english")
ENTRY, VALUE, SEAL = seal.ENTRY, seal.VALUE, seal.SEAL


def work(count: int = 5) -> None:
    """Entries as the unit of work writes them."""
    changes = {"name": [None, "角色 ‘甲’"], "amount": [1200, 1300]}
    with unit_of_work(OPERATOR) as session:
        session.connection().info["may_write"] = True
        write_entries(session, [("update", "crm.account", new_id(), changes) for _n in range(count)], None)


def tamper(statement: Any) -> int:
    with engine().begin() as connection:
        return connection.execute(statement).rowcount


def ids(column: Any = ENTRY.c.id) -> list[Any]:
    with engine().connect() as connection:
        return list(connection.scalars(sa.select(column).order_by(column)))


def findings() -> seal.Findings:
    with engine().connect() as connection:
        return seal.examine(connection)


@pytest.fixture
def sealed() -> None:
    """Three seals over fifteen entries."""
    for _batch in range(3):
        work()
        seal.seal_pending()


# --- sealing --------------------------------------------------------------------------------------------------


def test_an_untouched_journal_is_whole(sealed: None) -> None:
    found = findings()
    assert (found.problems, found.seals, found.entries, found.waiting) == ([], 3, 15, 0)


def test_nothing_to_seal_makes_no_seal() -> None:
    assert seal.seal_pending() == 0
    assert (findings().seals, head_file().exists()) == (0, False)


def test_a_long_backlog_is_sealed_in_several_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seal, "BATCH", 4)
    work(10)
    assert seal.seal_pending() == 10
    found = findings()
    assert (found.problems, found.seals) == ([], 3)


def test_an_entry_that_was_committed_late_with_a_smaller_id_is_sealed_too() -> None:
    early_id = new_id()
    work()
    seal.seal_pending()
    work(1)
    tamper(sa.update(ENTRY).where(ENTRY.c.seal.is_(None)).values(id=early_id))
    tamper(sa.update(VALUE).where(VALUE.c.entry_id.not_in(sa.select(ENTRY.c.id))).values(entry_id=early_id))
    assert early_id == min(ids())
    assert seal.seal_pending() == 1
    assert findings().problems == []


def test_several_workers_that_seal_at_once_make_one_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seal, "BATCH", 3)
    work(30)
    workers = [threading.Thread(target=seal.seal_pending) for _worker in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    seal.seal_pending()
    found = findings()
    assert (found.problems, found.entries) == ([], 30)


def test_the_key_is_made_once_and_only_its_owner_may_read_it(sealed: None) -> None:
    key = keys_dir() / "audit.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert [file.name for file in keys_dir().iterdir()] == ["audit.key"]
    assert key.read_text().strip() not in head_file().read_text()


def test_each_seal_stands_in_the_head_file_outside_the_database(sealed: None) -> None:
    assert [head["number"] for head in read_heads()] == [1, 2, 3]
    assert sorted(head["mac"] for head in read_heads()) == sorted(ids(SEAL.c.mac))


def test_a_head_line_cut_short_by_a_crash_spoils_neither_the_file_nor_the_next_line(sealed: None) -> None:
    with head_file().open("a") as stream:
        stream.write('{"number": 4, "ma')
    work()
    seal.seal_pending()
    assert [head["number"] for head in read_heads()] == [1, 2, 3, 4]
    assert findings().problems == []


def test_an_old_key_kept_under_another_name_still_proves_its_seals(sealed: None) -> None:
    (keys_dir() / "audit.key").rename(keys_dir() / "audit-2026.key")
    work()
    seal.seal_pending()
    assert findings().problems == []
    assert len(set(ids(SEAL.c.key_id))) == 2


def test_without_the_chains_key_nothing_is_sealed_and_the_examination_says_so(sealed: None) -> None:
    (keys_dir() / "audit.key").unlink()
    work()
    assert seal.seal_pending() == 0
    assert any("key" in problem for problem in seal.verify())


# --- what is found --------------------------------------------------------------------------------------------


COLUMNS = [column.name for column in ENTRY.columns]
OTHER = {
    "id": ENTRY.c.id + 1000, "at": seal.clock.now(), "actor_id": 5, "actor": "someone", "origin": "api", "verb": "made",
    "entity": "core.roles", "record_id": ENTRY.c.record_id + 1, "batch_id": 3, "digest": "sha256:0", "seal": 2,
}  # fmt: skip


@pytest.mark.parametrize("column", COLUMNS)
def test_a_change_of_any_column_of_an_entry_is_found(column: str, sealed: None) -> None:
    assert tamper(sa.update(ENTRY).where(ENTRY.c.id == ids()[0]).values({column: OTHER[column]})) == 1
    assert seal.verify() != []


@pytest.mark.parametrize(
    "column", ["number", "at", "first_entry", "last_entry", "count", "root", "previous", "mac", "key_id"]
)
def test_a_change_of_any_column_of_a_seal_is_found(column: str, sealed: None) -> None:
    now = SEAL.c[column]
    other = {"at": seal.clock.now(), "number": 9}.get(
        column, now + 1 if column in ("first_entry", "last_entry", "count") else now + "0"
    )
    assert tamper(sa.update(SEAL).where(SEAL.c.number == 2).values({column: other})) == 1
    assert seal.verify() != []


def test_an_entry_taken_away_is_found(sealed: None) -> None:
    for entry in (ids()[0], ids()[7], ids()[-1]):
        tamper(sa.delete(ENTRY).where(ENTRY.c.id == entry))
        assert len(seal.verify()) >= 1


def test_an_entry_added_to_a_sealed_batch_is_found(sealed: None) -> None:
    tamper(sa.insert(ENTRY).values(id=new_id(), at=seal.clock.now(), actor="wei", origin="", verb="create",
                                   entity="x.y", record_id=1, digest="sha256:0", seal=2))  # fmt: skip
    assert seal.verify() != []


def test_two_entries_that_changed_places_are_found(sealed: None) -> None:
    first, second = ids()[0], ids()[1]
    with engine().begin() as connection:
        read = sa.select(ENTRY.c.record_id, ENTRY.c.digest)
        rows = [connection.execute(read.where(ENTRY.c.id == entry)).one() for entry in (first, second)]
        for entry, row in ((first, rows[1]), (second, rows[0])):
            connection.execute(sa.update(ENTRY).where(ENTRY.c.id == entry).values(row._asdict()))
    assert seal.verify() != []


def test_a_cut_tail_is_found_by_the_head_file(sealed: None) -> None:
    entries = sa.select(ENTRY.c.id).where(ENTRY.c.seal == 3)
    tamper(sa.delete(VALUE).where(VALUE.c.entry_id.in_(entries)))
    tamper(sa.delete(ENTRY).where(ENTRY.c.seal == 3))
    tamper(sa.delete(SEAL).where(SEAL.c.number == 3))
    assert len(seal.verify()) == 1
    head_file().unlink()
    assert seal.verify() == []


def test_a_chain_made_anew_with_another_key_is_found(sealed: None) -> None:
    tamper(sa.update(ENTRY).values(seal=None))
    tamper(sa.delete(SEAL))
    seal.seal_pending()
    assert len(seal.verify()) == 3


def test_a_changed_value_is_found_and_named(sealed: None) -> None:
    entry = ids()[3]
    tamper(sa.update(VALUE).where(VALUE.c.entry_id == entry).values(changes={"code": [None, "other"]}))
    assert [str(entry) in problem for problem in seal.verify()] == [True]


def test_a_value_changed_before_it_was_sealed_is_found_too() -> None:
    work()
    tamper(sa.update(VALUE).where(VALUE.c.entry_id == ids()[0]).values(changes={"code": [None, "other"]}))
    assert len(seal.verify()) == 1


def test_an_erased_value_is_counted_as_erased_and_not_as_a_change(sealed: None) -> None:
    tamper(sa.update(VALUE).where(VALUE.c.entry_id == ids()[3]).values(changes={}))
    found = findings()
    assert (found.problems, found.erased) == ([], 1)


def test_a_value_row_taken_away_is_not_taken_for_an_erasure(sealed: None) -> None:
    tamper(sa.delete(VALUE).where(VALUE.c.entry_id == ids()[3]))
    assert len(seal.verify()) == 1


def byte_changed(text: str, chance: random.Random) -> str:
    text = text or "-"
    place = chance.randrange(len(text))
    other = chance.choice([c for c in "0123456789abcXYZ:-" if c != text[place]])
    return text[:place] + other + text[place + 1 :]


def problems_after(statement: Any) -> list[str]:
    """What the examination says of the change; the change is then taken back."""
    with engine().connect() as connection:
        assert connection.execute(statement).rowcount == 1
        found = seal.examine(connection)
        connection.rollback()
    return found.problems


def text_of(column: Any, condition: Any) -> str:
    with engine().connect() as connection:
        return connection.scalar(sa.select(sa.cast(column, sa.Text)).where(condition)) or ""


def test_any_single_byte_changed_anywhere_in_an_entry_is_found(sealed: None) -> None:
    """On SQLite every column but the key takes any text; on PostgreSQL the text columns do."""
    chance = random.Random(20261125)
    names = COLUMNS[1:] if engine().dialect.name == "sqlite" else ["actor", "origin", "verb", "entity", "digest"]
    for _round in range(60):
        entry, name = ENTRY.c.id == chance.choice(ids()), chance.choice(names)
        after = byte_changed(text_of(ENTRY.c[name], entry), chance)
        change = sa.update(ENTRY).where(entry).values({name: sa.literal(after, sa.Text)})
        assert problems_after(change) != [], (name, after)
    assert seal.verify() == []


def test_any_single_byte_changed_in_the_values_is_found(sealed: None) -> None:
    chance = random.Random(20261125)
    is_sqlite = engine().dialect.name == "sqlite"
    for _round in range(60):
        entry = VALUE.c.entry_id == chance.choice(ids())
        after = byte_changed(text_of(VALUE.c.changes, entry), chance)
        if is_sqlite or is_json(after):  # PostgreSQL takes nothing else
            stored = sa.literal(after, sa.Text) if is_sqlite else sa.cast(sa.literal(after, sa.Text), sa.JSON)
            assert problems_after(sa.update(VALUE).where(entry).values(changes=stored)) != [], after
    assert seal.verify() == []


def is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
