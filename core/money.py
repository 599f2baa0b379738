"""Money is whole fen (hundredths) of the database's one currency. Rounding happens here, once, half up."""

import re
from decimal import ROUND_HALF_UP, Decimal

from core.errors import Invalid
from core.i18n import _

_LIMIT = 10**15
_UNITS = {"万": 10_000, "亿": 100_000_000}


def to_fen(text: str) -> int:
    """Read an amount as people type it, or as a page shows it: `1,054`, `¥12.5万`, `(300)`, `−300`. Raises Invalid."""
    cleaned = re.sub(r"[\s,，¥￥$]|CNY|USD|RMB|元", "", text).replace("−", "-")
    negative = cleaned.startswith("(") and cleaned.endswith(")")
    unit = _UNITS.get(cleaned.strip("()")[-1:], 1)
    digits = cleaned.strip("()万亿")
    try:
        value = Decimal(digits) * unit * (-1 if negative else 1)
    except ArithmeticError as error:
        raise Invalid(_("“{text}” is not an amount.", text=text)) from error
    if not value.is_finite() or abs(value) > _LIMIT:
        raise Invalid(_("“{text}” is too large for an amount.", text=text))
    return round_half_up(value * 100)


def round_half_up(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def share(fen: int, basis_points: int) -> int:
    """A part of an amount, in fen; rates are basis points (100 = 1 %)."""
    return round_half_up(Decimal(fen) * basis_points / 10_000)


def decimal_text(fen: int) -> str:
    """Fen as a plain decimal string for files and programs: 105400 -> `1054.00`."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"
