"""The page of stages and wins as its template draws it."""

from dataclasses import dataclass

from core.i18n import _
from reports.past import words
from reports.past.ask import PATH, Ask
from reports.past.course import AGES, Ages, Course, Rate
from reports.past.passages import Passage
from reports.past.rows import href, key
from reports.past.top import Top, top_of
from reports.past.view import Row, Table, short_of, ways_of
from web.kit import format as texts
from web.kit.requests import address
from web.kit.views import Link, Tab

MOST = 60
# Below so many a rate says nothing: the numbers alone are shown.
FEWEST = 10


@dataclass(frozen=True, kw_only=True)
class CourseView:
    top: Top
    when: str
    passages: Table
    ages: Table
    rates: Table
    waits: Table
    ways: tuple[Tab, ...]
    fewest: int


def course_view(ask: Ask, data: Course) -> CourseView:
    return CourseView(
        top=top_of(ask, f"{PATH}/course"),
        when=_("{first} to {last}", first=ask.since.isoformat(), last=ask.on.isoformat()),
        passages=_passages(ask, data), ages=_ages(ask, data), rates=_rates(ask, data), waits=_waits(ask, data),
        ways=tuple(Tab(text=way.text, href=_here(way.href), current=way.current) for way in ways_of(ask)),
        fewest=FEWEST,
    )  # fmt: skip


def _here(to: str) -> str:
    return address(f"{PATH}/course", []) + to.removeprefix(PATH)


def _passages(ask: Ask, data: Course) -> Table:
    heads = (
        _("Stage"), _("Entered"), _("Went on"), _("Won since"), _("Lost in it"), _("Median days in the stage"),
    )  # fmt: skip
    return Table(
        title=_("Through the stages"), heads=heads, rows=tuple(_passage(ask, each) for each in data.passages)
    )  # fmt: skip


def _passage(ask: Ask, its: Passage) -> Row:
    entered = len(its.entered)
    cells = [_link(ask, its, "entered", texts.number(entered))] + [
        _link(ask, its, what, _share(len(found), entered))
        for what, found in (("on", its.went_on), ("won", its.won), ("lost", its.lost))
    ]
    if its.stage.follows:
        cells[2:] = [Link(text="—", href="")] * 2
    days = _("{days} (n={n})", days=f"{its.days:g}", n=texts.number(its.left)) if its.days is not None else "—"
    return Row(name=its.stage.name, cells=(*cells, Link(text=days, href="")))


def _link(ask: Ask, its: Passage, what: str, text: str) -> Link:
    held = {"entered": its.entered, "on": its.went_on, "won": its.won, "lost": its.lost}[what]
    return Link(text=text, href=href(ask, course=what, stage=str(its.stage.id)) if held else "")


def _share(part: int, whole: int) -> str:
    """The number; from so many on with its share."""
    if whole < FEWEST:
        return texts.number(part)
    return f"{texts.number(part)} · {texts.percent(round(part * 100 / whole) * 100)}"


def _ages(ask: Ask, data: Course) -> Table:
    heads = (_("Stage"), *(words.age(low, high) for low, high in AGES), _("Beyond the limit"))
    return Table(title=_("How long open deals had stood in their stage"), heads=heads,
                 rows=tuple(_aged(ask, each) for each in data.ages))  # fmt: skip


def _aged(ask: Ask, its: Ages) -> Row:
    stage = key(its.stage.id if its.stage else None)
    cells = [
        Link(
            text=texts.number(share.count) if share.count else "—",
            href=href(ask, stage=stage, days=f"{low}..{high or ''}") if share.count else "",
        )
        for share, (low, high) in zip(its.shares, AGES, strict=True)
    ]
    limit = its.stage.limit_days if its.stage else None
    late = href(ask, stage=stage, days=f"{limit + 1}..") if limit and its.past_limit else ""
    over = Link(text=texts.number(its.past_limit) if limit else "—", href=late)
    return Row(name=its.stage.name if its.stage else _("not stated"), cells=(*cells, over))


def _rates(ask: Ask, data: Course) -> Table:
    heads = (words.by(ask.by), _("Decided"), _("Won"), _("Win rate"), _("95% interval"), _("Won amount"))
    rows = [_rate(ask, each, key(each.id)) for each in data.rates[:MOST]]
    total = [_rate(ask, data.whole, "")] if data.whole.decided else []
    return Table(title=_("Win rate"), heads=heads, rows=(*total, *rows))


def _rate(ask: Ask, its: Rate, part: str) -> Row:
    within, enough = its.interval, its.decided >= FEWEST
    between = f"{texts.percent(round(within.low, -2))}–{texts.percent(round(within.high, -2))}" if within else "—"
    won = href(ask, state="won", decided="1", part=part) if its.won else ""
    cells = (
        Link(text=texts.number(its.decided), href=href(ask, state="decided", part=part)),
        Link(text=texts.number(its.won), href=won),
        Link(text=texts.percent(round(its.points, -2)) if enough else "—", href=""),
        Link(text=between if enough else "—", href=""), Link(text=texts.money_short(its.amount), href=""),
    )  # fmt: skip
    return Row(name=(its.name or _("not stated")) if part else _("Total"), cells=cells, is_total=not part)


def _waits(ask: Ask, data: Course) -> Table:
    rows = tuple(
        Row(name=share.name or _("not stated"), cells=(
            Link(text=texts.number(share.count), href=href(ask, state="waits", part=key(share.id))),
            Link(text=short_of(share), href=""),
        ))
        for share in data.waits[:MOST]
    )  # fmt: skip
    return Table(title=_("Signed, not provisioned"), heads=(words.by(ask.by), _("Deals"), _("Amount")), rows=rows)
