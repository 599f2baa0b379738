"""What the pipeline on a day is made of. Amounts are whole fen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from core.i18n import _
from reports.engine.shares import Share
from reports.past.compare import Waterfall


@dataclass(frozen=True)
class Scope:
    """What was asked, in words, for a page and a paper alike."""

    on: date
    against: date
    unit: str
    window: str
    by: str

    @property
    def in_words(self) -> str:
        """What it is narrowed to."""
        unit = _("{label}: {value}", label=_("Unit"), value=self.unit or _("All units"))
        window = _("{label}: {value}", label=_("Expected close"), value=self.window) if self.window else ""
        return " · ".join(part for part in (unit, window) if part)


@dataclass(frozen=True)
class Line:
    """A deal as it stood. `change` is by how much it moved the sum, where the list is of a part of a change."""

    id: int
    name: str
    account: str
    stage: str
    state: str
    amount: int | None
    probability: int | None
    close_on: date | None
    owner: str
    change: int | None = None


@dataclass(frozen=True)
class PastData:
    """The pipeline at the end of a day. `began` is the first day that is known, where this one is not."""

    scope: Scope
    made_at: datetime
    currency: str
    reader: str
    totals: Share
    on_hold: Share
    unprovisioned: Share
    by_stage: tuple[Share, ...]
    by_part: tuple[Share, ...]
    largest: tuple[Line, ...]
    began: date | None

    @property
    def rows(self) -> int:
        """The deals that were counted."""
        return self.totals.count + self.on_hold.count + self.unprovisioned.count

    def amounts(self) -> list[int | None]:
        return [share.amount for share in (self.totals, *self.by_stage)] + [line.amount for line in self.largest]


@dataclass(frozen=True)
class ChangeData:
    """What changed between two days. `lines` are the largest of each part, by the part."""

    scope: Scope
    made_at: datetime
    currency: str
    reader: str
    waterfall: Waterfall
    lines: Mapping[str, tuple[Line, ...]]
    began: date | None

    @property
    def rows(self) -> int:
        """The deals that were compared."""
        parts = self.waterfall.parts.values()
        return self.waterfall.same.count + sum(part.count for part in parts)

    def amounts(self) -> list[int | None]:
        fall = self.waterfall
        return [fall.opening.amount, fall.closing.amount, *(part.amount for part in fall.parts.values())]
