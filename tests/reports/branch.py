"""A small carrier with open deals in two cities, in a database of the test's own on each engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event, insert

from core.access import Actor, Level, Profile
from core.db import engine, kernel_session
from core.ids import new_id
from core.people import Unit, User
from core.record import METADATA
from core.registry import registry
from crm.accounts import Account
from crm.opportunities import Opportunity
from crm.pipelines import Pipeline
from crm.stages import Stage
from tests import engines

ON = date(2026, 11, 23)


class Branch:
    """Two cities of one province, an account manager in each, one pipeline of three stages."""

    def __init__(self) -> None:
        self.province = self._unit("GD", "province", "广东省", "Guangdong")
        self.guangzhou = self._unit("GZ", "city", "广州市", "Guangzhou", self.province)
        self.foshan = self._unit("FS", "city", "佛山市", "Foshan", self.province)
        self.lin, self.he = self._user("lin", "林嘉怡", self.guangzhou), self._user("he", "何思远", self.foshan)
        self.account = self._save(
            Account(code="A1", name="珠江湾港务集团", owner_id=self.lin.id, **self.guangzhou.place())
        )
        self.pipeline = self._save(Pipeline(code="main", name_zh="商机", name_en="Deals"))
        self.lead = self.stage("lead", "线索", "Lead", probability=1000, limit_days=14, position=1)
        self.talks = self.stage("talks", "商务谈判", "Negotiation", probability=7500, limit_days=30, position=2)
        self.free = self.stage("free", "搁置观察", "Watched", probability=3333, limit_days=None, position=3)

    def stage(self, code: str, zh: str, en: str, *, pipeline: Pipeline | None = None, **values: Any) -> Stage:
        above = pipeline or self.pipeline
        return self._save(Stage(code=code, name_zh=zh, name_en=en, pipeline_id=above.id, **values))

    def second_pipeline(self) -> Pipeline:
        return self._save(Pipeline(code="second", name_zh="项目", name_en="Projects", position=1))

    def deal(self, name: str, yuan: float | None, stage: Stage | None = None, **values: Any) -> Opportunity:
        """An open deal of Lin's in Guangzhou that is late in nothing, unless the values say otherwise."""
        stands = stage or self.talks
        owner = values.pop("owner", self.lin)
        unit = self.guangzhou if owner is self.lin else self.foshan
        plain: dict[str, Any] = {
            "account_id": self.account.id,
            "expected_close_on": ON + timedelta(days=40),
            "stage_since": ON,
            "owner_id": owner.id,
            **unit.place(),
        }
        plain |= {"amount": None if yuan is None else round(yuan * 100)}
        plain |= {"stage_id": stands.id, "pipeline_id": stands.pipeline_id}
        return self._save(Opportunity(code=name, name=name, **{**plain, **values}))

    def many_deals(self, number: int) -> None:
        """Deals of the two managers, all stages and two years, written without the unit of work."""
        stages, owners = (self.lead, self.talks, self.free), ((self.lin, self.guangzhou), (self.he, self.foshan))
        start, rows = new_id(), []
        for i in range(number):
            (owner, unit), stage = owners[i % 2], stages[i % 3]
            rows.append(
                {
                    "id": start + i,
                    "code": f"D{i}",
                    "name": f"商机 {i}",
                    "amount": i * 137 + 50 if i % 7 else None,
                    "stage_id": stage.id,
                    "pipeline_id": stage.pipeline_id,
                    "account_id": self.account.id,
                    "owner_id": owner.id,
                    "expected_close_on": ON + timedelta(days=i % 700 - 100),
                    "stage_since": ON - timedelta(days=i % 90),
                    "state": "open",
                    **unit.place(),
                }
            )
        with kernel_session() as session:
            session.connection().execute(insert(Opportunity.__table__), rows)  # type: ignore[attr-defined]

    def reader(self, level: Level = Level.ALL, user: User | None = None) -> Actor:
        who = user or self.lin
        profile = Profile((("crm.*.read", level),), unit_kind="city")
        return Actor(who.id, who.username, who.name, profile, place=self.guangzhou.place())

    def _unit(self, code: str, kind: str, zh: str, en: str, parent: Unit | None = None) -> Unit:
        unit = Unit(code=code, kind=kind, name_zh=zh, name_en=en, parent_id=parent.id if parent else None)
        unit.stand_under(parent)
        return self._save(unit)

    def _user(self, username: str, name: str, unit: Unit) -> User:
        return self._save(User(username=username, name=name, unit_id=unit.id))

    def _save(self, row: Any) -> Any:
        with kernel_session() as session:
            session.add(row)
        return row


@contextmanager
def opened(url: str, folder: Path) -> Iterator[Branch]:
    registry()
    with engines.in_use(url, folder):
        METADATA.create_all(engine())
        yield Branch()


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """The statements that are sent while the block runs."""
    sent: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(engine(), "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine(), "before_cursor_execute", note)
