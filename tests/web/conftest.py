"""The application over the small world: once per file and engine for tests that only read, else one for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import migrated
from tests.engines import in_use
from tests.web.world import World, plant


@pytest.fixture(scope="module")
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Shared by the tests of one file, on SQLite."""
    yield from _world(request, tmp_path_factory.mktemp("world"), "sqlite")


@pytest.fixture(params=("sqlite", "postgresql"))
def own_world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """For this test alone, on each engine."""
    yield from _world(request, tmp_path, request.param)


def _world(request: pytest.FixtureRequest, folder: Path, engine: str) -> Iterator[World]:
    request.param = engine
    with migrated(request, folder) as url, in_use(url, folder):
        from web.app import create_app

        yield plant(create_app())
