"""The small world in a migrated database, on each engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crm import world
from tests.templates import Templates


@pytest.fixture(scope="module")
def carrier(module_templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One world for all tests of a file: each test leaves to the others what they rely on."""
    with module_templates.copy(tmp_path_factory.mktemp("carrier"), world.build) as url:
        yield url


@pytest.fixture
def fresh_carrier(templates: Templates, tmp_path: Path) -> Iterator[str]:
    """A world of the test's own."""
    with templates.copy(tmp_path, world.build) as url:
        yield url
