"""The words that page and paper share, so that they say the same of the same figures."""

from datetime import date, timedelta

from core.i18n import _
from reports.engine.numbers import count, day, moment, percent, rate
from reports.executive.data import FEWEST, Deal, ExecutiveData, Part, Rate
from reports.executive.period import in_words
from reports.executive.reach import OWNER
from reports.executive.scope import SOON, Scope
from reports.wilson import interval
from web.kit.format import money_short
from web.kit.views.common import Tone


def short(fen: int) -> str:
    """An amount as screens write it; number and unit stay in one line."""
    return money_short(fen).replace(" ", "\N{NO-BREAK SPACE}")


def level(data: ExecutiveData) -> str:
    """What the parts are, as a heading of their table."""
    named = {
        "province": _("Province"), "city": _("City"), "county": _("County"), "grid": _("Grid"), "team": _("Team"),
        OWNER: _("Owner"),
    }  # fmt: skip
    return named[data.level]


def by_level(data: ExecutiveData) -> str:
    named = {
        "province": _("Signed by province"), "city": _("Signed by city"), "county": _("Signed by county branch"),
        "grid": _("Signed by grid"), "team": _("Signed by team"), OWNER: _("Signed by person"),
    }  # fmt: skip
    return named[data.level]


def by_group(data: ExecutiveData) -> str:
    return _("Signed by trade") if data.grouped_by == "trade" else _("Signed by product")


def group(data: ExecutiveData) -> str:
    return _("Trade") if data.grouped_by == "trade" else _("Product")


def part(each: Part) -> str:
    return each.name or _("not stated")


def shown(rows: int, number: int) -> str:
    """How much of a longer list stands here."""
    if not rows:
        return ""
    return count(number) if rows >= number else _("the {shown} largest of {all}", shown=count(rows), all=count(number))


def deals(number: int) -> str:
    return _("1 deal") if number == 1 else _("{n} deals", n=count(number))


def contracts(number: int) -> str:
    return _("1 contract") if number == 1 else _("{n} contracts", n=count(number))


def scope(data: ExecutiveData) -> str:
    """The filters in force."""
    return in_force(data.scope)


def in_force(its: Scope, period: str = "") -> str:
    said = [_("{label}: {value}", label=_("Period"), value=period or in_words(its.period))]
    said.append(_("{label}: {value}", label=_("Unit"), value=its.unit.name if its.unit else _("all")))
    if its.trade:
        said.append(_("{label}: {value}", label=_("Trade"), value=its.trade.name))
    return " · ".join(said)


def data_time(data: ExecutiveData) -> str:
    slots = {"moment": moment(data.made_at), "currency": data.currency, "reader": data.reader}
    return _("Data of {moment} · {currency} · what {reader} may see", **slots)


def change(now: int, before: int) -> str:
    """By how much of what was before, in whole percent with its sign; empty where that was nothing."""
    if before <= 0:
        return ""
    sign = "+" if now > before else "−" if now < before else "±"
    return sign + percent(abs(now - before), before).replace(">99", "100")


def days(first: date, after: date) -> str:
    """From the first to the last day of them."""
    last = after - timedelta(days=1)
    end = f"{last:%m-%d}" if first.year == last.year else day(last)
    return _("{first} to {last}", first=day(first), last=end)


def days_now(data: ExecutiveData) -> str:
    """Those of the period up to today."""
    period = data.scope.period
    return days(period.first, min(period.after, data.scope.on + timedelta(days=1)))


def days_before(data: ExecutiveData) -> str:
    return days(*data.scope.days_before)


def won_of(rate: Rate) -> str:
    """A rate with its number of deals; of few deals the numbers alone."""
    if not rate.n:
        return "—"
    slots = {"won": count(rate.won), "n": count(rate.n), "rate": percent(rate.won, rate.n)}
    return _("{rate} ({won} of {n})", **slots) if rate.is_enough else _("{won} of {n}", **slots)


def against_before(each: Part) -> str:
    """The change of a part and both numbers of deals; empty where there is no comparison."""
    if each.before is None:
        return ""
    slots = {"now": count(each.signed.count), "before": count(each.before.count)}
    share = change(each.signed.amount, each.before.amount)
    return _("{change} ({now} / {before})", **slots, change=share) if share else _("{now} / {before} deals", **slots)


def target_note(data: ExecutiveData) -> str:
    """How the signing stands against the target of the months that have begun."""
    if data.target is None:
        return _("{deals}; no target for this period", deals=deals(data.signed.count))
    if not data.target.begun:
        return _("target {target}, not begun yet", target=short(data.target.whole))
    share = percent(data.signed.amount, data.target.begun)
    slots = {"deals": deals(data.signed.count), "target": short(data.target.begun)}
    return _("{deals}; {share} of {target} so far", share=share, **slots)


def open_note(data: ExecutiveData) -> str:
    slots = {"deals": deals(data.open.count), "weighted": short(data.weighted)}
    if not data.open.has_amount:
        return _("{deals}, none with an amount", **slots) if data.open.count else slots["deals"]
    if not data.open.unknown:
        return _("{deals} · weighted {weighted}", **slots)
    return _("{deals}, {n} without amount · weighted {weighted}", **slots, n=count(data.open.unknown))


def open_text(data: ExecutiveData) -> str:
    """The amount; where no deal has one, their number."""
    return short(data.open.amount) if data.open.has_amount else count(data.open.count)


def unprovisioned_text(data: ExecutiveData) -> str:
    return short(data.unprovisioned.amount) if data.unprovisioned.has_amount else count(data.unprovisioned.count)


def unprovisioned_note(data: ExecutiveData) -> str:
    found = data.unprovisioned
    if not found.unknown:
        return deals(found.count)
    return _("{deals}, {n} without amount", deals=deals(found.count), n=count(found.unknown))


def ending_text(data: ExecutiveData) -> str:
    return short(data.ending.amount) if data.ending.has_amount else count(data.ending.count)


def top_title(data: ExecutiveData) -> str:
    """Where no deal has an amount, those that wait longest come first."""
    return _("Largest open deals") if data.open.has_amount else _("Open deals that wait longest")


def top_hint(data: ExecutiveData, rows: int) -> str:
    number = data.open.count
    if data.open.has_amount or rows >= number:
        return shown(rows, number)
    return _("{shown} of {all}", shown=count(rows), all=count(number))


def rate_text(data: ExecutiveData) -> str:
    """A rate, or the two numbers where they are too few for one."""
    found = data.rate
    if not found.n:
        return "—"
    return percent(found.won, found.n) if found.is_enough else f"{count(found.won)} / {count(found.n)}"


def rate_note(data: ExecutiveData) -> str:
    slots = {"won": count(data.rate.won), "n": count(data.rate.n)}
    if not data.rate.n:
        return _("no deal was decided")
    if not data.rate.is_enough:
        return _("won of decided; fewer than {fewest} say no rate", fewest=FEWEST)
    found = interval(data.rate.won, data.rate.n)
    assert found is not None
    slots |= {"low": f"{round(found.low / 100)}%", "high": f"{round(found.high / 100)}%"}
    return _("{won} won of {n} decided deals; 95% interval {low} to {high}", **slots)


def days_note(data: ExecutiveData) -> str:
    if data.days.median is None:
        return _("no won deal says both days")
    return _("median of {n} won deals, engaged to signed", n=count(data.days.n))


def ending_note(data: ExecutiveData) -> str:
    slots = {"contracts": contracts(data.ending.count), "n": count(data.ending.unknown)}
    if not data.ending.count:
        return _("no contract ends within {days} days", days=SOON)
    return _("{contracts}, {n} without amount", **slots) if data.ending.unknown else slots["contracts"]


def against(each: Part) -> str:
    """The share of the target that is reached; empty where there is none."""
    return percent(each.signed.amount, each.target) if each.target else ""


def standing(deal: Deal, data: ExecutiveData) -> tuple[str, Tone]:
    """How an open deal stands, with a tone: stalled, past its day, or neither."""
    if deal.is_stalled:
        return _("stalled {days} / {limit} days", days=deal.days, limit=deal.limit), "bad"
    if deal.close_on and deal.close_on < data.scope.on:
        return _("past its day"), "warn"
    if deal.limit is None and deal.days is not None:
        return _("{days} days in this stage", days=count(deal.days)), ""
    return _("moving"), "ok"


def chance(deal: Deal) -> str:
    return rate(deal.probability)
