"""Who there is: the organisation's units, its users and their roles, who stands in for whom, who is signed in."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index
from sqlmodel import Field

from core import clock
from core.access import Level
from core.fields import choice, day, flag, ref, text
from core.record import PLACE_COLUMNS, PLACES, Record, Reference, Row


class Unit(Reference, table=True):
    """A node of the organisation's tree. It stores its ancestors, itself included, as one column per kind."""

    __tablename__ = "core_unit"
    __table_args__ = (Index("uq_core_unit_code", "code", unique=True),)
    kind: str = choice(*PLACES, required=True)
    parent_id: int | None = ref("core_unit.id")
    divisions: list[str] = Field(default_factory=list, sa_type=JSON)
    province_id: int | None = Field(default=None, sa_type=BigInteger)
    city_id: int | None = Field(default=None, sa_type=BigInteger)
    county_id: int | None = Field(default=None, sa_type=BigInteger)
    grid_id: int | None = Field(default=None, sa_type=BigInteger)
    team_id: int | None = Field(default=None, sa_type=BigInteger)

    def place(self) -> dict[str, int | None]:
        return {"unit_id": self.id, **{column: getattr(self, column) for column in PLACE_COLUMNS}}

    def stand_under(self, parent: "Unit | None") -> None:
        """Take the ancestors of the parent and add oneself."""
        for column in PLACE_COLUMNS:
            setattr(self, column, getattr(parent, column) if parent else None)
        setattr(self, f"{self.kind}_id", self.id)


class User(Record, table=True):
    """Somebody who signs in. `firm_id` marks a person of an outside firm, who sees nothing but what was handed over."""

    __tablename__ = "core_user"
    __table_args__ = (Index("uq_core_user_username", "username", unique=True),)
    username: str = text(60, required=True)
    name: str = text(80, required=True, label="Full name")
    name_en: str | None = text(80, label="Full name (English)")
    unit_id: int | None = ref("core_unit.id")
    firm_id: int | None = Field(default=None, sa_type=BigInteger, index=True)
    email: str | None = text(200)
    mobile: str | None = text(30)
    is_active: bool = flag(default=True)


class Role(Reference, table=True):
    """A named bundle of grants: a permission pattern and the widest level it reaches."""

    __tablename__ = "core_role"
    __table_args__ = (Index("uq_core_role_code", "code", unique=True),)
    grants: dict[str, str] = Field(default_factory=dict, sa_type=JSON)


class UserRole(Row, table=True):
    __tablename__ = "core_user_role"
    __table_args__ = (Index("uq_core_user_role", "user_id", "role_id", unique=True),)
    user_id: int = ref("core_user.id", required=True)
    role_id: int = ref("core_role.id", required=True)


class Deputy(Record, table=True):
    """While somebody is away, the deputy acts for them: what is the absent one's own is the deputy's own too."""

    __tablename__ = "core_deputy"
    absent_id: int = ref("core_user.id", required=True)
    deputy_id: int = ref("core_user.id", required=True)
    starts_on: date = day(required=True)
    ends_on: date = day(required=True)


class Credential(Row, table=True):
    """A password's Argon2id hash. Only sign-in reads this table; it has no access rule, so nobody else can."""

    __tablename__ = "core_credential"
    user_id: int = ref("core_user.id", required=True, unique=True)
    secret: str
    changed_at: datetime = Field(default_factory=clock.now)


class Visit(Row, table=True):
    """A signed-in browser. The cookie holds a random token; the table holds only its digest."""

    __tablename__ = "core_visit"
    user_id: int = ref("core_user.id", required=True)
    token: str = Field(max_length=80, unique=True)
    created_at: datetime = Field(default_factory=clock.now)
    seen_at: datetime = Field(default_factory=clock.now)
    ended_at: datetime | None = None
    address: str = Field(default="", max_length=80)
    browser: str = Field(default="", max_length=200)


class Attempt(Row, table=True):
    """A sign-in that was tried, known name or not: the throttle counts these."""

    __tablename__ = "core_attempt"
    name: str = Field(max_length=60, index=True)
    address: str = Field(max_length=80, index=True)
    at: datetime = Field(default_factory=clock.now, index=True)
    succeeded: bool = False


def role_grants(rows: list[Any]) -> dict[str, str]:
    """The grants of several roles as one; where two name the same pattern, the wider level wins."""
    merged: dict[str, str] = {}
    for grants in rows:
        for pattern, level in grants.items():
            if Level[level.upper()] >= Level[merged.get(pattern, "none").upper()]:
                merged[pattern] = level
    return merged
