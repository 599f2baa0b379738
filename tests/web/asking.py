"""Short words for requests of gifts, activities and trips through the URL, in the small world."""

import re
from datetime import timedelta
from typing import Any

import pytest

from core import clock
from core.actors import actor_for
from core.db import get, reading, unit_of_work
from crm.activities import Activity
from crm.commitments import commitments_of
from crm.tenders import TENDER, Tender
from crm.weapons import weapon_by_code
from tests.crm.playing import SOCIAL
from tests.web.world import World

NEW = "/crm/asking/new"
PAPER = ("request.txt", b"Please let us see it on site.", "text/plain")


@pytest.fixture
def office(lone_world: World) -> World:
    return lone_world


def weapon(code: str) -> str:
    with reading(actor_for("am")) as session:
        found = weapon_by_code(session, code)
        assert found is not None
        return str(found.id)


def wish(office: World, code: str = SOCIAL, **more: str) -> dict[str, str]:
    day = (clock.today() + timedelta(days=3)).isoformat()
    return {
        "account": str(office.ids["港口"]), "deal": str(office.ids["港口专网"]), "weapon": weapon(code),
        "persons": str(office.ids["港口主任"]), "head": "200", "on": day, "supplier": "Harbour Hall",
        "purpose": "Working lunch", **more,
    }  # fmt: skip


def ask(office: World, code: str = SOCIAL, user: str = "am", files: Any = None, **more: str) -> Any:
    return office.client(user).post(NEW, data=wish(office, code, **more), files=files)


def asked(office: World, **more: str) -> int:
    answer = ask(office, **more)
    assert answer.status_code == 303, answer.text
    return int(answer.headers["location"].rsplit("/", 1)[1])


def request_of(office: World, use: int, user: str = "am") -> str:
    found = re.findall(r'href="/me/approvals/(\d+)"', office.client(user).get(f"/crm/asking/{use}").text)
    return str(found[0])


def answer(office: World, use: int, act: str = "approve", user: str = "lead", **form: str) -> Any:
    return office.client(user).post(f"/me/approvals/{request_of(office, use)}/{act}", data=form)


def act(office: World, use: int, name: str, user: str = "am", files: Any = None, **form: str) -> Any:
    return office.client(user).post(f"/crm/asking/{use}/{name}", data=form, files=files)


def states(use: int) -> tuple[str, list[tuple[str, int]]]:
    with reading(actor_for("am")) as session:
        rows = commitments_of(session, use)
        return get(session, Activity, use).approval, [(row.state, row.amount) for row in rows]


def share(use: int) -> int:
    with reading(actor_for("am")) as session:
        return commitments_of(session, use)[0].id


def open_tender(office: World) -> None:
    with unit_of_work(actor_for("am")) as session:
        tender = Tender(name="Quay net", account_id=office.ids["港口"], noticed_on=clock.today())
        TENDER.complete(session, tender)
        session.add(tender)
