"""The application over the small world: once per file and engine for tests that only read, else one for each test."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from core import clock
from core.db import kernel_session
from core.people import Visit
from tests.templates import Templates
from tests.web.world import World, plant


@pytest.fixture(scope="module")
def world(sqlite_templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Shared by the tests of one file, on SQLite."""
    yield from _world(sqlite_templates, tmp_path_factory.mktemp("world"))


@pytest.fixture
def own_world(templates: Templates, tmp_path: Path) -> Iterator[World]:
    """For this test alone, on each engine."""
    yield from _world(templates, tmp_path)


@pytest.fixture
def lone_world(sqlite_templates: Templates, tmp_path: Path) -> Iterator[World]:
    """For this test alone, on SQLite: for what has been tried on both engines below."""
    yield from _world(sqlite_templates, tmp_path)


def _world(templates: Templates, folder: Path) -> Iterator[World]:
    with templates.copy(folder, plant):
        planted: World = templates.planted[plant]
        with kernel_session() as session:
            session.execute(update(Visit).values(seen_at=clock.now()))
        yield replace(planted, ids=dict(planted.ids), tokens=dict(planted.tokens))
