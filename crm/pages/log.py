"""Logging: a page for the thumb from any record, and the post behind every composer."""

from collections.abc import Mapping

from starlette.datastructures import UploadFile
from starlette.responses import Response

from core.db import ActorSession, get
from core.errors import Conflict, Forbidden, Invalid
from core.i18n import N_, _
from core.module import Action
from core.once import once
from crm.accounts import Account
from crm.activities import Activity
from crm.evidence import EVIDENCE
from crm.files import attach
from crm.logbook import Entry, address_of, log, plan, take_back, write_note
from crm.pages.composer import About, composer_of
from crm.pages.log_page import draw
from crm.pages.log_reading import about_of, named, read
from web.kit.inputs import read_reference
from web.kit.requests import Ask, Routes, local_path, see_other
from web.kit.shell import FLASHES, UNDOS, fragment

NEEDED = "crm.activity.create"
MOST_FILES = 4

FLASHES.update(
    noted=N_("The note is written."), logged=N_("Logged."), planned=N_("Planned."), finished=N_("Logged as done.")
)
UNDOS.update(
    noted="/crm/note/{id}/archive", logged="/crm/log/{id}/undo", planned="/crm/log/{id}/undo",
    finished="/crm/log/{id}/reopen",
)  # fmt: skip


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
        _attach(session, "crm.activity", made.id, files, ask.typed("evidence"))
        return address_of(entry)
    done, following = log(session, entry)
    flash += ["finished" if entry.activity else "logged", str(done.id), *([str(following.id)] if following else [])]
    _attach(session, "crm.activity", done.id, files, ask.typed("evidence"))
    return address_of(entry)


def _attach(session: ActorSession, stem: str, key: int, files: list[tuple[str, bytes]], proves: str = "") -> None:
    evidence = proves if proves in EVIDENCE else None
    for name, content in files:
        try:
            attach(session, stem, key, name=name, content=content, evidence=evidence)
        except Invalid as error:
            raise Invalid(str(error), {"file": str(error)}) from error


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
        following = named(session, Activity, ask.typed("next"))
        if following is not None and following.state == "planned":
            take_back(session, following, was_planned=False)
        path = address_of(_entry_of(session, activity))
    return see_other(path, flash="undone")


def _entry_of(session: ActorSession, activity: Activity) -> Entry:
    about = about_of(session, {"activity": str(activity.id)})
    return Entry(kind="visit", text="", account=about.account, deal=about.deal, activity=activity)
