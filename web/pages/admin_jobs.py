"""Everybody's jobs: what, who, how they stand; stopped or begun again. What they hold of clients is not shown."""

from dataclasses import dataclass

from starlette.responses import Response

from core.access import OPERATOR
from core.i18n import _
from core.oversight import JobLine, cancel_of_anybody, jobs_of_all, retry_of_anybody
from core.queue import label_of_job
from web.kit import format as texts
from web.kit.requests import Ask, address, see_other
from web.kit.shell import page
from web.kit.views import Badge, Crumb, Post, Tab
from web.pages import admin
from web.pages.jobs import TONES, state_text

SHOWN = 50
REFUSALS = ("NotFound", "Forbidden", "Conflict", "Invalid", "Damaged")


@dataclass(frozen=True, kw_only=True)
class Line:
    id: str
    name: str
    who: str
    state: Badge
    progress: str
    asked: str
    ended: str
    why: str
    act: Post | None


@dataclass(frozen=True, kw_only=True)
class JobsPage:
    frame: admin.Frame
    title: str
    states: tuple[Tab, ...]
    lines: tuple[Line, ...]
    next: str


def show(ask: Ask) -> Response:
    state, before = ask.query.get("state", ""), ask.query.get("before", "")
    last = int(before) if before.isdecimal() and len(before) < 19 else None
    found = jobs_of_all(ask.actor, state=state if state in TONES else "", before=last, limit=SHOWN + 1)
    title = _("Jobs")
    kept = [("state", state)] if state in TONES else []
    tabs = (
        Tab(text=_("All"), href="/admin/jobs", current=not kept),
        *(Tab(text=state_text(c), href=f"/admin/jobs?state={c}", current=c == state) for c in TONES),
    )
    view = JobsPage(
        frame=admin.frame(title, "/admin/jobs"), title=title, states=tabs,
        lines=tuple(line(each) for each in found[:SHOWN]),
        next=address("/admin/jobs", [*kept, ("before", str(found[SHOWN - 1].id))]) if len(found) > SHOWN else "",
    )  # fmt: skip
    return page(ask, "admin/jobs.html", view, admin.crumbs(Crumb(text=title)))


def line(job: JobLine) -> Line:
    return Line(
        id=str(job.id), name=label_of_job(job.name), who=who(job),
        state=Badge(text=state_text(job.state), tone=TONES[job.state]),
        progress=f"{job.done:,} / {job.total:,}" if job.total else "", asked=texts.instant(job.created_at),
        ended=texts.instant(job.finished_at), why=why(job), act=act(job),
    )  # fmt: skip


def who(job: JobLine) -> str:
    """Daily work is asked for by nobody in particular."""
    return _("The operator") if job.username == OPERATOR.username else job.username


def why(job: JobLine) -> str:
    if job.state != "failed":
        return ""
    if job.fault in REFUSALS:
        return _("It was refused: whoever asked for it sees why.")
    return _("A fault of the program: {name}. The server’s log has it under the job’s number.", name=job.fault or "—")


def act(job: JobLine) -> Post | None:
    path = f"/admin/jobs/{job.id}"
    if job.state in ("queued", "running"):
        return Post(text=_("Stop"), action=f"{path}/cancel", icon="circle-stop")
    if job.state in ("failed", "cancelled"):
        return Post(text=_("Begin again"), action=f"{path}/retry", icon="rotate-ccw")
    return None


def stop(ask: Ask) -> Response:
    cancel_of_anybody(ask.actor, ask.id)
    return see_other("/admin/jobs", flash="done")


def again(ask: Ask) -> Response:
    retry_of_anybody(ask.actor, ask.id)
    return see_other("/admin/jobs", flash="started")
