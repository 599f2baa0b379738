"""Group-client accounts: who the client is, where it lies, how much of it is ours, and who looks after it."""

from typing import Any

from sqlalchemy import CheckConstraint, inspect, select
from sqlmodel import col
from stdnum.cn import uscc as uscc_rule
from stdnum.exceptions import ValidationError

from core.access import owned
from core.entity import Entity, Section
from core.errors import Invalid
from core.fields import choice, long_text, money, number, phone, rate, ref, text
from core.i18n import N_, _
from core.record import Owned
from crm.coowners import ADD, REMOVE
from crm.limits import COUNT, RATE, keep_within
from crm.tables import base36, derived_text, live_index, live_unique
from crm.tags import HANG, TAKE_OFF

# What other people's lists call the client's name.
NAMES = (
    "客户名称", "集团名称", "企业名称", "公司名称", "单位名称", "客户", "公司", "company", "company name", "customer",
    "customer name", "client", "organisation", "organization",
)  # fmt: skip


class Account(Owned, table=True):
    """`city_id` and `county_id` are units of the carrier, after the owner; `seat_..._id` is where the client lies."""

    __tablename__ = "crm_account"
    __table_args__ = (
        live_unique("uq_crm_account_code", "code"),
        live_index("ix_crm_account_uscc", "uscc"),
        live_index("ix_crm_account_name", "name", "id"),
        live_index("ix_crm_account_owner_name", "owner_id", "name", "id"),
        live_index("ix_crm_account_team_name", "team_id", "name", "id"),
        live_index("ix_crm_account_grid_name", "grid_id", "name", "id"),
        live_index("ix_crm_account_county_name", "county_id", "name", "id"),
        live_index("ix_crm_account_city_name", "city_id", "name", "id"),
        live_index("ix_crm_account_province_name", "province_id", "name", "id"),
        CheckConstraint("wallet_share BETWEEN 0 AND 10000", name="wallet_share"),
        CheckConstraint("staff_count >= 0", name="staff_count"),
        CheckConstraint("member_count >= 0", name="member_count"),
    )
    code: str = derived_text(40, also=("集团编码", "集团编号", "客户编码"))
    name: str = text(200, required=True, also=NAMES)
    name_en: str | None = text(200)
    uscc: str | None = text(18, label="Unified social credit code", also=("信用代码", "税号", "tax id"))
    grade_id: int | None = ref("crm_grade.id")
    priority: str | None = choice("keep", "win", labels={"keep": "To keep", "win": "To win"})
    nature_id: int | None = ref("crm_nature.id")
    trade_id: int | None = ref("crm_trade.id", also=("行业", "industry", "sector"))
    parent_id: int | None = ref("crm_account.id", label="Parent group", also=("上级集团", "subsidiary of"))
    seat_city_id: int | None = ref("crm_division.id", label="City of the client")
    seat_county_id: int | None = ref("crm_division.id", label="County of the client")
    address: str | None = text(200)
    phone: str | None = phone(label="Switchboard")
    website: str | None = text(200)
    staff_count: int | None = number(label="Staff", also=("员工数", "employees"))
    member_count: int | None = number(label="Members")
    wallet_share: int | None = rate(label="Share of wallet")
    revenue: int | None = money(label="Annual revenue", also=("营业收入",))
    founded_year: int | None = number(label="Founded in", also=("成立年份", "year established"))
    note: str | None = long_text()


def complete(session: Any, account: Account) -> None:
    account.code = account.code or f"G{base36(account.id)}"
    keep_within(account, wallet_share=RATE, staff_count=COUNT, member_count=COUNT)
    if account.uscc:
        account.uscc = checked_uscc(account.uscc)
    if account.parent_id and inspect(account).attrs.parent_id.history.has_changes():
        _refuse_cycle(session, account)


def checked_uscc(typed: str) -> str:
    """The code without blanks, in capitals. Raises Invalid where the check digit is wrong."""
    try:
        return str(uscc_rule.validate(typed))
    except ValidationError as error:
        sentence = _("“{text}” is not a unified social credit code: its check digit does not fit.", text=typed)
        raise Invalid(sentence, {"uscc": sentence}) from error


def _refuse_cycle(session: Any, account: Account) -> None:
    """A new record has no children, so only an account that is stored can close a ring."""
    above: int | None = account.parent_id
    seen: set[int] = set()
    while above is not None and above not in seen:
        if above == account.id:
            sentence = _("An account cannot be above itself.")
            raise Invalid(sentence, {"parent_id": sentence})
        seen.add(above)
        is_stored = inspect(account).persistent
        above = session.scalar(select(col(Account.parent_id)).where(col(Account.id) == above)) if is_stored else None


ACCOUNT = Entity(
    stem="crm.account",
    model=Account,
    label=N_("Account"),
    plural=N_("Accounts"),
    rule=owned(),
    key=(Account.code, Account.name, Account.name_en),
    columns=(
        Account.name,
        Account.code,
        Account.grade_id,
        Account.priority,
        Account.trade_id,
        Account.seat_city_id,
        Account.member_count,
        Account.owner_id,
    ),
    form=(
        Section(
            N_("Client"),
            (
                Account.name,
                Account.name_en,
                Account.code,
                Account.uscc,
                Account.nature_id,
                Account.trade_id,
                Account.parent_id,
            ),
        ),
        Section(N_("Care"), (Account.owner_id, Account.grade_id, Account.priority, Account.wallet_share)),
        Section(
            N_("Place"),
            (
                Account.seat_city_id,
                Account.seat_county_id,
                Account.address,
                Account.phone,
                Account.website,
            ),
        ),
        Section(
            N_("Size"),
            (
                Account.staff_count,
                Account.member_count,
                Account.revenue,
                Account.founded_year,
                Account.note,
            ),
        ),
    ),
    search=(Account.name, Account.name_en, Account.code, Account.uscc),
    facets=(Account.grade_id, Account.priority, Account.trade_id, Account.seat_city_id, Account.owner_id),
    sums=(Account.member_count,),
    order=Account.name,
    verbs=(ADD, REMOVE, HANG, TAKE_OFF),
    complete=complete,
)
