"""The executive's conclusion: sentences that rules draw. No effect is claimed, and no rate said without its n."""

from core.i18n import _
from reports.engine.numbers import count, day, percent
from reports.executive.data import LOW, Deal, ExecutiveData, Part, Stage
from reports.executive.period import in_words
from reports.executive.scope import SOON
from reports.executive.words import change, short
from web.kit.format import listed

MOST_NAMES = 3


def conclude(data: ExecutiveData) -> tuple[str, ...]:
    """Full sentences: what was signed, now and a year before, the gap, what stalls and ends, what to do first."""
    if data.is_empty:
        return (_nothing(data),)
    found = (
        _what_is_signed(data),
        _what_was_signed_before(data),
        _where_the_gap_is(data),
        _what_stalls(data),
        _what_ends(data),
        _how_often_we_win(data),
        _what_to_do_first(data),
    )
    return tuple(sentence for sentence in found if sentence)


def _nothing(data: ExecutiveData) -> str:
    if not data.is_placed:
        return _("You belong to no unit, so no deal is within your reach. An administrator can name your unit.")
    return _("There is nothing yet for {period} under these filters.", period=in_words(data.scope.period))


def _what_is_signed(data: ExecutiveData) -> str:
    signed, period = data.signed, in_words(data.scope.period)
    slots = {"period": period, "amount": short(signed.amount), "n": count(signed.count)}
    if not data.target or not data.target.begun:
        return _("Signed in {period}: {amount}, deals: {n}.", **slots)
    target = data.target.begun
    slots |= {"target": short(target), "share": percent(signed.amount, target)}
    if signed.amount >= target:
        return _("Signed in {period}: {amount}, deals: {n}; {share} of the target so far ({target}).", **slots)
    gap = short(target - signed.amount)
    return _(
        "Signed in {period}: {amount}, deals: {n}; {share} of the target so far ({target}); {gap} short.",
        **slots,
        gap=gap,
    )


def _what_was_signed_before(data: ExecutiveData) -> str:
    """Both sums with their deals; a share only of what is more than nothing."""
    if not data.before:
        return ""
    now, before = data.signed, data.before.signed
    slots = {"amount": short(before.amount), "n": count(before.count), "gap": short(abs(now.amount - before.amount))}
    if not before.count:
        return _("Nothing was signed in the same days of the year before.")
    if before.amount <= 0 or now.amount == before.amount:
        return _("The same days of the year before: {amount}, deals: {n}.", **slots)
    slots["change"] = change(now.amount, before.amount)
    if now.amount > before.amount:
        return _("The same days of the year before: {amount}, deals: {n}; now {gap} more ({change}).", **slots)
    return _("The same days of the year before: {amount}, deals: {n}; now {gap} less ({change}).", **slots)


def _where_the_gap_is(data: ExecutiveData) -> str:
    """The units that are furthest from their target, if the whole is short; else those that are far below."""
    short = sorted((part for part in data.parts if part.gap and part.name), key=lambda part: -part.gap)
    is_short = data.target and data.signed.amount < data.target.begun
    if is_short and len(short) > 1:
        return _("Furthest from their target: {units}.", units=_gaps(short[:MOST_NAMES]))
    low = [part for part in short if part.is_low]
    if not low:
        return ""
    return _("Below {low}% of their target: {units}.", low=LOW, units=_gaps(low[:MOST_NAMES]))


def _gaps(parts: list[Part]) -> str:
    said = [_("{unit} ({gap} short)", unit=part.name, gap=short(part.gap)) for part in parts]
    return listed(said)


def _what_stalls(data: ExecutiveData) -> str:
    """In the stage that holds the most."""
    if not data.open.count:
        return ""
    stage = max(data.stages, key=lambda each: (each.open.amount, each.open.count))
    if not data.has_limits:
        return _("Open deals: {n}; no stage has a limit of days, so none counts as stalled.", n=count(data.open.count))
    if not data.stalled.count:
        return _("Open deals: {n}; none is stalled.", n=count(data.open.count))
    if not stage.stalled.count:
        return _(
            "Stalled are {n} of the {all} open deals, worth {amount}; none of them in the largest stage, “{stage}”.",
            n=count(data.stalled.count),
            all=count(data.open.count),
            amount=short(data.stalled.amount),
            stage=stage.name,
        )
    return _stalled_in(stage)


def _stalled_in(stage: Stage) -> str:
    slots = {"stage": stage.name, "n": count(stage.stalled.count), "all": count(stage.open.count)}
    if not stage.stalled.amount:
        return _("In the largest open stage, “{stage}”, stalled deals: {n} of {all}.", **slots)
    return _(
        "In the largest open stage, “{stage}”, stalled deals: {n} of {all}, {amount}, {share} of its amount.",
        **slots,
        amount=short(stage.stalled.amount),
        share=percent(stage.stalled.amount, stage.open.amount),
    )


def _what_ends(data: ExecutiveData) -> str:
    if not data.ending.count:
        return ""
    slots = {"days": SOON, "n": count(data.ending.count), "amount": short(data.ending.amount)}
    if not data.ending.has_amount:
        return _("Contracts of ours that end within {days} days: {n}.", **slots)
    return _("Contracts of ours that end within {days} days: {n}, {amount} a month.", **slots)


def _how_often_we_win(data: ExecutiveData) -> str:
    rate = data.rate
    slots = {"n": count(rate.n), "won": count(rate.won), "rate": percent(rate.won, rate.n)}
    if not rate.n:
        return ""
    if not rate.is_enough:
        return _("Deals that were decided: {n}, won: {won}; too few for a rate.", **slots)
    return _("Deals that were decided: {n}, won: {won} ({rate}).", **slots)


def _what_to_do_first(data: ExecutiveData) -> str:
    """The most valuable of what stalls, is past its day, or ends."""
    late = next((deal for deal in data.top if deal.close_on and deal.close_on < data.scope.on), None)
    stalled = data.stalled_deals[0] if data.stalled_deals else None
    if late and (not stalled or (late.amount or 0) > (stalled.amount or 0)):
        return _(
            "First: settle “{deal}” ({amount}), which should have been signed on {day}.",
            deal=late.name, amount=_worth(late), day=day(late.close_on),
        )  # fmt: skip
    if stalled:
        return _(
            "First: move “{deal}” ({amount}), {days} days in the stage “{stage}” whose limit is {limit} days.",
            deal=stalled.name, amount=_worth(stalled), days=stalled.days, stage=stalled.stage,
            limit=stalled.limit,
        )  # fmt: skip
    if data.contracts:
        first = data.contracts[0]
        return _("First: renew “{contract}”, which ends on {day}.", contract=first.name, day=day(first.ends_on))
    return ""


def _worth(deal: Deal) -> str:
    return _("amount unknown") if deal.amount is None else short(deal.amount)
