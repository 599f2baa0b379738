"""Whether the product can answer: for whoever watches over it."""

from sqlmodel import select
from starlette.responses import PlainTextResponse, Response

from core.access import OPERATOR
from core.db import reading
from core.people import User
from web.kit.requests import PUBLIC, Ask, Routes


def routes() -> Routes:
    made = Routes()
    made.get("/healthz", PUBLIC, answer)
    return made


def answer(_ask: Ask) -> Response:
    """200 when the database answers; else the error's own page says 503."""
    with reading(OPERATOR) as session:
        session.exec(select(User.id).limit(1)).first()
    return PlainTextResponse("ok\n")
