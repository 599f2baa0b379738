"""The Chinese texts of the reports are read once, as the application does at start; a province for the executive."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import reports
from core.i18n import load_catalogue, use_language
from tests.reports import executive_world
from tests.templates import Templates

load_catalogue(Path(reports.__file__).parent)


@pytest.fixture
def province(templates: Templates, tmp_path: Path) -> Iterator[str]:
    """The executive's world, in English, for this test alone, on each engine."""
    with templates.copy(tmp_path, executive_world.build) as url, use_language("en"):
        yield url
