"""A weapon's page: its strengths as one grid that is edited in place, and its versions with what changed in each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy import select
from sqlmodel import col
from starlette.responses import Response

from core.access import Level
from core.db import ActorSession, get
from core.errors import Conflict, Forbidden, Invalid
from core.i18n import _, pick
from core.module import Panel
from crm.natures import FUNCTION_LABELS, FUNCTIONS, LEVEL_LABELS, LEVELS
from crm.steps import Step
from crm.weapon_fits import WEAPON_FIT, WeaponFit
from crm.weapon_versions import WeaponVersion
from crm.weapons import WEAPON, Weapon
from web.kit import format as texts
from web.kit.rendering import render_part
from web.kit.requests import Ask, Routes, number_of, see_other
from web.kit.shell import page
from web.kit.values import shown
from web.kit.views import Crumb

UPDATE = WEAPON_FIT.permission("update")
STRONGEST, MOST_VERSIONS = 3, 20
DIMENSIONS = ("step", "level", "function")
Strong = Mapping[tuple[str, str], int]


@dataclass(frozen=True, kw_only=True)
class Cell:
    name: str
    label: str
    strength: int


@dataclass(frozen=True, kw_only=True)
class Part:
    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class VersionLine:
    number: int
    when: str
    at: str
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class GridView:
    action: str
    parts: tuple[Part, ...]
    versions: tuple[VersionLine, ...]
    current: str
    may_edit: bool
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class GridPage:
    title: str
    back: str
    part: Markup


def panels() -> tuple[Panel, ...]:
    return (Panel(WEAPON.stem, draw, WEAPON.permission("read"), order=5, instead_of=WEAPON_FIT.stem),)


def add_routes(made: Routes) -> None:
    made.post(f"{WEAPON.path}/{{id:int}}/strengths", UPDATE, save)


def draw(session: ActorSession, weapon: Weapon, *, error: str = "", typed: Strong | None = None) -> Markup:
    """Three statements: steps, strengths, versions."""
    steps, versions = _steps(session), _versions(session, weapon.id)
    strong = typed or {key: fit.strength for key, fit in _fits(session, weapon.id).items()}
    return render_part(
        "crm/weapon/grid.html",
        grid=GridView(
            action=f"{WEAPON.path}/{weapon.id}/strengths", parts=parts(steps, strong),
            versions=tuple(lines(versions, {step.code: pick(step.name_zh, step.name_en) for step in steps})),
            current=str(versions[0].id) if versions else "", error=error,
            may_edit=weapon.archived_at is None and session.actor.level(UPDATE) is Level.ALL,
        ),
    )  # fmt: skip


def _steps(session: ActorSession) -> list[Step]:
    live = select(Step).where(col(Step.archived_at).is_(None))
    return list(session.scalars(live.order_by(col(Step.position), col(Step.code))))


def _fits(session: ActorSession, weapon_id: int) -> dict[tuple[str, str], WeaponFit]:
    own = select(WeaponFit).where(col(WeaponFit.weapon_id) == weapon_id, col(WeaponFit.archived_at).is_(None))
    return {(fit.dimension, fit.code): fit for fit in session.scalars(own.order_by(col(WeaponFit.id)))}


def _versions(session: ActorSession, weapon_id: int) -> list[WeaponVersion]:
    own = select(WeaponVersion).where(col(WeaponVersion.weapon_id) == weapon_id)
    return list(session.scalars(own.order_by(col(WeaponVersion.number).desc()).limit(MOST_VERSIONS)))


# --- the grid -------------------------------------------------------------------------------------------------


def parts(steps: list[Step], strong: Strong) -> tuple[Part, ...]:
    named = {
        "step": [(step.code, pick(step.name_zh, step.name_en)) for step in steps],
        "level": [(level, _(LEVEL_LABELS[level])) for level in reversed(LEVELS)],
        "function": [(function, _(FUNCTION_LABELS[function])) for function in FUNCTIONS],
    }
    titles = {"step": _("In a purchase step"), "level": _("At a level"), "function": _("With a department")}
    return tuple(
        Part(
            title=titles[dimension],
            cells=tuple(
                Cell(name=f"{dimension}.{code}", label=label, strength=strong.get((dimension, code), 0))
                for code, label in named[dimension]
            ),
        ) for dimension in DIMENSIONS
    )  # fmt: skip


def save(ask: Ask) -> Response:
    typed = dict(_typed(ask))
    path = f"{WEAPON.path}/{ask.id}"
    try:
        with ask.writing() as session:
            _save(session, ask, typed)
    except (Invalid, Conflict) as error:
        return _refused(ask, error, {key: value for key, value in typed.items() if value is not None})
    return see_other(f"{path}#p-strengths", flash="saved")


def _typed(ask: Ask) -> Iterator[tuple[tuple[str, str], int | None]]:
    for name in ask.form:
        dimension, dot, code = name.partition(".")
        if dot and dimension in DIMENSIONS:
            yield (dimension, code), number_of(ask.typed(name))


def _save(session: ActorSession, ask: Ask, typed: Mapping[tuple[str, str], int | None]) -> None:
    weapon: Weapon = get(session, Weapon, ask.id)
    if session.actor.level(UPDATE) is not Level.ALL:
        raise Forbidden(_("You may see this record, but not change it."))
    newest = _versions(session, weapon.id)
    if ask.typed("current") and newest and str(newest[0].id) != ask.typed("current"):
        raise Conflict(_("Somebody else saved this record while you were working on it."))
    known, codes = _fits(session, weapon.id), {step.code for step in _steps(session)} | {*LEVELS, *FUNCTIONS}
    for (dimension, code), strength in typed.items():
        if strength is None or strength > STRONGEST or code not in codes:
            raise Invalid(_("A strength goes from 0 to 3."))
        fit = known.get((dimension, code)) or WeaponFit(weapon_id=weapon.id, dimension=dimension, code=code, strength=0)
        if fit.strength != strength or fit not in session:
            fit.strength = strength
            session.add(fit)


def _refused(ask: Ask, error: Exception, typed: Strong) -> Response:
    with ask.reading() as session:
        weapon: Weapon = get(session, Weapon, ask.id)
        drawn = draw(session, weapon, error=str(error), typed=typed)
    title, back = pick(weapon.name_zh, weapon.name_en), f"{WEAPON.path}/{ask.id}"
    made = GridPage(title=title, back=back, part=drawn)
    crumbs = (Crumb(text=_(WEAPON.plural), href=WEAPON.path), Crumb(text=title, href=back))
    return page(ask, "crm/weapon/page.html", made, crumbs, 409 if isinstance(error, Conflict) else 422)


# --- versions -------------------------------------------------------------------------------------------------


def lines(versions: list[WeaponVersion], steps: Mapping[str, str]) -> Iterator[VersionLine]:
    """The newest first, each with what it changed in the one before; the first one changed nothing."""
    before = {version.number: version.definition for version in versions}
    for version in versions:
        old = before.get(version.number - 1)
        yield VersionLine(
            number=version.number, when=texts.when(version.at), at=texts.instant(version.at),
            changes=tuple(changes(old, version.definition, steps)) if old is not None else (),
        )  # fmt: skip


def changes(old: Mapping[str, Any], new: Mapping[str, Any], steps: Mapping[str, str]) -> Iterator[str]:
    """One sentence for each value that differs; long texts only say that they do."""
    for name in dict.fromkeys((*old, *new)):
        field = WEAPON.field(name)
        if name == "strengths" or field is None or old.get(name) == new.get(name):
            continue
        if field.kind == "long_text" or field.target:
            yield _("{field} changed", field=_(field.label))
        else:
            yield _changed(_(field.label), shown(field, old.get(name)), shown(field, new.get(name)))
    yield from _strengths(old.get("strengths", {}), new.get("strengths", {}), steps)


def _strengths(old: Mapping[str, Any], new: Mapping[str, Any], steps: Mapping[str, str]) -> Iterator[str]:
    names = {**steps, **{code: _(label) for code, label in (LEVEL_LABELS | FUNCTION_LABELS).items()}}
    for dimension in DIMENSIONS:
        was, now = old.get(dimension, {}), new.get(dimension, {})
        for code in dict.fromkeys((*was, *now)):
            if was.get(code, 0) != now.get(code, 0):
                yield _changed(names.get(code, code), str(was.get(code, 0)), str(now.get(code, 0)))


def _changed(what: str, old: str, new: str) -> str:
    return _("{field}: {before} → {after}", field=what, before=old or "—", after=new or "—")
