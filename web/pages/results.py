"""What a job has made, in words and links, by the shape of its result."""

from starlette.responses import Response

from core.files import read
from core.i18n import _
from core.jobs import JobRecord
from web.kit import format as texts
from web.kit.views import Link

IMPORT, EXPORT, REPORT = "transfer.import", "transfer.export", "reports.make"


def has_file(job: JobRecord) -> bool:
    return job.state == "done" and "digest" in (job.result or {})


def file_response(job: JobRecord) -> Response:
    """As a download, never opened inside the site."""
    made = job.result or {}
    name = "".join(sign for sign in str(made["name"]) if sign.isascii() and sign not in '"\\\r\n')
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(read(made["file"], made["digest"]), media_type=made["mime"], headers=headers)


def links_of(job: JobRecord) -> tuple[Link, ...]:
    if job.name == IMPORT and job.state == "done":
        return (Link(text=_("See what was imported"), href=f"/jobs/{job.id}/result", icon="arrow-right"),)
    return ()


def sentence(job: JobRecord) -> str:
    made = job.result or {}
    if job.state != "done":
        return job.error or ""
    if job.name == IMPORT:
        return _(
            "{created} created, {updated} updated, {unchanged} unchanged, {refused} refused",
            **{name: texts.number(made.get(name, 0)) for name in ("created", "updated", "unchanged", "refused")},
        )
    return str(made["name"]) if has_file(job) else ""
