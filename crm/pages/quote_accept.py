"""The client accepts: the signed file, the day, the start, and which contracts of before are renewed by it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from starlette.responses import Response

from core import clock
from core.db import ActorSession, get
from core.errors import Conflict, DomainError, Invalid, NotFound
from core.fields import KINDS
from core.i18n import _, language
from core.once import once
from crm.contracts import Contract
from crm.pages.quote_lines import changeable
from crm.pages.quote_seen import UPDATE, seen_of
from crm.quotes.acceptance import accept, last_day, renewable
from crm.quotes.quotes import QUOTE, Quote
from crm.quotes.reading import PricedLine
from web.kit import format as texts
from web.kit.requests import Ask, Routes, number_of, see_other
from web.kit.shell import page
from web.kit.views import Crumb, Field, Option
from web.kit.views.forms import field as input_field

START_IN = timedelta(days=14)
FILES = ".pdf,.jpg,.jpeg,.png"


@dataclass(frozen=True, kw_only=True)
class AcceptPage:
    title: str
    quote: str
    back: str
    key: str
    total: str
    fields: tuple[Field, ...]
    renewals: tuple[Field, ...]
    lines: tuple[str, ...]
    error: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)


def add_routes(made: Routes) -> None:
    made.get(f"{QUOTE.path}/{{id:int}}/accept", UPDATE, show)
    made.post(f"{QUOTE.path}/{{id:int}}/accept", UPDATE, save, takes_files=True)


def show(ask: Ask) -> Response:
    return _draw(ask)


def _draw(ask: Ask, error: DomainError | None = None) -> Response:
    with ask.reading() as session:
        quote: Quote = get(session, Quote, ask.id)
        view = _view(session, ask, quote, error)
    status = {Invalid: 422, Conflict: 409}.get(type(error), 200) if error else 200
    crumbs = (Crumb(text=_(QUOTE.plural), href=QUOTE.path), Crumb(text=view.quote, href=view.back))
    return page(ask, "crm/quote/accept.html", view, (*crumbs, Crumb(text=view.title)), status)


def _view(session: ActorSession, ask: Ask, quote: Quote, error: DomainError | None) -> AcceptPage:
    seen = seen_of(session, quote)
    problems: Mapping[str, str] = getattr(error, "problems", {}) if error else {}
    on = ask.typed("on") if error else clock.today().isoformat()
    start = ask.typed("starts_on") if error else (clock.today() + START_IN).isoformat()
    old = renewable(session, seen.view.account_id, clock.today()) if seen.view.account_id else []
    recurring = [line for line in seen.view.lines if line.monthly and line.months]
    return AcceptPage(
        title=_("The client accepts"), quote=quote.name, back=seen.path, key=secrets.token_urlsafe(12),
        total=texts.money(seen.view.gross), error=str(error) if error else "", problems=problems,
        fields=_fields(on, start, problems),
        renewals=tuple(_renewal(line, old, ask if error else None) for line in recurring) if old else (),
        lines=tuple(_becomes(line) for line in recurring),
    )  # fmt: skip


def _fields(on: str, start: str, problems: Mapping[str, str]) -> tuple[Field, ...]:
    wrong = {name: problems.get(name, "") for name in ("signed", "on", "starts_on")}
    return (
        input_field("signed", _("Signed file"), "file", error=wrong["signed"], accept=FILES, required=True),
        input_field("on", _("Signed on"), "date", on, error=wrong["on"], required=True),
        input_field("starts_on", _("Starts on"), "date", start, error=wrong["starts_on"], required=True),
    )


def _becomes(line: PricedLine) -> str:
    end = texts.day(last_day(clock.today() + START_IN, line.months))
    words = {"name": line.name.of(language()), "amount": texts.money(line.month_gross), "day": end}
    return _("{name}: until {day}, {amount} a month", **words)


def _renewal(line: PricedLine, old: list[Contract], ask: Ask | None) -> Field:
    """The first contract of the same product to end is the likely one."""
    likely, name = next((str(each.id) for each in old if each.product_id == line.product_id), ""), f"renews.{line.id}"
    held = ask.typed(name) if ask else likely
    options = tuple(
        Option(value=str(each.id), text=f"{each.name} · {texts.day(each.ends_on)}", selected=str(each.id) == held)
        for each in old
    )
    label = _("{name} renews", name=line.name.of(language()))
    return input_field(name, label, "choice", held, options=options)


def save(ask: Ask) -> Response:
    upload = ask.file("signed")
    try:
        if upload is None:
            sentence = _("Attach the signed file.")
            raise Invalid(sentence, {"signed": sentence})
        name, content = upload.filename or "", upload.file.read()
        path = once(ask.actor, ask.typed("key"), ask.pairs(), lambda session: _save(session, ask, name, content))
    except NotFound:
        raise
    except DomainError as error:
        return _draw(ask, error)
    return see_other(path, flash=f"quote-accepted:{ask.id}")


def _save(session: ActorSession, ask: Ask, name: str, content: bytes) -> str:
    quote = changeable(session, ask.id)
    renews = {
        int(key.removeprefix("renews.")): old
        for key in ask.form if key.startswith("renews.") and key.removeprefix("renews.").isdecimal()
        and (old := number_of(ask.typed(key))) is not None
    }  # fmt: skip
    for old in renews.values():
        get(session, Contract, old)
    accept(
        session, quote, on=_day(ask, "on"), starts_on=_day(ask, "starts_on"), name=name, content=content, renews=renews
    )
    return f"{QUOTE.path}/{quote.id}"


def _day(ask: Ask, name: str) -> date:
    try:
        if not ask.typed(name):
            raise Invalid(_("Please fill in “{field}”.", field=_("Signed on") if name == "on" else _("Starts on")))
        found: date = KINDS["date"].read(ask.typed(name))
    except Invalid as error:
        raise Invalid(str(error), {name: str(error)}) from error
    return found
