"""Requests and answers at the same moment, from several processes, against one ceiling: it is never passed."""

import json
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from core import clock
from core.access import OPERATOR
from core.db import reading, unit_of_work
from core.settings import settings
from core.tallies import tally
from crm.commitments import Commitment
from tests.crm import playing
from tests.crm.playing import person
from tests.crm.world import acting

ROOT = Path(__file__).parents[2]
YUAN = 100
EACH = 30 * YUAN


def committed() -> int:
    """What is requested, approved or spent, as it stands at this moment."""
    with reading(OPERATOR) as session:
        live = select(func.sum(col(Commitment.amount))).where(col(Commitment.state) != "released")
        return session.scalar(live) or 0


def isolation() -> str:
    """The level at which the product writes."""
    with unit_of_work(OPERATOR) as session:
        level = session.connection().get_isolation_level()
        assert (level == "READ COMMITTED") == (session.connection().dialect.name == "postgresql")
        return level


@contextmanager
def watched() -> Iterator[list[int]]:
    """What somebody sees who looks at the sum all the while."""
    seen, over = [0], threading.Event()

    def look() -> None:
        while not over.wait(0.02):
            seen.append(committed())

    looker = threading.Thread(target=look)
    looker.start()
    try:
        yield seen
    finally:
        over.set()
        looker.join()


def at_once(
    url: str, *, limit: int, processes: int, each: int, threads: int, every: int
) -> tuple[Counter[str], int, int]:
    """What became of the requests, the most that was ever committed, and where the tally ends."""
    assert isolation() in ("READ COMMITTED", "SERIALIZABLE")  # of PostgreSQL, and of SQLite, which has no other
    playing.ceiling("gift", per_occasion=None, per_person_year=limit, per_client_year=None, per_deal=None)
    with acting("am") as session:
        who = person(session).id
    order = [str(number) for number in (who, EACH, each, threads, every)]
    found: Counter[str] = Counter()
    with watched() as seen, ExitStack() as stack:
        running = [stack.enter_context(_process(url, order)) for _number in range(processes)]
        for process in running:
            answer, fault = process.communicate(timeout=600)
            assert process.returncode == 0, fault[-2000:]
            found += Counter(json.loads(answer))
    with reading(OPERATOR) as session:
        return found, max(seen), tally(session, f"GIFT/person/{who}/{clock.today().year}")


def _process(url: str, order: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.crm.answering", *order], cwd=ROOT, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "OCTANT_DATABASE_URL": url, "OCTANT_DATA_DIR": str(settings().data_dir)},
    )  # fmt: skip


def test_requests_that_are_approved_at_once_never_pass_the_ceiling(fresh_carrier: str) -> None:
    """Room for four of twelve."""
    found, most, end = at_once(fresh_carrier, limit=4 * EACH, processes=2, each=6, threads=3, every=0)
    assert found == {"approved": 4, "no room": 8}
    assert most <= 4 * EACH
    assert committed() == end == 4 * EACH


@pytest.mark.soak
@pytest.mark.parametrize("every", [0, 2])
def test_200_requests_with_their_answers_from_many_processes_never_pass_the_ceiling(
    fresh_carrier: str, every: int
) -> None:
    """Room for 33. With every second one refused there is room again, which others take: never more than there is."""
    limit = 1000 * YUAN
    found, most, end = at_once(fresh_carrier, limit=limit, processes=5, each=40, threads=8, every=every)
    print(f"\n{fresh_carrier.split(':')[0]} every={every}: {dict(found)}, most {most}, end {end}")
    assert found.total() == 200
    assert set(found) <= {"approved", "turned down", "no room"}
    assert most <= limit
    assert committed() == end == found["approved"] * EACH <= limit
    assert every or found["approved"] == 33
