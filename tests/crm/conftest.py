"""The small world in a migrated database, on each engine."""

import pytest

from tests.crm import world


@pytest.fixture(scope="module")
def carrier(module_database: str) -> str:
    """One world for all tests of a file: each test leaves to the others what they rely on."""
    world.build()
    return module_database


@pytest.fixture
def fresh_carrier(database: str) -> str:
    """A world of the test's own."""
    world.build()
    return database
