"""Jobs that a test declares, asks for and looks after."""

from collections.abc import Callable
from typing import Any

import pytest

from core import jobs
from core import registry as registries
from core.access import OPERATOR, Actor
from core.db import unit_of_work
from core.module import Job, Module
from core.registry import Registry
from tests.core.kernel import database as database
from tests.core.kernel import tables as tables
from tests.core.kernel import time as time


@pytest.fixture
def declare(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Declare job functions by name, as a module's manifest does."""

    def declared(**functions: Callable[..., Any]) -> None:
        made = tuple(Job(name, run) for name, run in functions.items())
        registry = Registry((Module(name="testing", summary="", jobs=made),))
        monkeypatch.setattr(registries, "registry", lambda: registry)

    return declared


def ask(name: str = "job", /, *, actor: Actor = OPERATOR, **arguments: Any) -> int:
    with unit_of_work(actor) as session:
        return jobs.enqueue_later(session, name, **arguments)


def state(job_id: int) -> str:
    return jobs.find(OPERATOR, job_id).state
