"""The results of campaigns as tables: sums only, no client."""

from collections.abc import Iterator

from campaigns.tasks import outcome_label
from core.i18n import _
from reports.campaign import words
from reports.campaign.data import CampaignData, Result
from reports.campaign.paper import head
from reports.engine.numbers import moment
from reports.engine.workbook import Book, Sheet, Value


def book(data: CampaignData) -> Book:
    about = f"{words.scope(data)} · {data.currency} · {data.reader} · {moment(data.made_at)}"
    return Book(about, list(_sheets(data)), data)


def _sheets(data: CampaignData) -> Iterator[Sheet]:
    heads = _heads(data)
    campaigns: list[list[Value]] = [
        [each.result.name, each.weapon, each.starts_on.isoformat(), each.ends_on.isoformat(), *_cells(each.result)]
        for each in data.campaigns
    ]
    first = [_("Campaign"), _("Weapon"), _("Starts on"), _("Ends on")]
    yield _("By campaign"), [*first, *heads], [*campaigns, [_("Total"), "", "", "", *_cells(data.total)]]
    for group in data.groups:
        yield group.title, [head(group.key), *heads], [[each.name, *_cells(each)] for each in group.results]


def _heads(data: CampaignData) -> list[str]:
    won = [_("Won since"), _("Amount")] if data.total.won else []
    known = [_("Tasks"), _("Open"), _("Reported"), _("Interested or done"), _("Cost"), *won]
    return [*known, *map(outcome_label, data.outcomes)]


def _cells(its: Result) -> list[Value]:
    won = [its.won.count, its.won.amount / 100] if its.won else []
    return [its.tasks, its.open, its.reported, its.good, its.cost / 100, *won, *its.counts]
