"""Figures, money and days as a report prints them. Money stays whole fen until it is text."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_date

from core import clock
from core.i18n import _, language
from core.money import round_half_up

_SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$", "MOP": "MOP$", "JPY": "¥"}
# A unit is used from its own size on: 9,999 yuan stay yuan, 10,000 are 1 万.
_ZH = ((10**10, "亿"), (10**6, "万"))
_EN = ((10**11, "B"), (10**8, "M"), (10**5, "K"))


@dataclass(frozen=True)
class Money:
    """How amounts of one report are written: with the same decimals in every table, so that sums can be checked."""

    currency: str
    decimals: int = 2

    @classmethod
    def fitting(cls, currency: str, amounts: Iterable[int | None]) -> "Money":
        """Whole units where every amount is whole, else two decimals everywhere."""
        return cls(currency, 2 if any(amount is not None and amount % 100 for amount in amounts) else 0)

    @property
    def sign(self) -> str:
        return _SIGNS.get(self.currency, self.currency + " ")

    def exact(self, fen: int | None) -> str:
        return "—" if fen is None else f"{_minus(fen)}{abs(fen) / Decimal(100):,.{self.decimals}f}"

    def signed(self, fen: int | None) -> str:
        return "—" if fen is None else f"{_minus(fen)}{self.sign}{self.exact(abs(fen))}"

    def short(self, fen: int) -> str:
        number, unit = self.parts(fen)
        return f"{number}\N{NO-BREAK SPACE}{unit}" if unit else number

    def unit(self, largest: int) -> tuple[int, str]:
        """The size in fen and the name of the unit that suits figures up to `largest`."""
        units = _EN if language() == "en" else _ZH
        return next(((size, name) for size, name in units if abs(largest) >= size), (100, ""))

    def parts(self, fen: int) -> tuple[str, str]:
        """The short form as number and unit: (`¥1,265.3`, `万`); the last digit is rounded half up."""
        size, unit = self.unit(fen)
        return (f"{_minus(fen)}{self.sign}{tenths(abs(fen), size)}", unit) if unit else (self.signed(fen), "")


def tenths(fen: int, size: int) -> str:
    """An amount in a larger unit, with one decimal where it has one."""
    return f"{round_half_up(Decimal(fen) * 10 / size) / Decimal(10):,.1f}".removesuffix(".0")


def percent(part: int, whole: int) -> str:
    """A share in whole percent; what is more than nothing never reads 0 %, what is less than all never 100 %."""
    if not whole:
        return "—"
    points = round_half_up(Decimal(part) * 100 / whole)
    if points == 0 and part:
        return "<1%"
    return ">99%" if points == 100 and part != whole else f"{points}%"


def rate(basis_points: int | None) -> str:
    return "—" if basis_points is None else f"{Decimal(basis_points) / 100:f}%"


def count(number: int) -> str:
    return f"{number:,}"


def day(value: date | None) -> str:
    return value.isoformat() if value else "—"


def long_day(value: date) -> str:
    if language() == "en":
        return format_date(value, "d MMMM y", locale="en")
    return f"{value.year} 年 {value.month} 月 {value.day} 日"


def moment(instant: datetime) -> str:
    local = clock.local(instant)
    return _("{day}, {time}", day=long_day(local.date()), time=f"{local:%H:%M}")


def _minus(fen: int) -> str:
    return "−" if fen < 0 else ""
