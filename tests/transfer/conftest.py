"""The small world of the crm module in a migrated database, on each engine."""

from collections.abc import Iterator

import pytest

from core.i18n import use_language
from tests.crm import world


@pytest.fixture(scope="module")
def carrier(module_database: str) -> str:
    """One world for all tests of a file: each test brings records of its own."""
    world.build()
    return module_database


@pytest.fixture
def fresh_carrier(database: str) -> str:
    """A world of the test's own."""
    world.build()
    return database


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with use_language("en"):
        yield
