"""What a user sees of a record, and why: the rules answer for that user, grant by grant. The record is not shown."""

from dataclasses import dataclass

from starlette.responses import Response

from core.access import Actor
from core.actors import actor_for
from core.entity import Entity
from core.errors import DomainError
from core.explaining import Reason, reasons
from core.i18n import N_, _, pick
from core.oversight import demand_oversight
from core.registry import registry
from core.roles import roles_of
from web.kit.requests import Ask
from web.kit.shell import page
from web.kit.views import AccessReason, Badge, Crumb, Field, Option, field
from web.pages import admin

ACTS = {"read": N_("see it"), "update": N_("change it"), "delete": N_("archive it"), "unmask": N_("see it in clear")}


@dataclass(frozen=True, kw_only=True)
class AskedPage:
    frame: admin.Frame
    title: str
    inputs: tuple[Field, ...]
    error: str = ""
    verdict: Badge | None = None
    reasons: tuple[AccessReason, ...] = ()


def show(ask: Ask) -> Response:
    demand_oversight(ask.actor)
    who, stem, number = admin.typed(ask, "user", "entity", "record")
    title = _("Who sees what")
    subtitle = _("Choose a user and a record. The answer comes from the rules themselves; the record stays unseen.")
    base = {"frame": admin.frame(title, "/admin/access", subtitle), "title": title, "inputs": inputs(who, stem, number)}
    entity = registry().entity(stem)
    view = AskedPage(**base)  # type: ignore[arg-type]
    if who and entity and number.isdecimal() and len(number) < 19:
        view = _answered(ask, base, who, entity, int(number))
    return page(ask, "admin/access.html", view, admin.crumbs(Crumb(text=title)))


def _answered(ask: Ask, base: dict[str, object], who: str, entity: Entity, record_id: int) -> AskedPage:
    try:
        actor = actor_for(who.lower())
    except DomainError as error:
        return AskedPage(**base, error=str(error))  # type: ignore[arg-type]
    with ask.reading() as session:
        roles = roles_of(session, [actor.user_id or 0])[actor.user_id or 0]
    found = reasons(actor, roles, entity, record_id)
    lines = tuple(_line(each) for each in found)
    return AskedPage(**base, verdict=_verdict(actor, found), reasons=lines)  # type: ignore[arg-type]


def _verdict(actor: Actor, found: list[Reason]) -> Badge:
    if any(each.reaches and each.verb == "update" for each in found):
        return Badge(text=_("{name} sees and may change this record.", name=actor.name), tone="ok", icon="pencil")
    if any(each.reaches and each.verb == "read" for each in found):
        return Badge(text=_("{name} sees this record.", name=actor.name), tone="brand", icon="eye")
    return Badge(text=_("{name} does not see this record.", name=actor.name), tone="bad", icon="eye-off")


def _line(each: Reason) -> AccessReason:
    why = _("This reach takes the record in.") if each.reaches else _("The record lies outside this reach.")
    return AccessReason(
        permission=_(ACTS[each.verb]), level=Badge(text=_(admin.LEVELS[each.level]), tone="ok" if each.reaches else ""),
        source=pick(each.role.name_zh, each.role.name_en), reason=why,
    )  # fmt: skip


def inputs(who: str, stem: str, number: str) -> tuple[Field, ...]:
    kinds = tuple(Option(value=e.stem, text=_(e.label), selected=e.stem == stem) for e in registry().entities())
    return (
        field("user", _("User name"), value=who, required=True, max_length=60),
        field("entity", _("Kind of record"), "choice", stem, options=kinds, required=True),
        field("record", _("Number of the record"), "number", number, required=True, max_length=19,
              placeholder=_("The number at the end of the record’s address.")),
    )  # fmt: skip
