"""The page of the evidence as its template draws it: every text written, every number with the address of its rows."""

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from core.access import Actor
from core.i18n import _
from crm.activity_verbs import ACTIVITY
from crm.weapons import Weapon
from reports.evidence import forest
from reports.evidence.behind import AT_LANDMARK, WITH, WITHOUT, deals
from reports.evidence.certainty import Certainty, certainty
from reports.evidence.findings import ALL, FEWEST_PUBLISHED, PERIODS, SEEN, UNSEEN
from reports.evidence.rows import PATH, REFRESH, Worth
from reports.evidence.sentences import sentence
from reports.evidence.showing import Shown, Told, effect_of_row, name_of, ordered
from reports.evidence.texts import conclusion, definitions, gap_in_words, period_names, signed, traps
from web.kit import format as texts
from web.kit.papers import Papers, files_of
from web.kit.requests import address
from web.kit.views import Link, Option, Tab

TONES = {SEEN: "ok", UNSEEN: ""}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A weapon: the picture, the figures, and what they say. `points` is empty where nothing can be told."""

    name: str
    href: str
    icon: str
    picture: Markup
    state: str
    tone: str
    points: str
    interval: str
    used: Link
    unused: Link
    overlap: str
    said: str
    naive: str
    gap: str


@dataclass(frozen=True, kw_only=True)
class DrawnRow:
    name: str
    compared: str
    drawn: str
    used: Link
    unused: Link
    said: str


@dataclass(frozen=True, kw_only=True)
class EvidencePage:
    """`why_nothing` stands instead of the rows, with `ways` out of it."""

    title: str
    when: str
    basis: tuple[Link, ...]
    href: str
    paper: Papers | None
    part: str
    segments: tuple[tuple[str, tuple[Option, ...]], ...]
    period: str
    periods: tuple[Tab, ...]
    refresh: str
    refresh_text: str
    is_running: bool
    conclusion: tuple[str, ...]
    rows: tuple[Row, ...]
    axis: Markup
    drawn: tuple[DrawnRow, ...]
    why_nothing: str
    ways: tuple[Link, ...]
    traps: tuple[tuple[str, str], ...]
    certainty: Certainty | None
    definitions: tuple[tuple[str, str], ...]


def view_of(shown: Shown, actor: Actor) -> EvidencePage:
    pairs = _pairs(shown.segment.code, shown.period)
    rows = ordered(shown.told) if shown.has_uses else []
    most = forest.reach(value for told in rows for value in _marks(told))
    may = actor.may
    why, ways = _nothing(shown, may)
    return EvidencePage(
        title=_("What weapons are worth"),
        when=_when(shown),
        basis=_basis(shown),
        href=address(PATH, pairs),
        paper=files_of(actor, "evidence", pairs),
        part=f"{PATH}/part",
        segments=_segments(shown),
        period=shown.period,
        periods=_periods(shown),
        refresh=f"{PATH}/refresh" if may(REFRESH) and not shown.is_running else "",
        refresh_text=_("Calculate again") if shown.was_run else _("Calculate now"),
        is_running=shown.is_running,
        conclusion=conclusion((name_of(each.weapon), effect_of_row(each.compared)) for each in rows),
        rows=tuple(_row(shown, told, most) for told in rows),
        axis=forest.scale(most),
        drawn=tuple(_drawn(told, told.drawn) for told in shown.told if told.drawn is not None),
        why_nothing=why,
        ways=ways,
        traps=traps(),
        certainty=certainty(shown.skill) if shown.skill else None,
        definitions=definitions(),
    )


# --- the choice -----------------------------------------------------------------------------------------------


def _pairs(segment: str, period: str) -> list[tuple[str, str]]:
    return [(name, value) for name, value in (("segment", segment), ("period", period)) if value != ALL]


def _when(shown: Shown) -> str:
    at = shown.basis.at if shown.basis else shown.skill.at if shown.skill else None
    if at is None:
        return _("Not calculated yet")
    return _("Of the whole province, calculated {when}", when=texts.when(at))


def _basis(shown: Shown) -> tuple[Link, ...]:
    basis = shown.basis
    if basis is None:
        return ()
    days = basis.first_on, basis.last_on
    closed = _("{n} closed deals", n=texts.number(basis.deals))
    kept = _("{n} of them open for 60 days or more", n=texts.number(basis.landmark_deals))
    return (
        Link(text=closed, href=deals(basis.segment, days)),
        Link(text=kept, href=deals(basis.segment, days, AT_LANDMARK)),
    )


def _segments(shown: Shown) -> tuple[tuple[str, tuple[Option, ...]], ...]:
    titles = {"": "", "trade": _("Trade"), "grade": _("Grade"), "category": _("Product category")}
    groups: dict[str, list[Option]] = {}
    for each in shown.segments:
        option = Option(value=each.code, text=each.name, selected=each.code == shown.segment.code)
        groups.setdefault(titles[each.kind], []).append(option)
    return tuple((title, tuple(options)) for title, options in groups.items())


def _periods(shown: Shown) -> tuple[Tab, ...]:
    names = period_names()
    return tuple(
        Tab(text=names[code], href=address(PATH, _pairs(shown.segment.code, code)), current=code == shown.period)
        for code in PERIODS
    )


def _nothing(shown: Shown, may: Callable[[str], bool]) -> tuple[str, tuple[Link, ...]]:
    """Why there is nothing to see, and what to do."""
    if shown.told and shown.has_uses:
        return "", ()
    if shown.basis is not None:
        log = Link(text=_("Log a visit or a call"), href="/crm/log", icon="plus")
        bring = Link(text=_("Import activities"), href=f"{ACTIVITY.path}/import", icon="upload")
        ways = ((log, ACTIVITY.permission("create")), (bring, ACTIVITY.permission("import")))
        return _(
            "Nobody has logged a weapon with a closed deal yet. Log activities with their weapon and their deal, or "
            "import them: what weapons are worth is told from these."
        ), tuple(way for way, permission in ways if may(permission))
    if not shown.was_run:
        return _("Nothing has been calculated yet. It is done every morning, and when somebody asks for it."), ()
    every = Link(text=_("All deals"), href=PATH, icon="rotate-ccw")
    few = _("Fewer than {n} closed deals: of so few nothing is published.", n=FEWEST_PUBLISHED)
    return few, () if (shown.segment.code, shown.period) == (ALL, ALL) else (every,)


# --- the rows -------------------------------------------------------------------------------------------------


def _marks(told: Told) -> tuple[float | None, ...]:
    plain = told.naive.points if told.naive else None
    return told.compared.low, told.compared.high, plain


def _row(shown: Shown, told: Told, most: int) -> Row:
    row, name = told.compared, name_of(told.weapon)
    said = sentence(effect_of_row(row), name)
    plain = told.naive.points if told.naive else None
    return Row(
        name=name,
        href=f"/crm/weapon/{told.weapon.id}",
        icon=told.weapon.icon or "swords",
        picture=forest.interval(
            row.points, row.low, row.high, plain, most, label=said, tone=TONES.get(row.state, "quiet")
        ),
        state=_(row.state),
        tone=TONES.get(row.state, "line"),
        points=signed(row.points) if row.points is not None else "",
        interval=_("{low} to {high}", low=signed(row.low), high=signed(row.high))
        if row.low is not None and row.high is not None
        else "",
        used=_side(shown, WITH, told, row.used),
        unused=_side(shown, WITHOUT, told, row.unused),
        overlap=f"{100 * row.overlap:.0f}%",
        said=said,
        naive=signed(plain) if plain is not None else "",
        gap=gap_in_words(row.points, plain),
    )


def _side(shown: Shown, side: str, told: Told, number: int) -> Link:
    basis = shown.basis
    days = (basis.first_on, basis.last_on) if basis else (None, None)
    href = deals(shown.segment.code, days, f"{side}:{told.weapon.code}") if number else ""
    return Link(text=texts.number(number), href=href)


def _drawn(told: Told, row: Worth) -> DrawnRow:
    name, points = name_of(told.weapon), told.compared.points
    return DrawnRow(
        name=name,
        compared=signed(points) if points is not None else _(told.compared.state),
        drawn=signed(row.points) if row.points is not None else _(row.state),
        used=_draws(_("{n} drawn", n=texts.number(row.used)), "weapon", told.weapon),
        unused=_draws(_("{n} not", n=texts.number(row.unused)), "among", told.weapon),
        said=sentence(effect_of_row(row), name),
    )


def _draws(text: str, name: str, weapon: Weapon) -> Link:
    """The draws behind a number, as far as the reader sees their deals; of all segments and times."""
    return Link(text=text, href=address("/crm/suggestions", [(name, str(weapon.id)), ("drawn", "decided")]))
