"""Promised and measured: whether a promise was kept, by how much it was missed, and both as words."""

from decimal import Decimal

from core.errors import Invalid
from core.i18n import N_, _
from crm.quotes.lines import MORE_IS_BETTER

LARGEST = 10**12
TEXTS = {
    "mbps": N_("{n} Mbps"), "hour": N_("{n} hours"), "percent": N_("{n} percent"), "ms": N_("{n} ms"),
    "day": N_("{n} working days"),
}  # fmt: skip


def is_kept(kind: str, promised: int, measured: int | None) -> bool | None:
    """None until it was measured."""
    if measured is None:
        return None
    return measured >= promised if kind in MORE_IS_BETTER else measured <= promised


def gap(kind: str, promised: int, measured: int) -> int:
    """By how much it was missed, in hundredths of the unit; 0 where it was kept."""
    return max(promised - measured if kind in MORE_IS_BETTER else measured - promised, 0)


def gap_share(kind: str, promised: int, measured: int) -> int:
    """The gap as a part of what was promised, in basis points."""
    return gap(kind, promised, measured) * 10_000 // promised if promised else 0


def in_words(unit: str, hundredths: int | None) -> str:
    return "" if hundredths is None else _(TEXTS[unit], n=plain(hundredths))


def plain(hundredths: int) -> str:
    """As people write it: 500, 99.9, 0.05."""
    text = f"{Decimal(hundredths) / 100:,.2f}"
    return text.rstrip("0").rstrip(".")


def read(typed: str) -> int | None:
    """Hundredths of what was typed. Raises Invalid with a sentence."""
    if not typed.strip():
        return None
    try:
        value = Decimal(typed.replace(",", "").replace("，", "").strip())
    except ArithmeticError as error:
        raise Invalid(_("“{text}” is not a number.", text=typed)) from error
    if not value.is_finite() or not 0 <= value * 100 <= LARGEST or value * 100 != int(value * 100):
        raise Invalid(_("A number with at most two decimals, please."))
    return int(value * 100)
