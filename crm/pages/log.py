"""Logging: a page for the thumb from any record, and the post behind every composer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col
from starlette.datastructures import UploadFile
from starlette.responses import Response

from core import clock
from core.db import ActorSession, get
from core.errors import Conflict, Forbidden, Invalid
from core.fields import KINDS as FIELD_KINDS
from core.i18n import N_, _
from core.module import Action
from core.once import once
from crm.accounts import Account
from crm.activities import Activity
from crm.files import attach
from crm.key_persons import KeyPerson
from crm.logbook import KINDS, Entry, address_of, log, plan, take_back, write_note
from crm.opportunities import Opportunity
from crm.pages.composer import About, Composer, composer_of, recent_links
from crm.pages.notes import mentioned
from web.kit.inputs import read_reference
from web.kit.requests import Ask, Routes, local_path, see_other
from web.kit.shell import FLASHES, UNDOS, fragment, page
from web.kit.views import Crumb, Link

NEEDED = "crm.activity.create"
RECENT = 6
MOST_FILES = 4

FLASHES.update(
    noted=N_("The note is written."), logged=N_("Logged."), planned=N_("Planned."), finished=N_("Logged as done.")
)
UNDOS.update(
    noted="/crm/note/{id}/archive", logged="/crm/log/{id}/undo", planned="/crm/log/{id}/undo",
    finished="/crm/log/{id}/reopen",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class LogPage:
    title: str
    composer: Composer
    about: tuple[Link, ...] = ()
    plan: Activity | None = None
    recent: tuple[Link, ...] = ()
    cancel: str = "/"


def add_routes(made: Routes) -> None:
    made.get("/crm/log", NEEDED, show)
    made.get("/crm/log/people", NEEDED, people)
    made.post("/crm/log", NEEDED, save, takes_files=True)
    made.post("/crm/log/{id:int}/undo", NEEDED, undo)
    made.post("/crm/log/{id:int}/reopen", NEEDED, reopen)


def actions() -> tuple[Action, ...]:
    """From every record one tap to the log page; under "New" without a client."""
    return (
        Action("", N_("Log a visit"), lambda _none: "/crm/log?kind=visit", NEEDED, "footprints"),
        Action("", N_("Log a call"), lambda _none: "/crm/log?kind=call", NEEDED, "phone"),
        Action("crm.account", N_("Log"), lambda record: f"/crm/log?account={record.id}", NEEDED, "pencil-line", True),
        Action("crm.opportunity", N_("Log"), lambda record: f"/crm/log?deal={record.id}", NEEDED, "pencil-line", True),
        Action("crm.key_person", N_("Log"), lambda record: f"/crm/log?person={record.id}", NEEDED, "pencil-line", True),
        Action(
            "crm.activity", N_("Log the result"), lambda record: f"/crm/log?activity={record.id}", NEEDED,
            "pencil-line", True, lambda record: record.state == "planned",
        ),
    )  # fmt: skip


# --- reading --------------------------------------------------------------------------------------------------


def show(ask: Ask) -> Response:
    """`kind`, and one of `account`, `deal`, `person` and `activity`; `back` is where saving leads."""
    with ask.reading() as session:
        about = about_of(session, ask.query)
        kind, back = ask.query.get("kind") or "visit", local_path(ask.query.get("back", ""), otherwise="")
        typed = {"weapon": weapon} if (weapon := ask.query.get("weapon", "")).isdecimal() else {}
        composer = composer_of(session, about, kind=kind, typed=typed, back=back, is_page=True)
        return draw(ask, session, about, composer)


def people(ask: Ask) -> Response:
    """The ticks of the client's people, once a client was chosen."""
    with ask.reading() as session:
        typed = ask.query.get("account", "")
        try:
            key = read_reference(session, "crm_account", typed) if typed else 0
        except Invalid:
            key = 0
        about = About(account=session.get(Account, key) if key else None)
        return fragment("crm/log_people.html", composer_of(session, about, is_page=True))


def about_of(session: ActorSession, given: Mapping[str, str]) -> About:
    """The records of the address. Raises NotFound where one is hidden."""
    activity = _named(session, Activity, given.get("activity", ""))
    person = _named(session, KeyPerson, given.get("person", ""))
    deal = _named(session, Opportunity, given.get("deal", "")) or _below(
        session, Opportunity, activity, "opportunity_id"
    )
    account = _named(session, Account, given.get("account", ""))
    for child in (activity, person, deal):
        account = account or _below(session, Account, child, "account_id")
    return About(account, deal, activity, person.id if person else None)


def _named(session: ActorSession, model: Any, typed: str) -> Any:
    if not typed.isdecimal() or len(typed) > 18:
        return None
    return get(session, model, int(typed))


def _below(session: ActorSession, model: Any, child: Any, column: str) -> Any:
    """What a visible record names may itself be hidden; then the form goes without it."""
    key = getattr(child, column) if child is not None else None
    return session.get(model, key) if key else None


def draw(ask: Ask, session: ActorSession, about: About, composer: Composer, status: int = 200) -> Response:
    view = LogPage(
        title=_("Log"), composer=composer, about=_links(about), plan=about.activity,
        recent=() if about.account or about.deal else recent_links(session, composer.kind, _recent(session)),
        cancel=_cancel(about),
    )  # fmt: skip
    return page(ask, "crm/log.html", view, (Crumb(text=_("Log")),), status)


def _links(about: About) -> tuple[Link, ...]:
    found = [(about.account, "/crm/account", "building-2"), (about.deal, "/crm/opportunity", "handshake")]
    return tuple(Link(text=each.name, href=f"{path}/{each.id}", icon=icon) for each, path, icon in found if each)


def _cancel(about: About) -> str:
    return next((link.href for link in reversed(_links(about))), "/")


def _recent(session: ActorSession) -> list[tuple[int, str]]:
    """Clients of one's own latest activities: no more than the last fifty are looked at."""
    latest = (
        select(col(Activity.id).label("id"), col(Activity.account_id).label("account_id"))
        .where(
            col(Activity.owner_id) == session.actor.user_id,
            col(Activity.account_id).is_not(None),
            col(Activity.archived_at).is_(None),
        )
        .order_by(col(Activity.id).desc())
        .limit(50)
        .subquery()
    )
    last = func.max(latest.c.id)
    found = (
        select(col(Account.id), col(Account.name))
        .join(latest, latest.c.account_id == col(Account.id))
        .where(col(Account.archived_at).is_(None))
        .group_by(col(Account.id), col(Account.name))
        .order_by(last.desc())
        .limit(RECENT)
    )
    return [(row[0], row[1]) for row in session.execute(found)]


# --- writing --------------------------------------------------------------------------------------------------


def save(ask: Ask) -> Response:
    flash: list[str] = []
    uploads = [each for each in ask.form.getlist("file") if isinstance(each, UploadFile) and each.filename]
    files = [(each.filename or "", each.file.read()) for each in uploads[:MOST_FILES]]
    try:
        path = once(ask.actor, ask.typed("key"), ask.pairs(), lambda session: _save(session, ask, files, flash))
    except (Invalid, Conflict) as error:
        return refused(ask, error)
    return see_other(local_path(ask.typed("back"), otherwise=path), flash=":".join(flash) or "saved")


def _save(session: ActorSession, ask: Ask, files: list[tuple[str, bytes]], flash: list[str]) -> str:
    entry = read(session, ask)
    if entry.kind == "note":
        if not ask.actor.may("crm.note.create"):
            raise Forbidden(_("You may see this record, but not change it."))
        note = write_note(session, entry)
        flash += ["noted", str(note.id)]
        _attach(session, "crm.note", note.id, files)
        return address_of(entry)
    if entry.kind == "plan":
        made = plan(session, entry)
        flash += ["planned", str(made.id)]
        _attach(session, "crm.activity", made.id, files)
        return address_of(entry)
    done, following = log(session, entry)
    flash += ["finished" if entry.activity else "logged", str(done.id), *([str(following.id)] if following else [])]
    _attach(session, "crm.activity", done.id, files)
    return address_of(entry)


def _attach(session: ActorSession, stem: str, key: int, files: list[tuple[str, bytes]]) -> None:
    for name, content in files:
        try:
            attach(session, stem, key, name=name, content=content)
        except Invalid as error:
            raise Invalid(str(error), {"file": str(error)}) from error


def read(session: ActorSession, ask: Ask) -> Entry:
    """What was typed. Raises Invalid with a sentence for each field that is wrong."""
    typed = {name: ask.typed(name).strip() for name in ask.form}
    problems: dict[str, str] = {}
    kind = next((each for each in KINDS if each == typed.get("kind")), KINDS[0])
    about = about_of(session, {name: typed.get(name, "") for name in ("deal", "activity")})
    account = about.account or _account(session, typed.get("account", ""), problems, is_needed=about.deal is None)
    days = {name: _day(typed.get(name, ""), name, problems) for name in ("done_on", "due_on", "next_step_on")}
    days["next_step_on"] = days["next_step_on"] or _day(typed.get("next_in", ""), "next_step_on", problems)
    if not typed.get("text"):
        problems["text"] = _("Please write a few words.")
    if kind == "plan" and not typed.get("due_on"):
        problems["due_on"] = _("For which day?")
    if kind in ("call", "visit") and days["done_on"] and days["done_on"] > clock.today():
        problems["done_on"] = _("This day is still to come. Plan it instead.")
    mentions = _mentions(session, typed.get("mention", ""), typed.get("text", ""), problems) if kind == "note" else []
    if problems:
        raise Invalid(_("Not saved yet. Please look at these fields; the rest is kept as you typed it."), problems)
    is_talk = kind in ("call", "visit")
    return Entry(
        kind=kind, text=typed["text"].replace("\r\n", "\n"), account=account, deal=about.deal, activity=about.activity,
        persons=_persons(session, typed.get("persons", ""), account) if kind != "note" else (),
        mentions=tuple(mentions), weapon_id=_weapon(session, typed, kind),
        done_on=days["done_on"] or clock.today() if is_talk else None,
        due_on=days["due_on"] if kind == "plan" else None, next_step=typed.get("next_step") if is_talk else None,
        next_step_on=days["next_step_on"] if is_talk else None,
    )  # fmt: skip


def _account(session: ActorSession, typed: str, problems: dict[str, str], *, is_needed: bool) -> Account | None:
    if not typed:
        if is_needed:
            problems["account"] = _("Which client?")
        return None
    try:
        return get(session, Account, read_reference(session, "crm_account", typed))  # type: ignore[no-any-return]
    except Invalid as error:
        problems["account"] = str(error)
        return None


def _day(typed: str, name: str, problems: dict[str, str]) -> date | None:
    try:
        return FIELD_KINDS["date"].read(typed) if typed else None
    except Invalid as error:
        problems[name] = str(error)
        return None


def _mentions(session: ActorSession, typed: str, text: str, problems: dict[str, str]) -> list[int]:
    """The colleague who was chosen, and those who are named in the text by `@` and their user name."""
    found = mentioned(session, text)
    try:
        return [*found, read_reference(session, "core_user", typed)] if typed else found
    except Invalid as error:
        problems["mention"] = str(error)
        return found


def _persons(session: ActorSession, typed: str, account: Account | None) -> tuple[int, ...]:
    """Only people of this client whom the actor sees."""
    ids = [int(part) for part in typed.split(",") if part.isdecimal() and len(part) <= 18]
    if not ids or account is None:
        return ()
    own = select(col(KeyPerson.id)).where(col(KeyPerson.id).in_(ids), col(KeyPerson.account_id) == account.id)
    return tuple(session.scalars(own.order_by(col(KeyPerson.id))))


def _weapon(session: ActorSession, typed: Mapping[str, str], kind: str) -> int | None:
    """What was chosen; the preset of another mode, left as it was, gives way to this mode's own."""
    from crm.logbook import WEAPONS
    from crm.weapons import weapon_by_code

    chosen = typed.get("weapon", "")
    if not typed.get("activity") and chosen == typed.get("preset", ""):
        preset = weapon_by_code(session, WEAPONS.get(kind))
        return preset.id if preset else None
    return read_reference(session, "crm_weapon", chosen) if chosen else None


def refused(ask: Ask, error: Invalid | Conflict) -> Response:
    """The same form with all that was typed: as a part of the page for htmx, else on the log page."""
    typed = {name: ask.typed(name) for name in ask.form}
    problems: Mapping[str, str] = getattr(error, "problems", {})
    status = 409 if isinstance(error, Conflict) else 422
    # The form selects its part of an answer, so that htmx says it asks for a full page; it is on another's page still.
    is_part = ask.request.headers.get("hx-request") == "true" and not typed.get("is_page")
    with ask.reading() as session:
        given = {name: typed.get(name, "") for name in ("deal", "activity")}
        about = about_of(session, {**given, "account": _id_only(typed.get("account", ""))})
        composer = composer_of(
            session, about, kind=typed.get("kind", ""), typed=typed, problems=problems,
            error="" if problems else str(error), back=typed.get("back", ""), is_page=not is_part,
        )  # fmt: skip
        if is_part:
            return fragment("crm/composer_part.html", composer, status)
        return draw(ask, session, about, composer, status)


def _id_only(typed: str) -> str:
    return typed if typed.isdecimal() else ""


def undo(ask: Ask) -> Response:
    return _taken_back(ask, was_planned=False)


def reopen(ask: Ask) -> Response:
    return _taken_back(ask, was_planned=True)


def _taken_back(ask: Ask, *, was_planned: bool) -> Response:
    with ask.writing() as session:
        activity = get(session, Activity, ask.id)
        take_back(session, activity, was_planned=was_planned)
        following = _named(session, Activity, ask.typed("next"))
        if following is not None and following.state == "planned":
            take_back(session, following, was_planned=False)
        path = address_of(_entry_of(session, activity))
    return see_other(path, flash="undone")


def _entry_of(session: ActorSession, activity: Activity) -> Entry:
    about = about_of(session, {"activity": str(activity.id)})
    return Entry(kind="visit", text="", account=about.account, deal=about.deal, activity=activity)
