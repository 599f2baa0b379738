"""However many ask at the same time, a ceiling is not passed."""

import json
import os
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest

from core.settings import settings
from tests.crm import playing
from tests.crm.gifts import YUAN, committed
from tests.crm.playing import GIFT, person, use
from tests.crm.world import acting

ROOT = Path(__file__).parents[2]


def at_once(url: str, *, processes: int, each: int, threads: int) -> Counter[str]:
    """What became of requests of 30 yuan a gift, for one person whose year has room for 33 of them."""
    playing.ceiling("gift", per_occasion=None, per_person_year=1000 * YUAN, per_client_year=None, per_deal=None)
    with acting("am") as session:
        made, who = use(session, GIFT, person(session)).id, person(session).id
    order = [str(number) for number in (made, who, 30 * YUAN, each, threads)]
    found: Counter[str] = Counter()
    with ExitStack() as stack:
        running = [stack.enter_context(_process(url, order)) for _process_number in range(processes)]
        for process in running:
            answer, fault = process.communicate(timeout=300)
            assert process.returncode == 0, fault[-2000:]
            found += Counter(json.loads(answer))
    return found


def _process(url: str, order: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.crm.reserving", *order], cwd=ROOT, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "OCTANT_DATABASE_URL": url, "OCTANT_DATA_DIR": str(settings().data_dir)},
    )  # fmt: skip


def test_200_requests_at_once_from_several_processes_never_pass_a_ceiling(fresh_carrier: str) -> None:
    found = at_once(fresh_carrier, processes=2, each=100, threads=8)
    assert found == {"taken": 33, "refused": 167}
    assert committed() == 990 * YUAN


@pytest.mark.soak
@pytest.mark.parametrize("_round", range(10))
def test_200_requests_at_once_from_many_processes_never_pass_a_ceiling(fresh_carrier: str, _round: int) -> None:
    assert at_once(fresh_carrier, processes=10, each=20, threads=20) == {"taken": 33, "refused": 167}
    assert committed() == 990 * YUAN
