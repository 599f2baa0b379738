"""A server killed in the middle of its writers' work loses nothing that it acknowledged, and doubles nothing."""

import random
import threading
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.engines import in_use
from tests.soak.servers import Server, Writer, serving, session_cookies

WRITERS, PASSWORD = 4, "harbour-violet-29"
ROUNDS, SOAK_ROUNDS = 2, 20


def test_nothing_acknowledged_is_lost_when_the_server_is_killed(database: str, tmp_path: Path) -> None:
    kill_rounds(database, tmp_path / "data", ROUNDS)


@pytest.mark.soak
def test_nothing_acknowledged_is_lost_in_twenty_kills(database: str, tmp_path: Path) -> None:
    kill_rounds(database, tmp_path / "data", SOAK_ROUNDS)


def kill_rounds(url: str, data: Path, rounds: int) -> None:
    draw = random.Random(rounds)
    writers = [Writer(f"w{number}", PASSWORD) for number in range(WRITERS)]
    with in_use(url, data):
        from core.plant import add_user

        for writer in writers:
            add_user(writer.name, name=writer.name, roles=["account_manager"], unit=None, password=PASSWORD)
    with serving(url, data) as server:
        for writer in writers:
            writer.cookies = session_cookies(server, writer.name, PASSWORD)
        for _round in range(rounds):
            write_and_kill(server, writers, draw.uniform(0.2, 1.5))
            server.start()
            look(url, data, writers)
        for writer in writers:
            writer.settle(server)
        look(url, data, writers, exactly=True)
    assert sum(len(writer.acknowledged) for writer in writers) > rounds * WRITERS
    assert sum(writer.resent for writer in writers) > 0


def write_and_kill(server: Server, writers: list[Writer], seconds: float) -> None:
    stop = threading.Event()
    threads = [threading.Thread(target=writer.write_until, args=(server, stop)) for writer in writers]
    for thread in threads:
        thread.start()
    stop.wait(seconds)
    server.kill()
    stop.set()
    for thread in threads:
        thread.join(30)


def look(url: str, data: Path, writers: list[Writer], *, exactly: bool = False) -> None:
    """From outside: every acknowledged record once, one journal entry each, the database and the chain sound."""
    with create_engine(url).connect() as conn:
        if url.startswith("sqlite"):
            assert conn.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        names = Counter(row[0] for row in conn.execute(text("SELECT name FROM crm_account WHERE name LIKE 'w%'")))
        entries = conn.execute(
            text("SELECT count(*) FROM core_audit WHERE entity = 'crm.account' AND verb = 'create'")
        ).scalar()
    conn.engine.dispose()
    acknowledged = {name for writer in writers for name in writer.acknowledged}
    assert acknowledged <= names.keys(), f"{len(acknowledged - names.keys())} acknowledged writes are lost"
    assert max(names.values(), default=1) == 1, "a write is doubled"
    assert entries == len(names), "the journal and the records differ"
    on_the_way = names.keys() - acknowledged
    assert len(on_the_way) <= (0 if exactly else WRITERS)
    with in_use(url, data):
        from core.seal import seal_pending, verify

        seal_pending()
        assert verify() == []
