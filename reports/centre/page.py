"""The report centre on screen: the catalogue, what comes by itself, what was made, and the check of a file."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col
from starlette.responses import Response

from core import clock
from core.access import Actor
from core.db import ActorSession
from core.errors import Invalid, NotFound
from core.i18n import N_, _
from core.paper_log import PaperRecord, papers_of
from core.registry import registry
from core.stamps import Difference
from core.verify import Verified, as_sentences, changed_since, verify
from reports.centre.kinds import Kind, OfRecord, of_records, offered
from reports.centre.schedules import DAYS, OFTEN, Schedule, ScheduleReader
from web.kit import format as texts
from web.kit.papers import NAMED, Papers, files_of
from web.kit.requests import Ask, Routes, see_other
from web.kit.shell import FLASHES, page
from web.kit.views import Crumb

PATH, PERMISSION = "/reports/centre", "reports.centre.read"
LIST = "/reports/schedule"
MOST_PAPERS, LARGEST = 20, 30 * 2**20

LOOKS = {
    "ours": ("ok", "shield-check"), "changed": ("bad", "shield-x"), "unknown": ("warn", "shield-question-mark"),
}  # fmt: skip

FLASHES["report-stopped"] = N_("You will not get this report any more.")


@dataclass(frozen=True, kw_only=True)
class Coming:
    """A paper that comes to the reader by itself."""

    line: int
    name: str
    when: str
    last: str
    href: str


@dataclass(frozen=True, kw_only=True)
class Made:
    """A paper that was made for the reader."""

    href: str
    title: str
    at: str
    data_at: str
    rows: str
    seal: str


@dataclass(frozen=True, kw_only=True)
class CentrePage:
    title: str
    kinds: tuple[Kind, ...]
    coming: tuple[Coming, ...]
    made: tuple[Made, ...]
    today: str
    list: str
    papers: dict[str, Papers | None]
    records: tuple[OfRecord, ...]


@dataclass(frozen=True, kw_only=True)
class PaperPage:
    """What a file or a printed seal turned out to be. `compare` is the address that asks what changed since."""

    title: str
    tone: str
    icon: str
    sentences: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()
    changes: tuple[Difference, ...] = ()
    compare: str = ""


def routes(made: Routes) -> Routes:
    made.get(PATH, PERMISSION, show)
    made.post(f"{PATH}/check", PERMISSION, check, takes_files=True)
    made.post(f"{PATH}/stop/{{id:int}}", PERMISSION, stop)
    made.get("/papers/{seal}", PERMISSION, show_paper)
    return made


def show(ask: Ask) -> Response:
    kinds = offered(ask.actor)
    with ask.reading() as session:
        coming = tuple(_coming(session, ask.actor))
    view = CentrePage(
        title=_("Report centre"),
        kinds=kinds,
        coming=coming,
        made=tuple(_made(papers_of(ask.actor, MOST_PAPERS))),
        today=clock.today().isoformat(),
        list=LIST,
        papers={kind.name: files_of(ask.actor, kind.name) for kind in kinds},
        records=of_records(ask.actor),
    )
    return page(ask, "reports/centre.html", view, (Crumb(text=view.title),))


def _coming(session: ActorSession, actor: Actor) -> Iterable[Coming]:
    own = (col(ScheduleReader.user_id) == actor.user_id, col(ScheduleReader.archived_at).is_(None))
    live = (col(Schedule.archived_at).is_(None), col(Schedule.is_paused).is_(False))
    lines = session.execute(
        select(ScheduleReader, Schedule)
        .join(Schedule, col(Schedule.id) == col(ScheduleReader.schedule_id))
        .where(*own, *live)
        .order_by(col(Schedule.name))
        .limit(MOST_PAPERS)
    )
    for line, schedule in lines:
        last = _("last on {day}", day=texts.day(line.last_on)) if line.last_on else _("not yet")
        href = f"{LIST}/{schedule.id}"
        yield Coming(line=line.id, name=schedule.name, when=when(schedule), last=last, href=href)


def when(schedule: Schedule) -> str:
    """How often a paper comes, in words."""
    if schedule.often == "weekly" and schedule.weekday:
        return _("Every week, on {weekday}", weekday=_(DAYS[schedule.weekday]))
    if schedule.often == "monthly" and schedule.month_day:
        return _("Every month, on day {day}", day=schedule.month_day)
    return _(OFTEN[schedule.often])


def _made(papers: Iterable[PaperRecord]) -> Iterable[Made]:
    for paper in papers:
        yield Made(
            href=f"/papers/{paper.seal}",
            title=_title(paper),
            at=texts.when(paper.made_at),
            data_at=texts.when(paper.data_at),
            rows=f"{paper.rows:,}",
            seal=paper.seal[:12],
        )


def _title(paper: PaperRecord) -> str:
    """What it is of, and as which file where that is not the usual one."""
    report = registry().report(paper.report)
    label = _(report.label) if report else paper.report
    return f"{label} · {_(NAMED[paper.form][0])}" if paper.form in NAMED else label


def stop(ask: Ask) -> Response:
    """The reader's own line ends. Whoever made the schedule may add it again."""
    with ask.writing() as session:
        line = session.get(ScheduleReader, ask.id)
        if line is None or line.user_id != ask.actor.user_id:
            raise NotFound(_("There is no such record, or it is not yours to see."))
        session.delete(line)
    return see_other(PATH, flash="report-stopped")


# --- one paper ------------------------------------------------------------------------------------------------


def show_paper(ask: Ask) -> Response:
    """One's own paper, by the seal that it prints; other people's are not there."""
    seal = ask.request.path_params["seal"]
    paper = next((each for each in papers_of(ask.actor, seal=seal)), None)
    if paper is None:
        raise NotFound(_("There is no such paper, or it was not made for you."))
    is_compared = ask.query.get("compare") == "1"
    found = Verified("ours", paper, changed_since(paper) if is_compared else ())
    sentences = as_sentences(found)[2:] if is_compared else [_("This paper was made here, for you.")]
    view = _paper_page(found, sentences, compare="" if is_compared else f"/papers/{seal}?compare=1")
    return page(ask, "reports/paper.html", view, _crumbs(view))


def check(ask: Ask) -> Response:
    """Whoever holds the very file is told what it is; of others only that they are not ours."""
    file = ask.file("file")
    if file is None:
        sentence = _("Choose the file that is to be checked.")
        raise Invalid(sentence, {"file": sentence})
    content = file.file.read(LARGEST + 1)
    found = verify(content, compare=False)
    sentences = as_sentences(found)[:1]
    is_own = found.paper is not None and found.paper.user_id == ask.actor.user_id
    compare = f"/papers/{found.paper.seal}?compare=1" if found.verdict == "ours" and found.paper and is_own else ""
    shown = found if found.verdict == "ours" else Verified(found.verdict)
    view = _paper_page(shown, sentences, compare=compare)
    return page(ask, "reports/paper.html", view, _crumbs(view))


def _crumbs(view: PaperPage) -> tuple[Crumb, ...]:
    return Crumb(text=_("Report centre"), href=PATH), Crumb(text=view.title)


def _paper_page(found: Verified, sentences: list[str], *, compare: str) -> PaperPage:
    tone, icon = LOOKS[found.verdict]
    paper = found.paper
    title = _title(paper) if paper else _("Check of a file")
    return PaperPage(
        title=title, tone=tone, icon=icon, sentences=tuple(sentences), facts=_facts(paper) if paper else (),
        changes=found.since or (), compare=compare,
    )  # fmt: skip


def _facts(paper: PaperRecord) -> tuple[tuple[str, str], ...]:
    asked = [f"{name}={','.join(values)}" for name, values in paper.asked.get("filters", {}).items()]
    return (
        (_("With the rights of"), paper.username),
        (_("Data of"), texts.when(paper.data_at)),
        (_("Made"), texts.when(paper.made_at)),
        (_("Records counted"), f"{paper.rows:,}"),
        (_("Filters"), " · ".join(filter(None, [paper.asked.get("words", ""), *asked])) or _("none")),
        (_("Seal"), paper.seal),
        (_("SHA-256 of the file"), paper.digest),
    )
