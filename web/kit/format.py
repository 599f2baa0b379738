"""How numbers, money, days and instants are written in the two languages."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from zlib import crc32

from core import clock
from core.i18n import N_, _, language
from core.settings import settings

SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$"}
SHORT = {
    "zh": ((10**8, "亿"), (10**4, "万"), (1, "")),
    "en": ((10**9, "B"), (10**6, "M"), (10**3, "K"), (1, "")),
}
WEEKDAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip
MINUS = "−"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def symbol(currency: str = "") -> str:
    code = currency or settings().currency
    return SYMBOLS.get(code, code + " ")


def money(fen: int | None, currency: str = "") -> str:
    """The exact amount, from integer minor units: ¥12,345.67."""
    if fen is None:
        return ""
    return f"{_sign(fen)}{symbol(currency)}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def money_short(fen: int | None, currency: str = "") -> str:
    """For figures and boards: ¥1,260 万, ¥1.23 亿; in English ¥12.6 M."""
    if fen is None:
        return ""
    units, steps = Decimal(abs(fen)) / 100, SHORT.get(language(), SHORT["en"])
    for (size, name), (smaller, _name) in pairwise(steps):
        # From half a smaller unit below on, so that ¥99,999,999 is ¥1 亿 and not ¥10,000 万.
        if units >= size - Decimal(smaller) / 2:
            return f"{_sign(fen)}{symbol(currency)}{_three_figures(units / size)} {name}"
    return f"{_sign(fen)}{symbol(currency)}{units.quantize(Decimal(1), ROUND_HALF_UP):,}"


def _sign(fen: int) -> str:
    return MINUS if fen < 0 else ""


def _three_figures(value: Decimal) -> str:
    step = Decimal("0.01") if value < 10 else Decimal("0.1") if value < 100 else Decimal(1)
    text = f"{value.quantize(step, ROUND_HALF_UP):,}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def number(value: int | Decimal | None) -> str:
    return "" if value is None else f"{value:,}".replace("-", MINUS)


def capped(count: int, cap: int = 10_000) -> str:
    """A count that stopped at the cap: 10,000+."""
    return f"{cap:,}+" if count > cap else f"{count:,}"


def percent(basis_points: int | None) -> str:
    """From basis points: 1250 is 12.5%."""
    if basis_points is None:
        return ""
    text = f"{Decimal(basis_points) / 100:,.2f}".rstrip("0").rstrip(".")
    return text.replace("-", MINUS) + "%"


def tenths(value: float, *, sign: str = "") -> str:
    """With one decimal; with `sign="+"` one above zero says so too."""
    return f"{value:{sign}.1f}".replace("-", MINUS)


def size(count: int) -> str:
    """A file's size."""
    for unit, step in (("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)):
        if count >= step:
            return f"{count / step:.1f} {unit}"
    return f"{count} B"


def day(value: date | None) -> str:
    """For tables: 2026-11-23."""
    return "" if value is None else value.isoformat()


def day_in_words(value: date) -> str:
    """For sentences: 11 月 23 日, 23 Nov; with the year if it is another one."""
    same_year = value.year == clock.today().year
    if language() == "zh":
        text = f"{value.month} 月 {value.day} 日"
        return text if same_year else f"{value.year} 年 {text}"
    text = f"{value.day} {MONTHS[value.month - 1]}"
    return text if same_year else f"{text} {value.year}"


def weekday(value: date) -> str:
    return _(WEEKDAYS[value.weekday()])


def greeting(name: str) -> str:
    hour = clock.local(clock.now()).hour
    if hour < 12:
        return _("Good morning, {name}", name=name)
    return _("Good afternoon, {name}", name=name) if hour < 18 else _("Good evening, {name}", name=name)


def instant(value: datetime | None) -> str:
    return "" if value is None else clock.local(value).strftime("%Y-%m-%d %H:%M")


def when(value: datetime) -> str:
    """How long ago, near enough: an absolute time belongs into the title beside it."""
    local, now = clock.local(value), clock.local(clock.now())
    minutes = int((now - local).total_seconds() // 60)
    if 0 <= minutes < 1:
        return _("just now")
    if 0 <= minutes < 60:
        return plural(minutes, _("1 minute ago"), _("{n} minutes ago", n=minutes))
    if local.date() == now.date():
        return _("today {time}", time=local.strftime("%H:%M"))
    if local.date() == now.date() - timedelta(days=1):
        return _("yesterday {time}", time=local.strftime("%H:%M"))
    return f"{day_in_words(local.date())} {local:%H:%M}"


def local_day(value: datetime) -> date:
    return clock.local(value).date()


def ago(value: date, today: date | None = None) -> str:
    """How long ago a day is: today, yesterday, 12 days ago."""
    gone = ((today or clock.today()) - value).days
    if gone < 1:
        return _("today")
    return _("yesterday") if gone == 1 else _("{n} days ago", n=number(gone))


def plural(count: int, one: str, many: str) -> str:
    """Chinese has one form, and both arguments translate to it."""
    return one if count == 1 else many


def days(count: int) -> str:
    return plural(count, _("1 day"), _("{n} days", n=number(count)))


def due(value: date | None, today: date | None = None) -> tuple[str, str]:
    """The text and the state of something that is due: ("逾期 2 天", "over"), ("今天", "today"), …"""
    if value is None:
        return _("nothing planned"), "none"
    left = (value - (today or clock.today())).days
    if left < 0:
        return plural(-left, _("1 day overdue"), _("{n} days overdue", n=number(-left))), "over"
    if left == 0:
        return _("today"), "today"
    return (_("tomorrow") if left == 1 else _("in {n} days", n=number(left))), "plan"


def listed(parts: Iterable[str]) -> str:
    """Several short things in a row: 甲、乙 or a, b."""
    return ("、" if language() == "zh" else ", ").join(parts)


def tint(name: str) -> int:
    """One of six colours for a name's tile, the same on every page."""
    return crc32(name.encode()) % 6 + 1


def mark(name: str) -> str:
    """The character on a record's tile. Chinese firms begin with a place: 广州市云岫人民医院 is told by 云."""
    text = re.sub(r"^\w{2,3}[省市县区]", "", name.strip())
    if text == name.strip() and re.match(r"[\u4e00-\u9fff]{5}", text):
        text = text[2:]
    return initial(text)


def initial(name: str) -> str:
    return name.strip()[:1].upper() or "·"
