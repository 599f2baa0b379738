"""A crowd beside the demo world: many accounts with deals, activities, key persons, contracts and a year of facts.

Rows go straight into the tables, without a journal, by the driver's own means. Each run makes the same crowd.
"""

import random
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, select

from core import clock
from core.db import engine, kernel_session
from core.dialects import analyze, bulk_insert
from core.ids import new_ids
from core.record import METADATA, PLACE_COLUMNS
from core.registry import registry
from core.search import token_rows

CHUNK = 10_000
MONTHS = 12
FORMS = ("有限公司", "股份有限公司", "集团有限公司", "（广东）有限公司")
TRADES = ("电子", "物流", "医药", "机械", "食品", "软件", "能源", "纺织", "建材", "教育", "汽车", "家电")
Row = dict[str, Any]


def plant(accounts: int) -> None:
    """Load the demo world and add that many accounts, spread over its account managers."""
    from core.migrate import upgrade
    from core.plant import plant_demo

    upgrade()
    plant_demo()
    crowd = Crowd()
    for start in range(0, accounts, CHUNK):
        crowd.add(list(range(start, min(start + CHUNK, accounts))))
    analyze(engine())


class Crowd:
    """Makes rows with ids of their own; what they refer to is read once."""

    def __init__(self) -> None:
        self.draw, self.today = random.Random(1), clock.today()
        self.owners = owners()
        names = ("grade", "trade", "nature", "weapon", "product", "rival", "reason", "channel")
        self.known = {name: column(f"crm_{name}", "id") for name in names}
        self.stages = stages()
        self.seats = seats()

    def add(self, numbers: list[int]) -> None:
        """The next accounts, with all that hangs on them."""
        accounts = [self.account(at, row_id) for at, row_id in zip(numbers, new_ids(len(numbers)), strict=True)]
        deals = [self.deal(each, number) for number, each in enumerate(accounts, start=numbers[0])]
        insert("crm_account", accounts, stem="crm.account")
        insert("crm_opportunity", deals, stem="crm.opportunity")
        insert("crm_stage_move", (move for deal in deals for move in self.moves(deal)))
        insert(
            "crm_activity", (one for each, deal in zip(accounts, deals, strict=True) for one in self.acts(each, deal))
        )
        insert("crm_key_person", (self.person(each) for each in accounts[::2]), stem="crm.key_person")
        insert("crm_contract", (self.contract(each) for each in accounts[::4]))
        insert("crm_account_month", (facts for each in accounts for facts in self.months(each)))

    def account(self, number: int, row_id: int) -> Row:
        city, county = self.draw.choice(self.seats)
        name = "".join(self.draw.sample(TRADES, 2)) + f"{number}" + self.draw.choice(FORMS)
        return {
            "id": row_id, "code": f"Q{number:07}", "name": name, **self.draw.choice(self.owners),
            "grade_id": self.draw.choice(self.known["grade"]), "trade_id": self.draw.choice(self.known["trade"]),
            "nature_id": self.draw.choice(self.known["nature"]), "member_count": self.draw.randint(5, 4000),
            "seat_city_id": city, "seat_county_id": county, "priority": self.draw.choice((None, "keep", "win")),
        }  # fmt: skip

    def deal(self, account: Row, number: int) -> Row:
        stage, pipeline = self.draw.choice(self.stages)
        state = self.draw.choices(("open", "won", "lost"), (4, 3, 3))[0]
        since = self.ago(120)
        return {
            "code": f"P{number:07}", "name": f"{account['name'][:8]}专线{number}", "account_id": account["id"],
            **place_of(account), "stage_id": stage, "pipeline_id": pipeline, "state": state, "stage_since": since,
            "product_id": self.draw.choice(self.known["product"]), "engaged_on": since - timedelta(days=40),
            "amount": None if number % 20 == 0 else self.draw.randint(1_000, 3_000_000) * 100,
            "expected_close_on": self.today + timedelta(days=self.draw.randint(-20, 200)),
            "closed_on": None if state == "open" else since, "source_id": self.draw.choice(self.known["channel"]),
            "reason_id": self.draw.choice(self.known["reason"]) if state == "lost" else None,
        }  # fmt: skip

    def moves(self, deal: Row) -> Iterator[Row]:
        for days, state in ((40, "open"), (0, deal["state"])):
            at = noon(deal["stage_since"] - timedelta(days=days))
            yield {"opportunity_id": deal["id"], "to_stage_id": deal["stage_id"], "to_state": state, "at": at}

    def acts(self, account: Row, deal: Row) -> Iterator[Row]:
        """One that was done, and one planned for most."""
        shared = {"account_id": account["id"], **place_of(account), "subject": "拜访客户", "kind": "visit"}
        done = noon(self.ago(90))
        weapon = self.draw.choice(self.known["weapon"])
        yield {**shared, "code": f"X{deal['code']}", "state": "done", "weapon_id": weapon, "done_at": done,
               "due_on": done.date()}  # fmt: skip
        if self.draw.random() < 0.7:
            day = self.today + timedelta(days=self.draw.randint(-5, 40))
            yield {**shared, "code": f"Y{deal['code']}", "state": "planned", "due_on": day,
                   "opportunity_id": deal["id"] if deal["state"] == "open" else None}  # fmt: skip

    def person(self, account: Row) -> Row:
        return {"account_id": account["id"], "name": self.draw.choice("陈林黄张李") + "经理", "mobile": "13800138000"}

    def contract(self, account: Row) -> Row:
        number, monthly = account["code"], self.draw.randint(100, 90_000) * 100
        return {"code": f"K{number}", "name": f"专线合同{number}", "account_id": account["id"], **place_of(account),
                "supplier": "ours", "product_id": self.draw.choice(self.known["product"]), "monthly": monthly,
                "ends_on": self.today + timedelta(days=self.draw.randint(-200, 700))}  # fmt: skip

    def months(self, account: Row) -> Iterator[Row]:
        level, first = self.draw.randint(10_000, 3_000_000), self.today.year * 12 + self.today.month - 1 - MONTHS
        falls = self.draw.random() < 0.06
        for at in range(MONTHS):
            month = date((first + at) // 12, (first + at) % 12 + 1, 1)
            revenue = int(level * self.draw.uniform(0.95, 1.05) * (0.6 if falls and at == MONTHS - 1 else 1))
            yield {"account_id": account["id"], "month": month, "revenue": revenue, "left_network": 1,
                   "left_group": self.draw.randrange(5), "member_count": account["member_count"]}  # fmt: skip

    def ago(self, most: int) -> date:
        return self.today - timedelta(days=self.draw.randint(1, most))


def place_of(row: Row) -> Row:
    return {name: row[name] for name in ("owner_id", "unit_id", *PLACE_COLUMNS)}


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=clock.now().tzinfo)


# --- reading and writing ----------------------------------------------------------------------------------------


def owners() -> list[Row]:
    """Where the records of each account manager of the demo world stand."""
    user, unit, account = METADATA.tables["core_user"], METADATA.tables["core_unit"], METADATA.tables["crm_account"]
    statement = (
        select(user.c.id, user.c.unit_id, *(unit.c[name] for name in PLACE_COLUMNS))
        .join(unit, unit.c.id == user.c.unit_id)
        .where(user.c.id.in_(select(account.c.owner_id)))
        .order_by(user.c.id)
    )
    with kernel_session(writes=False) as session:
        rows = session.execute(statement).mappings().all()
    return [{"owner_id": row["id"], **{name: row[name] for name in ("unit_id", *PLACE_COLUMNS)}} for row in rows]


def column(table: str, name: str) -> list[Any]:
    source = METADATA.tables[table]
    with kernel_session(writes=False) as session:
        return list(session.scalars(select(source.c[name]).order_by(source.c.id)))


def stages() -> list[tuple[int, int]]:
    stage = METADATA.tables["crm_stage"]
    statement = select(stage.c.id, stage.c.pipeline_id).where(stage.c.limit_days.is_not(None)).order_by(stage.c.id)
    with kernel_session(writes=False) as session:
        return [(row[0], row[1]) for row in session.execute(statement)]


def seats() -> list[tuple[int, int]]:
    """The cities and counties where clients of the demo world lie."""
    account = METADATA.tables["crm_account"]
    columns = (account.c.seat_city_id, account.c.seat_county_id)
    statement = select(*columns).distinct().order_by(*columns)
    with kernel_session(writes=False) as session:
        return [(row[0], row[1]) for row in session.execute(statement) if row[0] and row[1]]


def insert(name: str, rows: Iterable[Row], *, stem: str = "") -> None:
    """All columns of the table, so that one statement serves them; ids are put into the rows that are given."""
    table = METADATA.tables[name]
    given = list(rows)
    for row, fresh in zip(given, new_ids(len(given) or 1), strict=False):
        row.setdefault("id", fresh)
    whole = [filled(table, row) for row in given]
    entity = registry().entity(stem)
    with kernel_session() as session:
        bulk_insert(session, table, whole)
        if entity is not None:
            bulk_insert(session, METADATA.tables["core_token"], token_rows(entity, whole))


def filled(table: Table, row: Row) -> Row:
    return {each.name: row[each.name] if each.name in row else default(each) for each in table.columns}


def default(of: Any) -> Any:
    if of.default is None:
        return None
    return of.default.arg(None) if of.default.is_callable else of.default.arg
