"""Work that goes on behind the pages: one's jobs, the progress of one, and what it made."""

from typing import Literal

from starlette.responses import Response

from core.errors import NotFound
from core.i18n import _
from core.jobs import JobRecord, cancel, find, jobs_of
from core.notices import mark_seen
from core.queue import job_title
from web.kit import format as texts
from web.kit.requests import SIGNED_IN, Ask, Routes, see_other
from web.kit.shell import fragment, page
from web.kit.views import Cell, Crumb, Head, JobPage, Link, ListPage, Post, Row
from web.kit.views.common import Tone
from web.pages.results import file_response, has_file, links_of, sentence

State = Literal["waiting", "running", "done", "failed", "stopped"]
STATES: dict[str, State] = {
    "queued": "waiting",
    "running": "running",
    "done": "done",
    "failed": "failed",
    "cancelled": "stopped",
}
TONES: dict[str, Tone] = {"queued": "", "running": "brand", "done": "ok", "failed": "bad", "cancelled": "warn"}


def routes() -> Routes:
    made = Routes()
    made.get("/jobs", SIGNED_IN, listing, outside=False)
    made.get("/jobs/{id:int}", SIGNED_IN, show, outside=False)
    made.get("/jobs/{id:int}/status", SIGNED_IN, status, outside=False)
    made.get("/jobs/{id:int}/file", SIGNED_IN, download, outside=False)
    made.post("/jobs/{id:int}/cancel", SIGNED_IN, stop, outside=False)
    return made


def state_text(state: str) -> str:
    return {
        "queued": _("Waiting for its turn"), "running": _("Under way"), "done": _("Done"), "failed": _("Failed"),
        "cancelled": _("Stopped"),
    }[state]  # fmt: skip


def listing(ask: Ask) -> Response:
    heads = (
        Head(key="name", text=_("Work"), kind="title"), Head(key="state", text=_("State"), kind="badge"),
        Head(key="begun", text=_("Asked for"), kind="date"), Head(key="result", text=_("Result")),
    )  # fmt: skip
    found = jobs_of(ask.actor)
    view = ListPage(
        title=_("Jobs and files"),
        href="/jobs",
        rows="/jobs",
        heads=heads,
        body=tuple(row(job) for job in found),
        count=str(len(found)),
    )
    return page(ask, "jobs.html", view, (Crumb(text=view.title),))


def row(job: JobRecord) -> Row:
    return Row(id=str(job.id), cells=(
        Cell(text=job_title(job), kind="title", href=f"/jobs/{job.id}"),
        Cell(text=state_text(job.state), kind="badge", tone=TONES[job.state]),
        Cell(text=texts.instant(job.created_at), kind="date"), Cell(text=sentence(job)),
    ))  # fmt: skip


def show(ask: Ask) -> Response:
    job = find(ask.actor, ask.id)
    if ask.actor.unread and job.finished_at:
        mark_seen(ask.actor, about=("core.job", job.id))
    view = view_of(job)
    return page(ask, "job.html", view, (Crumb(text=_("Jobs and files"), href="/jobs"), Crumb(text=view.title)))


def status(ask: Ask) -> Response:
    return fragment("job_status.html", view_of(find(ask.actor, ask.id)))


def view_of(job: JobRecord) -> JobPage:
    is_open = job.state in ("queued", "running")
    path = f"/jobs/{job.id}"
    return JobPage(
        title=job_title(job),
        state=STATES[job.state],
        state_text=state_text(job.state),
        done=job.done,
        total=job.total,
        progress=f"{job.done:,} / {job.total:,}" if job.total else "",
        poll=f"{path}/status" if is_open else "",
        text=job.error or (job.note if is_open else sentence(job)),
        result=Link(text=_("Open the file"), href=f"{path}/file", icon="download") if has_file(job) else None,
        links=links_of(job),
        stop=Post(text=_("Stop"), action=f"{path}/cancel", icon="circle-stop") if is_open else None,
    )


def stop(ask: Ask) -> Response:
    cancel(ask.actor, ask.id)
    return see_other(f"/jobs/{ask.id}")


def download(ask: Ask) -> Response:
    job = find(ask.actor, ask.id)
    if not has_file(job):
        raise NotFound(_("This work has made no file."))
    return file_response(job)
