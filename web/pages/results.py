"""What a job has made, in words and links, by the shape of its result."""

from dataclasses import dataclass
from pathlib import Path

from starlette.responses import FileResponse, Response

from core.i18n import N_, _
from core.jobs import JobRecord
from web.kit import format as texts
from web.kit.views import Link

TITLES = {"transfer.import": N_("Import"), "transfer.export": N_("Export"), "reports.make": N_("Report")}


@dataclass(frozen=True)
class Made:
    path: Path
    name: str
    mime: str

    def response(self) -> Response:
        return FileResponse(self.path, media_type=self.mime, filename=self.name, content_disposition_type="attachment")


def file_of(job: JobRecord) -> Made | None:
    return None


def links_of(job: JobRecord) -> tuple[Link, ...]:
    return ()


def sentence(job: JobRecord) -> str:
    return texts.number(job.done) if job.state == "done" and job.total else ""
