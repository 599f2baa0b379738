"""The conclusion of the report on open deals: sentences that rules draw from its figures, nothing else."""

from core.i18n import _
from reports.engine.numbers import Money, count, day, long_day, percent
from reports.engine.shares import Share
from reports.pipeline.data import Deal, PipelineData, Stalled

# From here on a share is worth a sentence: two fifths in one stage or city, half at one owner, a quarter in one deal.
STAGE_SHARE, CITY_SHARE, OWNER_SHARE, DEAL_SHARE = 40, 40, 50, 25
# Of fewer deals one always is a large part.
FEW_DEALS = 5


def conclude(data: PipelineData) -> tuple[str, ...]:
    """Full sentences: what is open, where it stands, what is late, what is missing, what to do first."""
    if not data.totals.count:
        return (
            _("No deal is open under these filters on {day}, so there is nothing to conclude.", day=long_day(data.on)),
        )
    money = Money.fitting(data.currency, data.amounts())
    found = (
        _what_is_open(data, money),
        _which_stage(data),
        _which_city(data),
        _which_owner(data),
        _which_deal(data),
        _what_is_stalled(data, money),
        _what_is_overdue(data, money),
        _what_is_missing(data),
        _what_to_do_first(data, money),
    )
    return tuple(sentence for sentence in found if sentence)


def _what_is_open(data: PipelineData, money: Money) -> str:
    totals = data.totals
    if totals.unknown == totals.count:
        return _("Open deals: {n}. None has an amount, so what they are worth is not known.", n=count(totals.count))
    return _(
        "Open deals: {n}, worth {amount}; weighted by probability that is {weighted}, or {share} of it.",
        n=count(totals.count),
        amount=money.short(totals.amount),
        weighted=money.short(totals.weighted),
        share=percent(totals.weighted, totals.amount),
    )


def _which_stage(data: PipelineData) -> str:
    stage = _heaviest(data.by_stage, data.totals.amount, STAGE_SHARE)
    if not stage:
        return ""
    return _(
        "The amount concentrates in the stage “{stage}”: {share} of it, in {n} of the deals.",
        stage=stage.name,
        share=percent(stage.amount, data.totals.amount),
        n=count(stage.count),
    )


def _which_city(data: PipelineData) -> str:
    city = _heaviest(data.by_city, data.totals.amount, CITY_SHARE)
    if not city:
        return ""
    return _("By city, {city} holds the most: {share}.", city=city.name, share=percent(city.amount, data.totals.amount))


def _which_owner(data: PipelineData) -> str:
    owner = _heaviest(data.by_owner, data.totals.amount, OWNER_SHARE)
    if not owner or len(data.by_owner) < 3:
        return ""
    return _(
        "{owner} alone carries {share} of the amount.",
        owner=owner.name,
        share=percent(owner.amount, data.totals.amount),
    )


def _which_deal(data: PipelineData) -> str:
    largest = max(data.top, key=_worth, default=None)
    if not largest or data.totals.count < FEW_DEALS or data.totals.amount <= 0:
        return ""
    if _worth(largest) * 100 < data.totals.amount * DEAL_SHARE:
        return ""
    share = percent(_worth(largest), data.totals.amount)
    return _("One deal, “{deal}”, is {share} of the whole amount.", deal=largest.name, share=share)


def _what_is_stalled(data: PipelineData, money: Money) -> str:
    if not data.stalled.count:
        return _("No deal has been in its stage for longer than the limit.")
    if not data.stalled.amount:
        return _("Longer in their stage than its limit: {n} of the deals.", n=count(data.stalled.count))
    return _(
        "Longer in their stage than its limit: {n} of the deals, worth {amount} ({share} of the amount).",
        n=count(data.stalled.count),
        amount=money.short(data.stalled.amount),
        share=percent(data.stalled.amount, data.totals.amount),
    )


def _what_is_overdue(data: PipelineData, money: Money) -> str:
    if not data.overdue.count:
        return ""
    if not data.overdue.amount:
        return _("Past their expected close date and still open: {n} of the deals.", n=count(data.overdue.count))
    return _(
        "Past their expected close date and still open: {n} of the deals, worth {amount} ({share} of the amount).",
        n=count(data.overdue.count),
        amount=money.short(data.overdue.amount),
        share=percent(data.overdue.amount, data.totals.amount),
    )


def _what_is_missing(data: PipelineData) -> str:
    missing = data.missing
    if not (missing.account or missing.amount or missing.close_on):
        return ""
    return _(
        "Missing in the data: account in {accounts}, amount in {amounts}, close date in {dates} of the deals.",
        accounts=count(missing.account),
        amounts=count(missing.amount),
        dates=count(missing.close_on),
    )


def _what_to_do_first(data: PipelineData, money: Money) -> str:
    """The most valuable deal that is late decides; then what is missing; then a large deal without a next step."""
    overdue = max(data.overdue_deals, key=_worth, default=None)
    stalled = max(data.stalled_deals, key=lambda each: _worth(each.deal), default=None)
    if overdue and (not stalled or _worth(overdue) >= _worth(stalled.deal)):
        return _close_first(overdue, money)
    if stalled:
        return _wake_first(stalled)
    if data.missing.amount:
        return _("First: enter the missing amounts, else the total says too little.")
    idle = next((deal for deal in data.top if not deal.next_step), None)
    if idle:
        return _("First: plan a next step for “{deal}”, the largest deal without one.", deal=idle.name)
    return _("Nothing is stalled or past its date among these deals: keep to the next steps that are planned.")


def _close_first(deal: Deal, money: Money) -> str:
    return _(
        "First: close “{deal}” ({amount}), expected on {day}, or give it a date that holds.",
        deal=deal.name,
        amount=_("amount unknown") if deal.amount is None else money.short(deal.amount),
        day=day(deal.close_on),
    )


def _wake_first(stalled: Stalled) -> str:
    return _(
        "First: move “{deal}”, {days} days in the stage “{stage}” whose limit is {limit} days.",
        deal=stalled.deal.name,
        days=stalled.days,
        stage=stalled.deal.stage,
        limit=stalled.limit,
    )


def _heaviest(shares: tuple[Share, ...], amount: int, threshold: int) -> Share | None:
    """The largest of several shares, if it has a name and reaches the threshold in percent."""
    largest = max(shares, key=lambda share: share.amount, default=None)
    if not largest or not largest.name or len(shares) < 2:
        return None
    return largest if amount > 0 and largest.amount * 100 >= amount * threshold else None


def _worth(deal: Deal) -> int:
    return deal.amount or 0
