"""Faults that the matrix must see: one that never failed proves nothing."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

from sqlalchemy import true

from core.access import ACCESS, CONTRIBUTIONS, any_of, is_me, owned, personal, via


@dataclass(frozen=True)
class Fault:
    """What is broken, where it shows, and the cell that must turn red."""

    planted: Callable[[], AbstractContextManager[Any]]
    tables: tuple[str, ...]
    actors: tuple[str, ...]
    cell: tuple[str, str]


def _rule(table: str, rule: Any) -> Callable[[], AbstractContextManager[Any]]:
    return lambda: patch.dict(ACCESS, {table: replace(ACCESS[table], rule=rule)})


def _without(function: str) -> Callable[[], AbstractContextManager[Any]]:
    return lambda: patch(function, lambda *_args: None)


def _contacts_clear_too_soon() -> AbstractContextManager[Any]:
    return patch.dict(CONTRIBUTIONS, {"crm.key_person.unmask": CONTRIBUTIONS["crm.key_person.read"]})


def _deputies_for_ever() -> AbstractContextManager[Any]:
    return patch("core.access.is_me", lambda ask, column: true() if ask.profile.is_standing_in else is_me(ask, column))


_ACCOUNT = via("account_id", "crm_account")
_NOTE = via("note_id", "crm_note")
FAULTS = {
    "a table without its rule": Fault(
        _rule("crm_tender", lambda _ask, _table: true()), ("crm_tender",), ("am1",), ("leak", "read")
    ),
    "a rule too narrow": Fault(_rule("crm_contract", owned()), ("crm_contract",), ("am1",), ("less", "read")),
    "a tie that grants itself": Fault(
        _rule("crm_account_coowner", via("account_id", "crm_account")),
        ("crm_account_coowner",),
        ("am1",),
        ("leak", "grant"),
    ),
    "a mention on a hidden note": Fault(
        _rule("crm_mention", any_of(_NOTE, personal("user_id"))), ("crm_mention",), ("am1",), ("leak", "grant")
    ),
    "no check after a write": Fault(_without("core.db.check_reach"), ("crm_key_person",), ("am1",), ("leak", "move")),
    "no check at the bulk door": Fault(
        _without("core.bulk._demand_all"), ("crm_tender",), ("am1",), ("leak", "bulk remove")
    ),
    "the journal open to a unit of work": Fault(
        _without("core.db._demand_not_kernels"), ("core_audit",), ("am1",), ("leak", "delete")
    ),
    "contacts clear before the client accepts": Fault(
        _contacts_clear_too_soon, ("crm_key_person",), ("agent_a",), ("leak", "clear")
    ),
    "deputies for ever": Fault(_deputies_for_ever, ("crm_opportunity",), ("deputy",), ("leak", "UPDATE")),
}
