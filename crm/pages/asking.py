"""Asking for a gift, a business activity or a trip: the form, and the post that makes the use with its request."""

from collections.abc import Mapping
from dataclasses import replace

from starlette.datastructures import UploadFile
from starlette.responses import Response

from core.db import ActorSession
from core.errors import Conflict, DomainError, Invalid
from core.i18n import N_, _
from core.module import Action, Panel
from core.once import once
from crm.activities import Activity
from crm.activity_joining import add_person
from crm.activity_verbs import ACTIVITY
from crm.ceilings import BOUND
from crm.commitment_requests import ask_for
from crm.commitment_verbs import COMMITMENT
from crm.files import attach
from crm.pages import asking_acts, asking_page
from crm.pages.asking_form import form_of
from crm.pages.asking_reading import PAPERS, Wish, about_wish, like, read
from crm.playbook.reserving import reserve
from web.kit.requests import Ask, Routes, address, see_other
from web.kit.shell import FLASHES, UNDOS, page
from web.kit.views import Crumb

CREATE = "crm.commitment.create"
PATH = "/crm/asking"

FLASHES.update(asked=N_("Asked for. You are told when it is answered."))
UNDOS.update(asked="/crm/asking/{id}/recall")


def add_routes(made: Routes) -> None:
    made.get(f"{PATH}/new", CREATE, show)
    made.get(f"{COMMITMENT.path}/new", CREATE, to_asking)
    made.post(f"{COMMITMENT.path}/new", CREATE, refuse_bare)
    made.post(f"{PATH}/new", CREATE, save, takes_files=True)
    made.get(f"{PATH}/{{id:int}}", "crm.commitment.read", asking_page.show)
    asking_acts.add_routes(made)


def actions() -> tuple[Action, ...]:
    """From a client, a deal, a person or a plan; under "New" without a client."""
    label, icon = N_("Ask for a gift, activity or trip"), "gift"
    return (
        Action("", label, lambda _none: f"{PATH}/new", CREATE, icon, instead_of=COMMITMENT.stem),
        Action("crm.account", label, lambda record: f"{PATH}/new?account={record.id}", CREATE, icon),
        Action("crm.opportunity", label, lambda record: f"{PATH}/new?deal={record.id}", CREATE, icon),
        Action("crm.key_person", label, lambda record: f"{PATH}/new?person={record.id}", CREATE, icon),
        Action(
            "crm.activity", label, lambda record: f"{PATH}/new?activity={record.id}", CREATE, icon,
            offered=lambda record: record.state == "planned" and record.approval in ("none", "refused"),
        ),
        Action(
            "crm.commitment", N_("The whole request"), lambda record: f"{PATH}/{record.activity_id}",
            "crm.commitment.read", "stamp", is_first=True,
        ),
    )  # fmt: skip


def panels() -> tuple[Panel, ...]:
    return (Panel(ACTIVITY.stem, asking_page.panel, "crm.commitment.read", order=20),)


def show(ask: Ask) -> Response:
    with ask.reading() as session:
        about = about_wish(session, ask.query)
        typed = like(session, ask.query, about)
        return _draw(ask, session, typed)


def to_asking(ask: Ask) -> Response:
    """There is one way to ask: all that is asked for together, with its ceilings and its approval."""
    named = {"activity_id": "activity", "person_id": "person"}
    pairs = [(named[name], value) for name, value in ask.query.items() if name in named]
    return see_other(address(f"{PATH}/new", pairs))


def refuse_bare(_ask: Ask) -> Response:
    raise Invalid(_("Gifts, hospitality and trips are asked for on a page of their own, with their approval."))


def _draw(ask: Ask, session: ActorSession, typed: Mapping[str, str], error: DomainError | None = None) -> Response:
    status = {Invalid: 422, Conflict: 409}.get(type(error), 200) if error else 200
    view = form_of(session, about_wish(session, typed), typed, problems=getattr(error, "problems", {}))
    view = replace(view, error=str(error)) if error else view
    return page(ask, "crm/asking/form.html", view, (Crumb(text=view.title),), status)


def save(ask: Ask) -> Response:
    """Everything together or nothing: where a rule stands against it, the form comes back as it was typed."""
    papers = [(name, each) for name in PAPERS if (each := ask.file(name)) is not None]
    files = [(name, each.filename or "", _content(each)) for name, each in papers]
    made: list[int] = []
    try:
        path = once(ask.actor, ask.typed("key"), ask.pairs(), lambda session: _save(session, ask, files, made))
    except (Invalid, Conflict) as error:
        with ask.reading() as session:
            return _draw(ask, session, {name: ask.typed(name) for name in ask.form}, error)
    return see_other(path, flash=f"asked:{made[0]}" if made else "saved")


def _content(upload: UploadFile) -> bytes:
    return upload.file.read()


def _save(session: ActorSession, ask: Ask, files: list[tuple[str, str, bytes]], made: list[int]) -> str:
    wish = read(session, ask)
    activity = wish.activity or _activity(session, wish)
    if wish.activity is not None:
        _take_over(session, wish, activity)
    for person in wish.persons:
        add_person(session, activity, person_id=person.id)
    for evidence, name, content in files:
        _attach(session, activity, evidence, name, content)
    session.flush()
    if wish.weapon.compliance in BOUND:
        reserve(session, activity, [(person, wish.head) for person in wish.persons], supplier=wish.supplier)
    ask_for(session, activity, reason=wish.purpose)
    made.append(activity.id)
    return f"{PATH}/{activity.id}"


def _activity(session: ActorSession, wish: Wish) -> Activity:
    activity = Activity(
        subject=wish.subject, kind="meeting", weapon_id=wish.weapon.id, account_id=wish.account.id,
        opportunity_id=wish.deal.id if wish.deal else None, due_on=wish.on, purpose=wish.purpose,
        owner_id=session.actor.user_id, cost=None if wish.weapon.compliance in BOUND else wish.whole,
    )  # fmt: skip
    ACTIVITY.complete(session, activity)
    session.add(activity)
    session.flush()
    return activity


def _take_over(session: ActorSession, wish: Wish, activity: Activity) -> None:
    """A plan of before becomes what is asked for."""
    activity.weapon_id, activity.due_on, activity.purpose = wish.weapon.id, wish.on, wish.purpose
    activity.account_id = activity.account_id or wish.account.id
    ACTIVITY.complete(session, activity)
    session.flush()


def _attach(session: ActorSession, activity: Activity, evidence: str, name: str, content: bytes) -> None:
    try:
        attach(session, ACTIVITY.stem, activity.id, name=name, content=content, evidence=evidence)
    except Invalid as error:
        raise Invalid(str(error), {evidence: str(error)}) from error
