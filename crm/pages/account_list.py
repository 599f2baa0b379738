"""The list of accounts: revenue with its course, weapons used, what comes next and open deals, beside the columns."""

from collections.abc import Mapping

from core.db import ActorSession
from core.i18n import N_, _
from core.module import Column
from crm.account_rows import Standing, standings
from crm.accounts import ACCOUNT
from crm.pages.account_keys import trend
from web.kit import format as texts
from web.kit.charts import spark
from web.kit.rendering import render_part


def columns() -> tuple[Column, ...]:
    read = ACCOUNT.permission("read")
    return (
        Column(ACCOUNT.stem, N_("Monthly revenue"), revenue, read),
        Column(ACCOUNT.stem, N_("Weapons used"), coverage, read, phone="m4"),
        Column(ACCOUNT.stem, N_("Next activity"), coming, read, phone="m3"),
        Column(ACCOUNT.stem, N_("Open deals"), deals, read),
    )


def revenue(session: ActorSession, ids: list[int]) -> Mapping[int, str]:
    made = {}
    for key, standing in standings(session, ids).by_account.items():
        if standing.revenue:
            values = [amount for _month, amount in standing.revenue]
            change = _change(values)
            line = spark(
                [float(value) for value in values], label=_("Revenue, the last 12 months"), width=68, height=22
            )
            made[key] = render_part(
                "crm/account/revenue.html", amount=texts.money_short(values[-1]), line=line, change=change,
                words=trend(change), month=standing.revenue[-1][0].strftime("%Y-%m"),
            )  # fmt: skip
    return made


def _change(values: list[int]) -> int | None:
    """In tenths of a percent, of the last against the mean of the three before."""
    before = values[-4:-1]
    mean = sum(before) / len(before) if before else 0
    return round((values[-1] - mean) / mean * 1000) if mean > 0 else None


def coverage(session: ActorSession, ids: list[int]) -> Mapping[int, str]:
    found = standings(session, ids)
    made = {}
    for key in ids:
        standing = found.by_account.get(key, Standing())
        states = [(arm.name, standing.arms.get(arm.id, "none")) for arm in found.arms]
        done = sum(state == "done" for _name, state in states)
        planned = sum(state == "planned" for _name, state in states)
        words = _("{done} of {all} used in 12 months, {planned} planned", done=done, all=len(states), planned=planned)
        made[key] = render_part("crm/account/coverage.html", states=states, words=words)
    return made


def coming(session: ActorSession, ids: list[int]) -> Mapping[int, str]:
    made = {}
    for key in ids:
        standing = standings(session, ids).by_account.get(key, Standing())
        text, state = texts.due(standing.next_on)
        if standing.has_plan and standing.next_on is None:
            text, state = _("no day set"), "plan"
        made[key] = render_part("crm/account/coming.html", text=text, state=state, last=standing.last_met)
    return made


def deals(session: ActorSession, ids: list[int]) -> Mapping[int, str]:
    return {
        key: render_part(
            "crm/account/open_deals.html", href=f"/crm/opportunity?account={key}&state=open", count=standing.deals,
            amount=texts.money_short(standing.amount),
        )
        for key, standing in standings(session, ids).by_account.items() if standing.deals
    }  # fmt: skip
