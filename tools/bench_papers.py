"""Measure papers: `python -m tools.bench --papers 100000 [--url URL] [--keep]`.

In the demo world: 300 clients in one file, a quote of some three pages, and a proposal of some twelve; then, beside so
many open deals more, the report on open deals. Each in a process of its own. Prints pages, bytes, seconds of the first
and of the next time, and the most memory that the process held. Figures, not a test.
"""

import io
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any

KINDS = ("clients", "quote", "proposal")
WAY = "from tools.bench_papers import one; one({kind!r})"


def measure(deals: int) -> None:
    """`deals` are added first; none, where the database was filled before."""
    if deals:
        plant()
    for kind in KINDS:
        _measure(kind)
    if deals:
        fill(deals)
    _measure("pipeline")


def _measure(kind: str) -> None:
    subprocess.run([sys.executable, "-c", WAY.format(kind=kind)], check=True, env=dict(os.environ))


def plant() -> None:
    from core.migrate import upgrade
    from core.plant import plant_demo

    upgrade()
    plant_demo()


def fill(deals: int) -> None:
    """Open deals like those of the demo world: of its clients, owners and stages."""
    from sqlalchemy import select

    from core.db import engine, kernel_session
    from core.dialects import analyze
    from core.ids import new_ids
    from core.record import METADATA
    from tools.bench import insert

    table = METADATA.tables["crm_opportunity"]
    with kernel_session(writes=False) as session:
        known = [dict(row) for row in session.execute(select(table).where(table.c.state == "open")).mappings()]
    draw = random.Random(1)

    def rows() -> Iterator[dict[str, Any]]:
        for number, (key, like) in enumerate(zip(new_ids(deals), cycle(known), strict=False)):
            amount = draw.randint(1_000, 9_000_000) * 100
            yield {**like, "id": key, "code": f"B{number:07}", "name": f"{like['name']} {number}", "amount": amount}

    insert("crm_opportunity", rows())
    analyze(engine())


# --- one paper, in a process of its own ---------------------------------------------------------------------------


def one(kind: str) -> None:
    from pypdf import PdfReader

    from core.actors import actor_for
    from core.i18n import use_language
    from core.registry import registry

    registry()
    make = MAKERS[kind]
    with use_language("zh"):
        first, content = timed(lambda: make(actor_for("exec")))
        again, content = timed(lambda: make(actor_for("exec")))
    most = peak()
    pages = len(PdfReader(io.BytesIO(content)).pages)
    print(f"{kind}: {pages} pages, {len(content) / 1024:,.0f} kB; first {first}, next {again}; at most {most:.0f} MB")


def peak() -> float:
    """The most memory, in MB, that this process held. The system's own figure counts that of whoever started it too."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if "VmHWM" in line) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def timed(make: Callable[[], bytes]) -> tuple[str, bytes]:
    started, used = time.perf_counter(), time.process_time()
    content = make()
    return f"{time.perf_counter() - started:.2f} s ({time.process_time() - used:.2f} s CPU)", content


def pipeline(actor: Any) -> bytes:
    from core.lists import Query
    from core.papers import drawn, found

    return drawn(actor, found("pipeline"), query=Query(filters={"state": ("open",)}))


def clients(actor: Any) -> bytes:
    """The first three hundred that the reader sees."""
    from sqlalchemy import select

    from core.db import reading
    from core.lists import Query
    from core.papers import drawn, found
    from crm.accounts import Account
    from reports.client.batch import MOST

    with reading(actor) as session:
        ids = list(session.scalars(select(Account.id).order_by(Account.id).limit(MOST)))  # type: ignore[arg-type]
    return drawn(actor, found("clients"), query=Query(filters={"account": tuple(map(str, ids))}))


def quote(actor: Any) -> bytes:
    """Of some three pages: the lines of one, again and again."""
    from reports.offer.papers import draw_quote

    offer = _offer(actor)
    return draw_quote(replace(offer, quote=replace(offer.quote, lines=tuple(islice(cycle(offer.quote.lines), 40)))))


def proposal(actor: Any) -> bytes:
    """Of a dozen pages, with a need, a solution and a plan for each site."""
    from reports.offer.papers import draw_proposal
    from tools.long_offer import grown

    return draw_proposal(grown(_offer(actor)))


def _offer(actor: Any) -> Any:
    from sqlalchemy import select

    from core.db import reading
    from core.lists import Query
    from crm.quotes.lines import QuoteLine
    from reports.offer.gather import gather

    with reading(actor, snapshot=True) as session:
        key = session.scalars(select(QuoteLine.quote_id).order_by(QuoteLine.quote_id).limit(1)).one()  # type: ignore[call-overload]
        return gather(session, query=Query(filters={"quote": (str(key),)}))


MAKERS: dict[str, Callable[[Any], bytes]] = {
    "pipeline": pipeline, "clients": clients, "quote": quote, "proposal": proposal,
}  # fmt: skip
