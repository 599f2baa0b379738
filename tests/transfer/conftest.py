"""The small world of the crm module in a migrated database, on each engine."""

from collections.abc import Iterator

import pytest

from core.i18n import use_language
from tests.crm.conftest import carrier as carrier
from tests.crm.conftest import fresh_carrier as fresh_carrier


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with use_language("en"):
        yield
