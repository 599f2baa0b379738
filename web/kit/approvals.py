"""Requests for an approval in words: for their pages, and as a panel that a module places on its record's page."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlmodel import col

from core.approvals.finding import of_record, record_titles
from core.approvals.kinds import KINDS, said
from core.approvals.rows import Approval, Seat
from core.db import ActorSession
from core.i18n import N_, _
from core.people import User
from core.registry import registry
from web.kit import format as texts
from web.kit.deeds import DEEDS
from web.kit.rendering import render
from web.kit.views.approvals import ApprovalPanel, Asked
from web.kit.views.common import Badge, Link, Tone

PATH, READ = "/me/approvals", "core.approvals.read"
DEEDS.update({
    "request": N_("asked for approval"), "approve": N_("approved it"), "refuse": N_("refused it"),
    "recall": N_("took the request back"), "hand_on": N_("handed it on"), "time_out": N_("let the time pass"),
})  # fmt: skip
STATES: dict[str, tuple[str, Tone, str]] = {
    "open": (N_("Waits for an answer"), "warn", "clock"),
    "approved": (N_("Approved"), "ok", "circle-check"),
    "refused": (N_("Turned down"), "bad", "x"),
    "recalled": (N_("Taken back"), "line", "undo-2"),
    "timed_out": (N_("Not answered in time"), "bad", "clock"),
    "waiting": (N_("Comes later"), "line", ""),
    "asked": (N_("Is asked"), "warn", "clock"),
    "handed_on": (N_("Handed on"), "line", "forward"),
    "passed": (N_("Not needed any more"), "line", ""),
}


def state_badge(state: str) -> Badge:
    text, tone, icon = STATES[state]
    return Badge(text=_(text), tone=tone, icon=icon)


def label_of(approval: Approval) -> str:
    kind = KINDS.get(approval.kind)
    return _(kind.label) if kind else approval.kind


def names_of(session: ActorSession, ids: Iterable[int | None]) -> dict[int | None, str]:
    """In one statement. Somebody whom the reader may not see has no name."""
    wanted = {user_id for user_id in ids if user_id is not None}
    found = select(col(User.id), col(User.name)).where(col(User.id).in_(wanted))
    return {row[0]: row[1] for row in session.execute(found)} if wanted else {}


def about_of(approval: Approval, titles: dict[tuple[str, int], str]) -> Link | None:
    """The record that it is about, where the reader may see it."""
    entity, title = registry().entity(approval.entity), titles.get((approval.entity, approval.record_id))
    return Link(text=title, href=f"{entity.path}/{approval.record_id}") if entity and title else None


def asked_line(
    approval: Approval, names: dict[int | None, str], titles: dict[tuple[str, int], str], note: str = ""
) -> Asked:
    return Asked(
        href=f"{PATH}/{approval.id}", kind=label_of(approval), what=said(approval),
        about=titles.get((approval.entity, approval.record_id), ""), who=names.get(approval.owner_id, ""),
        amount=texts.money_short(approval.amount), reason=approval.reason, when=texts.when(approval.created_at),
        at=texts.instant(approval.created_at), note=note, why=approval.ended_why, badge=state_badge(approval.state),
    )  # fmt: skip


def seat_note(seat: Seat, names: dict[int | None, str]) -> str:
    """How the person came to be asked, or who answered in their place."""
    other = names.get(seat.by_id, "") or _("somebody")
    if seat.via == "deputy":
        return _("Answered by {name}, as deputy", name=names.get(seat.answered_by_id, "") or _("somebody"))
    sentences = {
        "handed_on": _("Handed on by {name}", name=other), "added": _("Added by {name}", name=other),
        "time": _("Asked because the time was over"),
    }  # fmt: skip
    return sentences.get(seat.via, "") or _source(seat.source)


def _source(source: str) -> str:
    return {"line": _("Superior"), "user": _("Named for it")}.get(source) or _("By role")


def approval_panel(session: ActorSession, stem: str, record_id: int, *, kind: str = "") -> str:
    """A card for a record's page, empty where nothing was ever asked: two statements.

    A module places it by `Panel(stem, lambda session, record: approval_panel(session, stem, record.id), …)`.
    """
    found = of_record(session, stem, record_id, kind=kind)
    if not found:
        return ""
    names = names_of(session, (each.owner_id for each in found))
    items = tuple(asked_line(each, names, {}) for each in found)
    return render("approvals/panel.html", page=ApprovalPanel(title=_("Approvals"), items=items))


def titles_of(session: ActorSession, approvals: list[Approval]) -> dict[tuple[str, int], str]:
    return record_titles(session, approvals)
