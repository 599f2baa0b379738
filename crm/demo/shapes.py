"""The rows of the demo world. Days are offsets from today (0 = today), so that its dates move with the clock."""

from dataclasses import dataclass
from typing import Literal

from crm.reference.kinds import Text

State = Literal["open", "on_hold", "won", "lost"]
Progress = Literal["planned", "done", "dropped"]
Kind = Literal["visit", "call", "meeting", "task"]


@dataclass(frozen=True)
class Unit:
    code: str
    parent: str | None
    kind: str
    name: Text
    covers: tuple[str, ...]


@dataclass(frozen=True)
class User:
    login: str
    name: Text
    post: Text
    unit: str | None
    role: str
    firm: str | None
    boss: str | None


@dataclass(frozen=True)
class Firm:
    code: str
    name: Text
    city: str
    grade: str
    manager: str


@dataclass(frozen=True)
class Rival:
    code: str
    name: Text


@dataclass(frozen=True)
class Account:
    key: str
    code: str
    name: Text
    uscc: str
    nature: str
    trade: str
    grade: str
    priority: str
    city: str
    county: str | None
    owner: str
    staff: int
    members: int
    share_bp: int
    monthly_fen: int
    trend_percent: int
    products: tuple[str, ...]
    parent: str | None
    rivals: tuple[str, ...]


@dataclass(frozen=True)
class KeyPerson:
    account: str
    name: str
    post: str
    level: str
    function: str
    roles: tuple[str, ...]
    relation: str
    support: str
    influence: int
    consent_basis: str | None
    consent_on: int | None
    last_met: int | None
    phone: str
    email: str
    is_official: bool


@dataclass(frozen=True)
class Line:
    product: str
    quantity: int
    unit_one_off_fen: int
    unit_monthly_fen: int
    months: int

    @property
    def one_off_fen(self) -> int:
        return self.quantity * self.unit_one_off_fen

    @property
    def monthly_fen(self) -> int:
        return self.quantity * self.unit_monthly_fen

    @property
    def total_fen(self) -> int:
        return self.one_off_fen + self.months * self.monthly_fen


@dataclass(frozen=True)
class Deal:
    code: str
    account: str
    title: str
    owner: str
    lines: tuple[Line, ...]
    stage: str
    state: State
    engaged_on: int
    stage_since: int
    expected_close: int
    closed_on: int | None
    wake_on: int | None
    delivery_stage: str | None
    rival: str | None
    reason: str | None
    next_step: str | None
    next_on: int | None
    next_weapon: str | None
    next_with: tuple[str, ...]

    @property
    def amount_fen(self) -> int:
        return sum(line.total_fen for line in self.lines)


@dataclass(frozen=True)
class Activity:
    accounts: tuple[str, ...]
    deal: str | None
    persons: tuple[str, ...]
    owner: str
    weapon: str | None
    kind: Kind
    subject: str
    state: Progress
    day: int
    time: str
    minutes: int
    cost_fen: int | None
    result: str | None
    next_step: str | None


@dataclass(frozen=True)
class Contract:
    number: str
    account: str
    title: str
    product: str
    monthly_fen: int
    starts_on: int
    ends_on: int
    rival: str | None
    renews_itself: bool


@dataclass(frozen=True)
class Tender:
    account: str
    deal: str
    title: str
    number: str
    agency: str
    noticed_on: int
    closes_on: int
    opens_on: int
    budget_fen: int


@dataclass(frozen=True)
class AccountMonth:
    """What billing says of an account for one month. `month` counts from this month: -1 is last month."""

    account: str
    month: int
    revenue_fen: int
    products: tuple[str, ...]
    members: int
    left_group: int
    left_network: int
    arrears_fen: int


@dataclass(frozen=True)
class Target:
    """`holder` is a unit's code or a user's login; `amount` is in fen for `won_amount`, a count for `visits`."""

    holder: str
    measure: Literal["won_amount", "visits"]
    month: int
    amount: int


@dataclass(frozen=True)
class Campaign:
    code: str
    name: Text
    goal: Text
    weapon: str
    product: str
    channel: str
    cities: tuple[str, ...]
    owner: str
    starts_on: int
    ends_on: int
    budget_fen: int
    rate_fen: int
    state: str


@dataclass(frozen=True)
class Task:
    campaign: str
    user: str
    account: str
    weapon: str
    subject: str
    state: Progress
    day: int
    time: str
    result: str | None
    outcome: str | None
    products: tuple[str, ...]


@dataclass(frozen=True)
class HandOver:
    firm: str
    account: str
    persons: tuple[str, ...]
    purpose: Text
    given_on: int
    until: int
    revoked_on: int | None
