"""Who reports to whom at a client, drawn as a chart; and how somebody stands to us, judged anew from the map."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from core.db import ActorSession, get
from core.errors import Conflict, Forbidden, Invalid
from core.fields import view
from core.history import history, may
from core.i18n import _
from core.titles import titles
from crm.account_map import Sitter, sitters_of
from crm.account_view import known_of
from crm.accounts import ACCOUNT, Account
from crm.ageing import half_lives
from crm.key_persons import KEY_PERSON, KeyPerson
from crm.playbook.ageing import WORDS, Sureness
from crm.reporting import Node, trees
from web.kit.inputs import input_for, offer_for, read_values, typed_of
from web.kit.requests import Ask, Routes, local_path, see_other
from web.kit.shell import page
from web.kit.views import Crumb, FormPage, FormSection

JUDGED = tuple(
    view(column)
    for column in (
        KeyPerson.support, KeyPerson.relation, KeyPerson.influence, KeyPerson.judged_on, KeyPerson.judged_from,
    )
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ChartPage:
    """`sitters` are by person; `gone` names superiors who are not at the client any more."""

    title: str
    back: str
    trees: tuple[Node, ...]
    sitters: dict[int, Sitter]
    gone: dict[int, str]
    words: Mapping[Sureness, str]
    add: str


def add_routes(made: Routes) -> None:
    made.get(f"{ACCOUNT.path}/{{id:int}}/chart", KEY_PERSON.permission("read"), chart)
    made.get(f"{KEY_PERSON.path}/{{id:int}}/judge", KEY_PERSON.permission("update"), show)
    made.post(f"{KEY_PERSON.path}/{{id:int}}/judge", KEY_PERSON.permission("update"), save)


def chart(ask: Ask) -> Response:
    with ask.reading() as session:
        account = get(session, Account, ask.id)
        known = known_of(session, account)
        found = trees(known.people)
        sitters = {each.record.id: each for each in sitters_of(known, half_lives(session))}
        gone = titles(session, {"crm_key_person": {node.person.reports_to_id or 0 for node in found if node.top}})
        add = f"{KEY_PERSON.path}/new?account={account.id}" if ask.actor.may(KEY_PERSON.permission("create")) else ""
        made = ChartPage(
            title=_("Who reports to whom: {client}", client=account.name), back=f"{ACCOUNT.path}/{account.id}#h-map",
            trees=found, sitters=sitters, gone={key: name for (_table, key), name in gone.items()},
            words=WORDS, add=add,
        )  # fmt: skip
    crumbs = (
        Crumb(text=_("Accounts"), href=ACCOUNT.path), Crumb(text=account.name, href=f"{ACCOUNT.path}/{account.id}"),
        Crumb(text=_("Who reports to whom")),
    )  # fmt: skip
    return page(ask, "crm/account/chart.html", made, crumbs)


# --- a judgement ----------------------------------------------------------------------------------------------


def show(ask: Ask) -> Response:
    """The day and the source are empty: a judgement anew is of a day and a source of its own."""
    with ask.reading() as session:
        person = _changeable(session, ask.id)
        typed = {**typed_of(JUDGED, person), "judged_on": "", "judged_from": ""}
        return _form(ask, session, person, {**typed, "version": str(person.version)})


def save(ask: Ask) -> Response:
    typed = {name: ask.typed(name) for name in (*(each.name for each in JUDGED), "version", "back")}
    try:
        with ask.writing() as session:
            person = _changeable(session, ask.id)
            flash = _judge(session, person, typed)
            back = f"{ACCOUNT.path}/{person.account_id}"
    except (Invalid, Conflict) as error:
        with ask.reading() as session:
            problems = getattr(error, "problems", {})
            status = 409 if isinstance(error, Conflict) else 422
            return _form(ask, session, _changeable(session, ask.id), typed, problems, str(error), status)
    return see_other(local_path(typed["back"], otherwise=back), flash=flash)


def _changeable(session: ActorSession, key: int) -> KeyPerson:
    person = get(session, KeyPerson, key)
    if not may(session, KEY_PERSON, key, "update"):
        raise Forbidden(_("You may see this record, but not change it."))
    return person


def _judge(session: ActorSession, person: KeyPerson, typed: dict[str, str]) -> str:
    if str(person.version) != typed["version"]:
        raise Conflict(_("Somebody else saved this record while you were working on it."))
    values = read_values(session, JUDGED, typed)
    if not values["judged_from"]:
        sentence = _("Say where you know it from.")
        raise Invalid(sentence, {"judged_from": sentence})
    for name, value in values.items():
        setattr(person, name, value)
    KEY_PERSON.complete(session, person)
    session.flush()
    entry = next(iter(history(session, KEY_PERSON, person.id, limit=1)), None)
    return f"saved:{KEY_PERSON.stem}:{person.id}:{entry.id}" if entry else "saved"


def _form(
    ask: Ask, session: ActorSession, person: KeyPerson, typed: dict[str, str],
    problems: dict[str, str] | None = None, error: str = "", status: int = 200,
) -> Response:  # fmt: skip
    offer = offer_for(session, JUDGED, typed)
    asked = ("support", "judged_from")
    inputs = tuple(
        input_for(each, typed.get(each.name, ""), offer, error=(problems or {}).get(each.name, ""),
                  required=each.name in asked)
        for each in JUDGED
    )  # fmt: skip
    path = f"{KEY_PERSON.path}/{person.id}"
    back = local_path(
        ask.query.get("back", "") or typed.get("back", ""), otherwise=f"{ACCOUNT.path}/{person.account_id}"
    )
    made = FormPage(
        title=_("How does {name} stand to us?", name=person.name), action=f"{path}/judge", submit=_("Save"),
        cancel=back, version=typed.get("version", ""), hidden=(("back", back),), error="" if problems else error,
        subtitle=_("Without a day it is of today. Earlier judgements stay in the history."),
        sections=(FormSection(fields=inputs),),
    )  # fmt: skip
    crumbs = (
        Crumb(text=_(KEY_PERSON.plural), href=KEY_PERSON.path), Crumb(text=person.name, href=path),
        Crumb(text=_("Judge anew")),
    )  # fmt: skip
    return page(ask, "entity/form.html", made, crumbs, status)
