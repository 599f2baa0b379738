"""What is said of the results of campaigns: the conclusion, the choice in words, and what the figures mean."""

from campaigns.pages.watch import STATES
from core.db import ActorSession
from core.i18n import _
from core.lists import Query
from reports.campaign.data import CampaignData, Result
from reports.campaign.gather import state_of
from reports.engine.numbers import Money, count, percent

# Of fewer reported tasks a rate says nothing.
FEWEST = 20


def scope(data: CampaignData) -> str:
    return state_in_words(data.state)


def in_words(_session: ActorSession, query: Query) -> str:
    return state_in_words(state_of(query))


def state_in_words(state: str) -> str:
    return _("{label}: {value}", label=_("Campaigns"), value=_(dict(STATES)[state or "all"]))


def conclusion(data: CampaignData, money: Money) -> tuple[str, ...]:
    """How it stands, what did best, what it cost, and what is to be done."""
    total = data.total
    if not total.tasks:
        return (_("No task of a campaign was given out yet."),)
    slots = {"campaigns": count(len(data.campaigns)), "tasks": count(total.tasks), "reported": count(total.reported)}
    if not total.reported:
        return (_("{campaigns} campaigns with {tasks} tasks; nothing is reported yet.", **slots), *_to_do(data))
    found = [
        _(
            "{campaigns} campaigns: of {tasks} tasks {reported} are reported, and {good} of these ({share}) were "
            "interested or done.",
            **slots, good=count(total.good), share=percent(total.good, total.reported),
        ),
        *_best(data),
    ]  # fmt: skip
    if total.cost:
        slots = {"cost": money.short(total.cost), "each": money.short(total.cost // total.good) if total.good else "—"}
        found.append(_("The results cost {cost}: {each} for each client who was interested or done.", **slots))
    if total.won and total.won.count:
        slots = {"n": count(total.won.count), "amount": money.short(total.won.amount)}
        found.append(_("Won since by these clients: {n} deals, {amount}.", **slots))
    return (*found, *_to_do(data))


def _best(data: CampaignData) -> list[str]:
    """The weapon with the best rate, where at least two can be compared."""
    able = [each for each in data.group("weapon") if each.reported >= FEWEST]
    if len(able) < 2:
        return []
    best = max(able, key=lambda each: each.good / each.reported)
    slots = {"weapon": best.name, "share": percent(best.good, best.reported), "n": count(best.reported)}
    return [_("{weapon} did best: {share} of {n} reported.", **slots)]


def _to_do(data: CampaignData) -> list[str]:
    over = [each.result for each in data.campaigns if each.days_left < 0 or each.state == "ended"]
    if late := [each for each in over if each.open]:
        slots = {"n": count(sum(each.open for each in late)), "campaigns": count(len(late))}
        return [_("{n} tasks of {campaigns} campaigns that are over were never reported: take them back.", **slots)]
    if data.total.open:
        return [_("Still to be reported: {n} tasks.", n=count(data.total.open))]
    return []


def rate(its: Result) -> str:
    if not its.reported:
        return "—"
    return _("{share} of {n}", share=percent(its.good, its.reported), n=count(its.reported))


def definitions(data: CampaignData) -> list[tuple[str, str]]:
    since = _("Won deals of clients who were interested or done, begun on that day or later. A deal of a client of "
              "several campaigns stands with each, in the total once. Others may have had a hand in it.")  # fmt: skip
    return [
        (_("Filters"), scope(data)),
        (_("Rights"), _("Only what {reader} may see is counted.", reader=data.reader)),
        (_("Reported"), _("Tasks with an outcome. The rest is open, or was never done.")),
        (_("Rate"), _("Interested or done, of those reported; of few it says little.")),
        (_("Cost"), _("The rate of the campaign for each of its results that are paid. Gifts, travel and working hours "
                      "are not in it.")),
        (_("Won since"), since),
    ]  # fmt: skip
