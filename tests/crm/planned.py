"""The demo world as it is planned, before it is planted, and what tests ask of it."""

import pytest

from crm.demo.world import World, world


@pytest.fixture(scope="module")
def demo() -> World:
    return world()


def codes(rows) -> set[str]:
    return {row.code for row in rows}


def keys(demo: World) -> set[str]:
    return {row.key for row in demo.accounts}


def people(demo: World) -> set[tuple[str, str]]:
    return {(row.account, row.name) for row in demo.key_persons}
