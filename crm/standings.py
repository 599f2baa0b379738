"""How each deal stood: one row per span in which nothing changed of what reports count, so that a past day is a query.

The kernel writes the rows beside the change itself (`core.spans`). Who may see a deal today sees how it stood; the
owner, the unit and the stage's probability in a row are those of its time. What is known of a deal begins when it was
written down: an import that says that a deal was begun long ago writes no past.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, column
from sqlmodel import Field

from core.fields import money, rate
from core.record import PLACE_COLUMNS, Row
from core.spans import Spans, keep

_OPEN = column("until_at").is_(None)


class DealStanding(Row, table=True):
    """`until_at` is empty while the deal stands so. `probability` is the stage's, `own_probability` the deal's own.

    Other records are named by their number alone: what a deal once referred to may be taken out. A deal that is taken
    out, as an undone import does, takes its spans along.
    """

    __tablename__ = "crm_deal_standing"
    __table_args__ = (
        Index(
            "uq_crm_deal_standing_open", "opportunity_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
        # These hold all that is read by them, so that hundreds of thousands need no row: of one deal what a forecast
        # compares; of a day its totals, for what stood on a late day ended late or not at all; of months who came in.
        Index(
            "ix_crm_deal_standing_deal", "opportunity_id", "from_at", "until_at", "state", "expected_close_on",
            "probability", "own_probability", "amount", "stage_id",
        ),
        Index(
            "ix_crm_deal_standing_day", "state", "until_at", "from_at", "province_id", "city_id", "stage_id",
            "owner_id", "amount", "probability", "own_probability", "expected_close_on", "opportunity_id",
            "stage_since", "closed_on", "account_id",
        ),
        Index(
            "ix_crm_deal_standing_began", "state", "from_at", "stage_since", "stage_id", "until_at",
            "opportunity_id", "province_id", "city_id",
        ),
    )  # fmt: skip
    opportunity_id: int = Field(foreign_key="crm_opportunity.id", ondelete="CASCADE", sa_type=BigInteger)
    from_at: datetime
    until_at: datetime | None = None
    stage_id: int | None = Field(default=None, sa_type=BigInteger)
    state: str = Field(max_length=24)
    amount: int | None = money()
    probability: int | None = rate()
    own_probability: int | None = rate()
    expected_close_on: date | None = None
    closed_on: date | None = None
    stage_since: date | None = None
    owner_id: int | None = Field(default=None, sa_type=BigInteger)
    account_id: int | None = Field(default=None, sa_type=BigInteger)
    product_id: int | None = Field(default=None, sa_type=BigInteger)
    province_id: int | None = Field(default=None, sa_type=BigInteger)
    city_id: int | None = Field(default=None, sa_type=BigInteger)
    county_id: int | None = Field(default=None, sa_type=BigInteger)
    grid_id: int | None = Field(default=None, sa_type=BigInteger)
    team_id: int | None = Field(default=None, sa_type=BigInteger)


STANDINGS = Spans(
    table="crm_deal_standing",
    of="crm_opportunity",
    key="opportunity_id",
    columns=(
        "stage_id", "state", "amount", "expected_close_on", "closed_on", "stage_since",
        "owner_id", "account_id", "product_id", *PLACE_COLUMNS,
    ),
    renamed={"own_probability": "probability"},
    behind={"probability": ("stage_id", "crm_stage", "probability")},
)  # fmt: skip
keep(STANDINGS)
