"""Clients that are ticked in their list come in one file: a press asks for it, and leads to its making."""

from starlette.responses import Response

from core.i18n import N_
from core.lists import Query
from core.module import Bulk
from core.papers import MAKE
from core.queue import enqueue_later
from crm.accounts import ACCOUNT
from reports.client.batch import chosen
from reports.client.gather import FILTER, PERMISSION
from web.kit.requests import Ask, Routes, see_other

PATH, REPORT = "/reports/clients/ticked", "clients"


def bulk() -> Bulk:
    return Bulk(ACCOUNT.stem, N_("Clients on a page (PDF)"), PATH, PERMISSION, "file-down")


def routes(made: Routes) -> Routes:
    made.post(PATH, PERMISSION, make)
    return made


def make(ask: Ask) -> Response:
    """Raises Invalid at once for what the work would refuse: too many, or one that is not there for the reader."""
    ticked = [key for key in ask.typed("id").split(",") if key]
    with ask.writing() as session:
        chosen(session, Query(filters={FILTER: tuple(ticked)}))
        job = enqueue_later(session, MAKE, report=REPORT, filters={FILTER: ticked})
    return see_other(f"/jobs/{job}", flash="started")
