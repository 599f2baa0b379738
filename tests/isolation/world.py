"""A small schema with every relation a query can take, and thirteen actors. The named shapes of the matrix run on it.

It lives in a process of its own (`python -m tests.isolation.matrix`), so that its tables never mix with the product's.
"""

from datetime import date, timedelta
from typing import Any, Optional

from sqlalchemy import func, insert, select
from sqlalchemy.orm import column_property
from sqlmodel import Field, Relationship

from core import clock
from core.access import (
    Actor,
    Contribution,
    Level,
    Me,
    Profile,
    any_of,
    contribute,
    owned,
    protect,
    reference,
    table_of,
    via,
)
from core.access import is_me as names_me
from core.fields import text
from core.people import Deputy, Unit, User
from core.record import METADATA, Owned, Record


class Account(Owned, table=True):
    __tablename__ = "matrix_account"
    name: str = text(80, required=True)
    tax_no: str | None = Field(default=None, unique=True)
    mrr: int = 0
    parent_id: int | None = Field(default=None, foreign_key="matrix_account.id")
    parent: Optional["Account"] = Relationship(sa_relationship_kwargs={"remote_side": "Account.id"})
    contacts: list["Contact"] = Relationship(back_populates="account")
    tasks: list["Task"] = Relationship(back_populates="account")


class Contact(Record, table=True):
    __tablename__ = "matrix_contact"
    name: str = text(80, required=True)
    phone: str = text(40, guard="phone", required=True)
    account_id: int = Field(foreign_key="matrix_account.id")
    account: Account | None = Relationship(back_populates="contacts")


class Campaign(Record, table=True):
    __tablename__ = "matrix_campaign"
    name: str = text(80, required=True)
    tasks: list["Task"] = Relationship(back_populates="campaign")


class Task(Record, table=True):
    __tablename__ = "matrix_task"
    note: str = text(80, required=True)
    campaign_id: int = Field(foreign_key="matrix_campaign.id")
    account_id: int = Field(foreign_key="matrix_account.id")
    assignee_id: int = Field(foreign_key="core_user.id")
    campaign: Campaign | None = Relationship(back_populates="tasks")
    account: Account | None = Relationship(back_populates="tasks")


class Handover(Record, table=True):
    __tablename__ = "matrix_handover"
    account_id: int = Field(foreign_key="matrix_account.id")
    agent_id: int = Field(foreign_key="core_user.id")
    until: date
    revoked: bool = False


Account.contact_count = column_property(  # type: ignore[attr-defined]
    select(func.count(Contact.__table__.c.id))  # type: ignore[attr-defined]
    .where(Contact.__table__.c.account_id == Account.__table__.c.id)  # type: ignore[attr-defined]
    .correlate_except(Contact.__table__)  # type: ignore[attr-defined]
    .scalar_subquery(),
    deferred=True,
)


def _handed(ask: Any, table: Any, column: str = "id") -> Any:
    handover = table_of("matrix_handover").alias()
    mine = select(handover.c.account_id).where(
        handover.c.agent_id == Me.user_id, handover.c.revoked.is_(False), handover.c.until >= Me.today
    )
    return table.c[column].in_(mine)


def _campaign_of_my_tasks(ask: Any, table: Any) -> Any:
    if ask.verb != "read":
        return table.c.id.is_(None)
    task = table_of("matrix_task").alias()
    return table.c.id.in_(select(task.c.campaign_id).where(_task_rule(ask, task)))


def _assigned(ask: Any, table: Any) -> Any:
    return names_me(ask, table.c.assignee_id)


def _my_handover(ask: Any, table: Any) -> Any:
    return names_me(ask, table.c.agent_id) if ask.verb == "read" else table.c.id.is_(None)


_task_rule = any_of(_assigned, via("account_id", "matrix_account"))


def declare() -> None:
    """Put the rules in force."""
    protect(User, "core.user", reference())
    protect(Unit, "core.unit", reference())
    protect(Deputy, "core.deputy", reference())
    protect(Account, "m.account", owned())
    protect(Contact, "m.contact", via("account_id", "matrix_account"))
    protect(Task, "m.task", _task_rule)
    protect(Campaign, "m.campaign", _campaign_of_my_tasks)
    protect(Handover, "m.handover", any_of(_my_handover, via("account_id", "matrix_account")))
    contribute(Contribution("m.account.read", _handed))
    contribute(Contribution("m.contact.read", lambda ask, table: _handed(ask, table, "account_id")))


# --- the world ------------------------------------------------------------------------------------------------

TEAMS = {1: 11, 2: 11, 3: 12}  # team: its city
CITIES = {11: "Jinan", 12: "Qingdao"}
USERS = [  # id, name, team or city, role
    (1, "admin", None, "admin"), (2, "exec", None, "exec"), (3, "lead", 1, "lead"), (4, "am-jn1", 1, "am"),
    (5, "am-jn2", 2, "am"), (6, "am-qd", 3, "am"), (7, "agent-jn", None, "agent"), (8, "agent-qd", None, "agent"),
    (9, "new", 3, "am"), (10, "channel", 11, "city"), (11, "auditor", None, "auditor"), (12, "deputy", 3, "am"),
    (13, "stranger", None, "none"),
]  # fmt: skip
ACCOUNTS = [  # id, name, tax, mrr, owner, parent
    (1, "G1", "T1", 10, 4, None), (2, "A2", "T2", 20, 4, 1), (3, "A3", "T3", 40, 3, 1), (4, "A4", "T4", 80, 5, 1),
    (5, "A5", "T5", 160, 6, None), (6, "A6", "T6", 320, 6, 5), (7, "A7", "T7", 640, 5, 5), (8, "A8", "T8", 1280, 3, 7),
]  # fmt: skip
CONTACTS = [(i * 10 + k, f"c{i}{k}", f"1380000{i:02d}{k:02d}", i) for i in range(1, 9) for k in range(2)]
CAMPAIGNS = [(1, "5G"), (2, "IoT")]
TOMORROW, YESTERDAY = clock.today() + timedelta(days=1), clock.today() - timedelta(days=1)
HANDOVERS = [  # id, account, agent, until, revoked
    (1, 2, 7, TOMORROW, False), (2, 7, 7, clock.today(), False), (3, 3, 7, TOMORROW, True), (4, 6, 8, TOMORROW, False),
    (5, 1, 7, YESTERDAY, False),
]  # fmt: skip
TASKS = [
    (1, "call A2", 1, 2, 7),
    (2, "call A7", 1, 7, 7),
    (3, "secret A6", 1, 6, 8),
    (4, "own A3", 2, 3, 3),
    (5, "A4", 1, 4, 5),
]
DEPUTIES = [(1, 5, 12, YESTERDAY, TOMORROW), (2, 4, 12, YESTERDAY, YESTERDAY)]  # absent, deputy, from, to

_GRANTS = {
    "admin": {"*": Level.ALL}, "exec": {"*": Level.ALL}, "lead": {"m.*": Level.TEAM}, "am": {"m.*": Level.OWN},
    "agent": {
        "m.*.read": Level.SHARED, "m.task.*": Level.OWN, "m.handover.read": Level.OWN, "m.campaign.read": Level.OWN,
    },
    "city": {"m.*": Level.SUBTREE}, "auditor": {"*.read": Level.ALL}, "none": {},
}  # fmt: skip


def place_of(user: tuple[Any, ...]) -> dict[str, int | None]:
    unit = user[2]
    city = unit if unit in CITIES else TEAMS.get(unit)
    return {"unit_id": unit, "province_id": None, "city_id": city, "county_id": None, "grid_id": None,
            "team_id": unit if unit in TEAMS else None}  # fmt: skip


def actors() -> dict[int, Actor]:
    return {user[0]: _actor(user) for user in USERS}


def _actor(user: tuple[Any, ...]) -> Actor:
    kind = None if user[2] is None else "city" if user[2] in CITIES else "team"
    grants = tuple(_GRANTS[user[3]].items())
    profile = Profile(grants, kind, is_outside=user[3] == "agent", is_standing_in=user[1] == "deputy")
    return Actor(user[0], user[1], user[1], profile, place_of(user))


def seed(conn: Any) -> None:
    by_id = {user[0]: user for user in USERS}

    def put(table: str, names: str, rows: list[tuple[Any, ...]]) -> None:
        now = {"created_at": clock.now(), "updated_at": clock.now(), "version": 1}
        has_times = "version" in METADATA.tables[table].c
        made = [{**dict(zip(names.split(), row, strict=True)), **(now if has_times else {})} for row in rows]
        conn.execute(insert(METADATA.tables[table]), made)

    put("core_unit", "id code name_zh kind position divisions", [(i, n, n, "city", 0, []) for i, n in CITIES.items()])
    put("core_unit", "id code name_zh kind city_id position divisions",
        [(i, f"t{i}", f"t{i}", "team", c, 0, []) for i, c in TEAMS.items()])  # fmt: skip
    put("core_user", "id username name unit_id is_active", [(u[0], u[1], u[1], u[2], True) for u in USERS])
    put("core_deputy", "id absent_id deputy_id starts_on ends_on", DEPUTIES)
    for row in ACCOUNTS:
        place = place_of(by_id[row[4]])
        put("matrix_account", "id name tax_no mrr owner_id parent_id " + " ".join(place), [(*row, *place.values())])
    put("matrix_contact", "id name phone account_id", CONTACTS)
    put("matrix_campaign", "id name", CAMPAIGNS)
    put("matrix_handover", "id account_id agent_id until revoked", HANDOVERS)
    put("matrix_task", "id note campaign_id account_id assignee_id", TASKS)
