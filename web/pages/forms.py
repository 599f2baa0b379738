"""The form of a new record."""

from sqlalchemy.exc import IntegrityError
from starlette.responses import Response

from core.db import ActorSession
from core.entity import Entity
from core.errors import Forbidden, Invalid
from core.i18n import _
from core.once import once
from core.record import Owned
from web.kit.inputs import read_values
from web.kit.requests import BACK, Ask, local_path, see_other
from web.kit.shell import page
from web.kit.views import Crumb, FormPage
from web.pages.drafts import Draft, draft_of, sections, typed_in
from web.pages.names import templates
from web.pages.unique import taken_fields


def new(ask: Ask, entity: Entity) -> Response:
    with ask.reading() as session:
        typed = {**defaults(ask, entity), **prefilled(ask, entity)}
        return new_form(ask, session, entity, Draft(typed))


def defaults(ask: Ask, entity: Entity) -> dict[str, str]:
    found = {}
    for view in entity.inputs:
        default = view.column.property.columns[0].default
        if default is not None and not default.is_callable:
            found[view.name] = view.write(default.arg)
    if issubclass(entity.model, Owned) and ask.actor.user_id:
        found["owner_id"] = str(ask.actor.user_id)
    return found


def prefilled(ask: Ask, entity: Entity) -> dict[str, str]:
    """A link may fill in what it knows: `/crm/key_person/new?account=12`."""
    names = {**{view.name: view.name for view in entity.inputs}, **{view.short: view.name for view in entity.inputs}}
    return {names[name]: value for name, value in ask.query.items() if name in names}


def new_form(ask: Ask, session: ActorSession, entity: Entity, draft: Draft, status: int = 200) -> Response:
    back = ask.query.get(BACK, "") or ask.typed(BACK)
    view = FormPage(
        title=_("New: {kind}", kind=_(entity.label)),
        action=f"{entity.path}/new",
        submit=_("Create"),
        cancel=local_path(back, otherwise=entity.path),
        key=draft.key,
        hidden=((BACK, back),) if back else (),
        sections=sections(session, entity, draft),
        error=draft.error,
    )
    crumbs = (Crumb(text=_(entity.plural), href=entity.path), Crumb(text=_("New")))
    return page(ask, templates(entity, "form"), view, crumbs, status)


def create(ask: Ask, entity: Entity) -> Response:
    try:
        path = once(ask.actor, ask.typed("key"), ask.pairs(), lambda session: _create(session, entity, ask), clear=True)
    except (Invalid, Forbidden) as error:
        return refused_new(ask, entity, draft_of(ask, entity, error), 403 if isinstance(error, Forbidden) else 422)
    except IntegrityError as error:
        return refused_new(ask, entity, draft_of(ask, entity, taken_fields(entity, error)), 422)
    return see_other(local_path(ask.typed(BACK), otherwise=path), flash="created")


def _create(session: ActorSession, entity: Entity, ask: Ask) -> str:
    values = read_values(session, entity.inputs, {**unsent(ask, entity), **sent(ask, entity)})
    if issubclass(entity.model, Owned):
        values.setdefault("owner_id", ask.actor.user_id)
    record = entity.model(**{name: value for name, value in values.items() if value is not None})
    entity.complete(session, record)
    session.add(record)
    return f"{entity.path}/{record.id}"


def refused_new(ask: Ask, entity: Entity, draft: Draft, status: int) -> Response:
    with ask.reading() as session:
        return new_form(ask, session, entity, draft, status)


def sent(ask: Ask, entity: Entity) -> dict[str, str]:
    return {name: text for name, text in typed_in(ask, entity).items() if name in ask.form}


def unsent(ask: Ask, entity: Entity) -> dict[str, str]:
    """What a new record has where its form says nothing; an unticked box says no."""
    boxes = {view.name for view in entity.inputs if view.kind == "flag"}
    return {name: text for name, text in defaults(ask, entity).items() if name not in boxes}
