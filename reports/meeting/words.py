"""Why a deal is talked about, in a few words; the same on the page and on the paper."""

from collections.abc import Callable

from core.i18n import _
from reports.meeting.data import Line
from web.kit import format as texts

Amount = Callable[[int], str]


def label(reason: str) -> str:
    return {
        "changed": _("Changed"), "slipped": _("Slipped"), "stalled": _("Stalled"), "idle": _("No next step"),
    }[reason]  # fmt: skip


def why(line: Line, reason: str, amount: Amount) -> str:
    if reason == "changed":
        return changes(line, amount)
    if reason == "slipped" and line.before.close_on and line.close_on:
        days = (line.close_on - line.before.close_on).days
        return _("expected close put off by {days} to {day}", days=texts.days(days), day=texts.day(line.close_on))
    if reason == "stalled" and line.days is not None:
        return _("{days} in “{stage}”, limit {limit}", days=texts.days(line.days), stage=line.stage, limit=line.limit)
    return _("no next step") if reason == "idle" else label(reason)


def changes(line: Line, amount: Amount) -> str:
    if line.before.is_new:
        return _("new")
    before, found = line.before, []
    if before.amount != line.amount:
        found.append(_("{before} → {after}", before=_known(before.amount, amount), after=_known(line.amount, amount)))
    if before.stage != line.stage:
        found.append(_("{before} → {after}", before=before.stage or "—", after=line.stage or "—"))
    return texts.listed(found)


def _known(fen: int | None, amount: Amount) -> str:
    return "—" if fen is None else amount(fen)


def all_why(line: Line, amount: Amount, but: tuple[str, ...] = ()) -> str:
    return texts.listed(filter(None, (why(line, reason, amount) for reason in line.reasons if reason not in but)))
