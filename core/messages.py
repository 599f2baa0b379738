"""Notices in words, for the inbox and for what is sent: composed as their reader, with what that reader sees now."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from core.actors import actor_by_id
from core.approvals.kinds import KINDS, said
from core.approvals.rows import Approval
from core.carriers import Message
from core.db import ActorSession, kernel_session, reading
from core.entity import Entity
from core.errors import DomainError
from core.i18n import _, use_language
from core.notices import Notice
from core.outbox import Outgoing, choice_of
from core.people import User
from core.queue import JobRecord, job_title
from core.registry import registry
from core.settings import settings
from core.titles import titles

JOB, APPROVAL = "core.job", "core.approval"
HERE = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Told:
    """A notice in words. `title` is empty where the record is not there for the reader, or not any more."""

    notice: Notice
    headline: str
    who: str
    title: str
    kind: str
    path: str


def told(session: ActorSession, notices: list[Notice]) -> list[Told]:
    """In at most four statements, whatever their number."""
    names = _names(session, {notice.by_id for notice in notices} - {None})
    shown = _titles(session, notices)
    jobs = _jobs(session, {notice.record_id for notice in notices if notice.entity == JOB})
    asked = _approvals(session, {notice.record_id for notice in notices if notice.entity == APPROVAL})
    return [
        _told_of_approval(notice, names.get(notice.by_id, ""), asked.get(notice.record_id))
        if notice.entity == APPROVAL
        else _told(notice, names.get(notice.by_id, ""), shown, jobs)
        for notice in notices
    ]


def _told_of_approval(notice: Notice, who: str, approval: Approval | None) -> Told:
    """To whoever asked it brings the answer, to the others the question."""
    if approval is None:
        return Told(notice, headline("approval", who), who, "", "", "")
    is_answer = approval.owner_id == notice.user_id
    first = answer_headline(approval.state, who) if is_answer else headline("approval", who)
    kind = KINDS.get(approval.kind)
    return Told(notice, first, who, said(approval), _(kind.label) if kind else "", f"/me/approvals/{approval.id}")


def answer_headline(state: str, who: str) -> str:
    sentences = {
        "approved": _("{who} approved what you asked for", who=who) if who else _("What you asked for is approved"),
        "refused": _("{who} refused what you asked for", who=who) if who else _("What you asked for is refused"),
        "timed_out": _("Nobody answered your request in time"),
    }
    return sentences.get(state, _("Your request has changed"))


def _told(notice: Notice, who: str, shown: dict[tuple[str, int], str], jobs: dict[int | None, JobRecord]) -> Told:
    if notice.entity == JOB:
        job = jobs.get(notice.record_id)
        path = f"/jobs/{job.id}" if job else ""
        return Told(notice, _job_headline(job), "", job_title(job) if job else "", "", path)
    entity = registry().entity(notice.entity)
    title = shown.get((entity.table.name, notice.record_id or 0), "") if entity else ""
    if entity and notice.record_id is None:
        title = _("{n} records", n=notice.number)
    kind = _(entity.label) if entity else ""
    return Told(notice, headline(notice.kind, who), who, title, kind, _path(entity, notice) if title else "")


def _path(entity: Entity | None, notice: Notice) -> str:
    if entity is None:
        return ""
    if notice.record_id is None:
        return f"{entity.path}?owner={notice.user_id}"
    return f"{entity.path}/{notice.record_id}"


def headline(kind: str, who: str) -> str:
    """What happened, without a word of the record. Whoever did it may be hidden from the reader."""
    sentences = {
        "mention": _("{who} mentioned you", who=who) if who else _("Somebody mentioned you"),
        "assignment": _("{who} gave you this", who=who) if who else _("This is yours now"),
        "approval": _("{who} asks for your approval", who=who) if who else _("Your approval is asked for"),
        "due": _("This is due today"),
    }
    return sentences[kind]


def _job_headline(job: JobRecord | None) -> str:
    return _("Your work has failed") if job is not None and job.state == "failed" else _("Your work is done")


def _names(session: ActorSession, ids: set[int | None]) -> dict[int | None, str]:
    if not ids:
        return {}
    return {
        row[0]: row[1] for row in session.execute(select(col(User.id), col(User.name)).where(col(User.id).in_(ids)))
    }


def _titles(session: ActorSession, notices: list[Notice]) -> dict[tuple[str, int], str]:
    wanted: dict[str, set[int]] = {}
    for notice in notices:
        entity = registry().entity(notice.entity)
        if entity and notice.record_id is not None:
            wanted.setdefault(entity.table.name, set()).add(notice.record_id)
    return titles(session, wanted)


def _approvals(session: ActorSession, ids: set[int | None]) -> dict[int | None, Approval]:
    """As far as the reader may see them now."""
    found = session.scalars(select(Approval).where(col(Approval.id).in_(ids))) if ids else ()
    return {approval.id: approval for approval in found}


def _jobs(session: ActorSession, ids: set[int | None]) -> dict[int | None, JobRecord]:
    """The reader's own, whatever the roles say of jobs."""
    if not ids:
        return {}
    mine = (col(JobRecord.id).in_(ids), col(JobRecord.user_id) == session.actor.user_id)
    with kernel_session(writes=False) as kernel:
        return {job.id: job for job in kernel.scalars(select(JobRecord).where(*mine))}


# --- what is sent ---------------------------------------------------------------------------------------------


def message_for(row: Outgoing) -> Message | None:
    """The message of a queued notice; None where it was read meanwhile, or its reader is gone."""
    with kernel_session(writes=False) as session:
        notice, user = session.get(Notice, row.notice_id), session.get(User, row.user_id)
    if notice is None or notice.seen_at is not None or user is None or (row.way == "mail" and not user.email):
        return None
    try:
        actor = actor_by_id(user.id, user.username)
    except DomainError:
        return None
    with use_language(choice_of(user.id).language), reading(actor) as session:
        return _composed(told(session, [notice])[0], user)


def _composed(item: Told, user: User) -> Message:
    link = f"{(settings().public_url or HERE).rstrip('/')}/me/inbox/{item.notice.id}"
    lines = [item.headline, f"{item.kind} {item.title}".strip() if item.title else "", "", link]
    return Message(
        to=user.username, email=user.email or "", kind=item.notice.kind,
        subject=_("Octant: {text}", text=item.headline), body="\n".join(filter(None, lines)), link=link,
        at=item.notice.at.isoformat(),
    )  # fmt: skip
