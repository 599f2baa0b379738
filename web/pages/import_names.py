"""The wizard's third step: names that the file uses and nobody knows, each asked about once, with its count."""

from collections.abc import Iterable

from sqlalchemy import select
from starlette.responses import Response

from core.db import ActorSession
from core.entity import Entity
from core.errors import Invalid
from core.i18n import _
from core.registry import registry
from core.titles import choice_lists
from core.transfer import Answer as Said
from core.transfer import Plan, Unknown
from web.kit import format as texts
from web.kit.inputs import MOST_OPTIONS, Offer, read_reference
from web.kit.requests import Ask, see_other
from web.kit.shell import page
from web.kit.views import Answer, Field, Option, UnknownsPage
from web.kit.views import Unknown as UnknownView
from web.pages.imports import crumbs, next_step, plan_of, stage_of, step_path, steps, title, token_of

EVERY = "*"
MOST_ASKED = 30


def show(ask: Ask, entity: Entity) -> Response:
    stage = stage_of(ask)
    plan = plan_of(ask, entity, stage)
    if not plan.unknowns:
        return see_other(step_path(entity, token_of(ask), "preview"))
    return names_page(ask, entity, plan)


def names_page(
    ask: Ask, entity: Entity, plan: Plan, wrong: dict[int, str] | None = None, status: int = 200
) -> Response:
    """`wrong` says by place why an answer does not do."""
    errors, asked = wrong or {}, asked_of(plan.unknowns)
    with ask.reading() as session:
        offer = Offer(choice_lists(session, {target_of(each).table.name for each in asked}, limit=MOST_OPTIONS))
    view = UnknownsPage(
        title=title(entity), steps=steps("names"), action=step_path(entity, token_of(ask), "names"), cancel=entity.path,
        back=step_path(entity, token_of(ask), "columns"), error=_("Some names are not decided yet.") if errors else "",
        unknowns=tuple(
            unknown(ask, entity, each, f"u{place}", offer, errors.get(place, "")) for place, each in enumerate(asked)
        ),
    )  # fmt: skip
    return page(ask, "import/unknowns.html", view, crumbs(entity), status)


def asked_of(unknowns: Iterable[Unknown]) -> list[Unknown]:
    """The most used names of each field one by one; the many others of a field share one answer."""
    found: list[Unknown] = []
    by_field: dict[str, list[Unknown]] = {}
    for each in unknowns:
        by_field.setdefault(each.field, []).append(each)
    for group in by_field.values():
        found += group[:MOST_ASKED]
        if rest := group[MOST_ASKED:]:
            found.append(rest_of(rest))
    return found


def rest_of(rest: list[Unknown]) -> Unknown:
    first = rest[0]
    return Unknown(
        field=first.field, label=first.label, target=first.target, text=EVERY, count=sum(each.count for each in rest),
        line=min(each.line for each in rest), can_create=all(each.can_create for each in rest),
    )  # fmt: skip


def unknown(ask: Ask, entity: Entity, each: Unknown, name: str, offer: Offer, error: str) -> UnknownView:
    held = ask.typed(name) or ("to" if each.near else "")
    return UnknownView(
        name=name, field=each.label, count=texts.number(each.count), error=error,
        text=_("all other names of this field") if each.text == EVERY else each.text,
        answers=tuple(answers(ask, entity, each, name, offer, held)),
    )  # fmt: skip


def answers(ask: Ask, entity: Entity, each: Unknown, name: str, offer: Offer, held: str) -> Iterable[Answer]:
    target = target_of(each)
    if each.text != EVERY:
        help_ = _("Much like: {names}", names=texts.listed(near.title for near in each.near)) if each.near else ""
        box = meaning(each, target, f"{name}.to", offer, ask.typed(f"{name}.to"))
        yield Answer(value="to", text=_("It means this one"), selected=held == "to", target=box, help=help_)
    if each.can_create:
        yield Answer(value="create", text=_("Create it: {kind}", kind=_(target.label)), selected=held == "create")
    if not is_required(entity, each.field):
        yield Answer(value="empty", text=_("Leave the field empty"), selected=held == "empty")


def meaning(each: Unknown, target: Entity, name: str, offer: Offer, typed: str) -> Field:
    """Few records are offered as a list, many are asked for by name; the nearest stands there already."""
    near = each.near[0] if each.near else None
    if offer.is_long(target.table.name):
        return Field(
            name=name, label=_("It means"), kind="reference", value=typed or (near.key if near else ""),
            suggest=f"{target.path}/choices", placeholder=_("name or code"),
        )  # fmt: skip
    rows = offer.choices.get(target.table.name, [])
    held = typed or next((str(row_id) for row_id, title in rows if near and title in near.title), "")
    options = tuple(Option(value=str(row_id), text=title, selected=str(row_id) == held) for row_id, title in rows)
    return Field(
        name=name, label=_("It means"), kind="reference", value=held, options=options, placeholder=_("please choose")
    )


def target_of(each: Unknown) -> Entity:
    found = registry().entity(each.target)
    assert found is not None, each.target
    return found


def is_required(entity: Entity, name: str) -> bool:
    view = entity.field(name)
    return view is not None and view.required


def save(ask: Ask, entity: Entity) -> Response:
    stage = stage_of(ask)
    plan = plan_of(ask, entity, stage)
    mapping, wrong = stage.mapping, dict[int, str]()
    with ask.reading() as session:
        for place, each in enumerate(asked_of(plan.unknowns)):
            try:
                mapping = mapping.answered(each.field, each.text, said_of(ask, session, each, f"u{place}"))
            except Invalid as error:
                wrong[place] = str(error)
    if wrong:
        return names_page(ask, entity, plan, wrong, 422)
    return next_step(ask, entity, stage.with_mapping(mapping))


def said_of(ask: Ask, session: ActorSession, each: Unknown, name: str) -> Said:
    """Raises Invalid where nothing was decided, or where a name is said to mean a record that is not to be found."""
    act = ask.typed(name) or implied(ask, each, name)
    if act == "to":
        return Said("to", to=key_of(session, target_of(each), ask.typed(f"{name}.to")))
    if act == "create" and each.can_create:
        return Said("create")
    if act == "empty":
        return Said("empty")
    raise Invalid(_("Please decide."))


def implied(ask: Ask, each: Unknown, name: str) -> str:
    """Who chose a record beside the answer has said what the name means."""
    return "to" if each.text != EVERY and ask.typed(f"{name}.to").strip() else ""


def key_of(session: ActorSession, target: Entity, typed: str) -> str:
    if not typed.strip():
        raise Invalid(_("Say which record it means."))
    found = read_reference(session, target.table.name, typed.strip())
    table = target.table
    key = session.scalar(select(table.c[target.key[0].key]).where(table.c.id == found))
    return str(key or typed)
