"""What every stored record has, and where an owned record stands in the organisation."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Integer, MetaData
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

from core import clock
from core.ids import new_id

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMES
METADATA: MetaData = SQLModel.metadata

PLACES = ("province", "city", "county", "grid", "team")
PLACE_COLUMNS = tuple(f"{place}_id" for place in PLACES)
STAMPS = ("id", "created_at", "updated_at", "version", "archived_at")
SYSTEM_FIELDS = (*STAMPS, "unit_id", *PLACE_COLUMNS)


def system_fields(table: Any) -> tuple[str, ...]:
    """Columns that the kernel keeps itself. Without an owner, the unit and the places are the record's own values."""
    return SYSTEM_FIELDS if "owner_id" in table.c else STAMPS


# On SQLite an INTEGER key is the row's own address: one step to a row instead of two.
KEY = BigInteger().with_variant(Integer(), "sqlite")


class Row(SQLModel):
    """A stored row with an id and nothing else: link rows, journal rows."""

    id: int = Field(default_factory=new_id, primary_key=True, sa_type=KEY)


class Record(Row):
    """A row that people edit: it knows when, carries a version against lost updates, and is archived, not deleted.

    `takes_files` is False where each is asked for by itself: there is no import of it.
    """

    takes_files: ClassVar[bool] = True
    created_at: datetime = Field(default_factory=clock.now)
    updated_at: datetime = Field(default_factory=clock.now, sa_column_kwargs={"onupdate": clock.now})
    archived_at: datetime | None = None
    version: int = 1

    @property
    def settled(self) -> str:
        """Why it does not change any more, as a sentence; empty while it does."""
        return ""

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        return {"version_id_col": cls.__table__.c.version} if hasattr(cls, "__table__") else {}


class Owned(Record):
    """A record with an owner. Its place in the organisation follows the owner's unit; the kernel keeps it so."""

    owner_id: int | None = Field(default=None, foreign_key="core_user.id", sa_type=BigInteger, index=True)
    unit_id: int | None = Field(default=None, sa_type=BigInteger, index=True)
    province_id: int | None = Field(default=None, sa_type=BigInteger)
    city_id: int | None = Field(default=None, sa_type=BigInteger)
    county_id: int | None = Field(default=None, sa_type=BigInteger)
    grid_id: int | None = Field(default=None, sa_type=BigInteger)
    team_id: int | None = Field(default=None, sa_type=BigInteger)


class Reference(Record):
    """A row of configuration: a code for machines, a name in each language, a place in the order."""

    code: str = Field(max_length=40)
    name_zh: str = Field(max_length=120)
    name_en: str | None = Field(default=None, max_length=120)
    position: int = 0
