"""The proposal of a quote on its page, in one form: the client's words, ours, and which parts are printed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup
from starlette.responses import Response

from core.db import ActorSession, get
from core.errors import Conflict, DomainError, Invalid
from core.fields import view
from core.i18n import N_, _, language
from crm.pages.quote_lines import answer, changeable
from crm.pages.quote_notes import note_of
from crm.pages.quote_seen import UPDATE, Seen, seen_of
from crm.pages.quote_top import top_part
from crm.quotes.cases import cases
from crm.quotes.clauses import clauses
from crm.quotes.kept import case_text
from crm.quotes.parts import PART_LABELS, PARTS, TEXTS
from crm.quotes.quotes import QUOTE, Quote
from web.kit.inputs import Offer, input_for, read_values
from web.kit.rendering import render_part
from web.kit.requests import Ask, Routes, html, see_other
from web.kit.views import Field

ASKED = tuple(view(column) for column in (Quote.valid_until, Quote.language))
WRITTEN = tuple(view(column) for column in (Quote.need, Quote.solution, Quote.plan))
TICKED = ("parts", "clauses", "references")
EXAMPLES = {
    "need": N_("As the client said it, for instance: “the network of our three sites is slow every afternoon”."),
    "solution": N_("What we do about it, in a few sentences."),
    "plan": N_("Survey, building, tests, hand-over: with weeks."),
}  # fmt: skip
Typed = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Tick:
    code: str
    label: str
    about: str
    is_on: bool


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of the proposal: `text` is what is written in it, `ticks` what is chosen in it, `note` what it holds."""

    code: str
    label: str
    is_on: bool
    note: str = ""
    text: str | None = None
    example: str = ""
    ticks: tuple[Tick, ...] = ()

    @property
    def chosen(self) -> int:
        return sum(tick.is_on for tick in self.ticks)


@dataclass(frozen=True, kw_only=True)
class Card:
    fields: tuple[Field, ...]
    parts: tuple[Part, ...]
    mark: str
    is_editable: bool
    error: str = ""


def add_routes(made: Routes) -> None:
    made.get(f"{QUOTE.path}/{{id:int}}/proposal", UPDATE, show)
    made.post(f"{QUOTE.path}/{{id:int}}/proposal", UPDATE, save)


def proposal_part(
    session: ActorSession, seen: Seen, *, typed: Typed | None = None, error: DomainError | None = None
) -> Markup:
    return render_part("crm/quote/proposal.html", card=card_of(session, seen, typed, error), path=seen.path)


def card_of(session: ActorSession, seen: Seen, typed: Typed | None, error: DomainError | None) -> Card:
    problems: Mapping[str, str] = getattr(error, "problems", {}) if error else {}
    held = typed if typed is not None else written(seen.quote)
    fields = tuple(input_for(each, held[each.name], Offer(), error=problems.get(each.name, "")) for each in ASKED)
    return Card(
        fields=fields if seen.is_editable else (), parts=tuple(_part(session, seen, code, held) for code in PARTS),
        mark=typed["mark"] if typed is not None else mark_of(seen.quote), is_editable=seen.is_editable,
        error=str(error) if error else "",
    )  # fmt: skip


def written(quote: Quote) -> dict[str, str]:
    held = {each.name: each.write(getattr(quote, each.name)) for each in (*ASKED, *WRITTEN)}
    return held | {name: ",".join(getattr(quote, name)) for name in TICKED}


def mark_of(quote: Quote) -> str:
    """Of what the form holds: another mark says that somebody else has saved it."""
    return hashlib.sha256(json.dumps(written(quote), sort_keys=True).encode()).hexdigest()[:20]


def _part(session: ActorSession, seen: Seen, code: str, held: Typed) -> Part:
    ticks, is_editable = held.get(code, "").split(","), seen.is_editable
    made: tuple[Tick, ...] = ()
    if code == "references":
        made = _references(session, ticks) if is_editable else _named(seen)
    elif code == "clauses":
        made = _clauses(session, ticks) if is_editable else _agreed(seen)
    return Part(
        code=code, label=_(PART_LABELS[code]), is_on=code in held["parts"].split(","), note=note_of(seen, code),
        text=held[code] if code in TEXTS else None, example=_(EXAMPLES[code]) if code in EXAMPLES else "", ticks=made,
    )  # fmt: skip


def _references(session: ActorSession, chosen: list[str]) -> tuple[Tick, ...]:
    found = ((each, case_text(each)) for each in cases(session))
    return tuple(
        Tick(code=row.code, label=case.name.of(language()), about=case.story.of(language()), is_on=row.code in chosen)
        for row, case in found
    )


def _named(seen: Seen) -> tuple[Tick, ...]:
    told = seen.view.references
    lang = language()
    return tuple(Tick(code=c.code, label=c.name.of(lang), about=c.story.of(lang), is_on=True) for c in told)


def _clauses(session: ActorSession, chosen: list[str]) -> tuple[Tick, ...]:
    is_en = language() == "en"
    return tuple(
        Tick(
            code=each.code, label=(is_en and each.name_en) or each.name_zh,
            about=(is_en and each.text_en) or each.text_zh, is_on=each.code in chosen,
        )
        for each in clauses(session)
    )  # fmt: skip


def _agreed(seen: Seen) -> tuple[Tick, ...]:
    lang = language()
    return tuple(
        Tick(code=c.code, label=c.title.of(lang), about=c.text.of(lang), is_on=True) for c in seen.view.clauses
    )


# --- saving ---------------------------------------------------------------------------------------------------


def show(ask: Ask) -> Response:
    with ask.reading() as session:
        seen = seen_of(session, get(session, Quote, ask.id))
        return answer(ask, seen, proposal_part(session, seen))


def save(ask: Ask) -> Response:
    typed = typed_in(ask)
    try:
        with ask.writing() as session:
            fill(session, changeable(session, ask.id), typed)
    except (Invalid, Conflict) as error:
        with ask.reading() as session:
            seen = seen_of(session, get(session, Quote, ask.id))
            status = 409 if isinstance(error, Conflict) else 422
            return answer(ask, seen, proposal_part(session, seen, typed=typed, error=error), status)
    if not ask.is_fragment:
        return see_other(f"{QUOTE.path}/{ask.id}#p-quote-proposal", flash="saved")
    with ask.reading() as session:
        seen = seen_of(session, get(session, Quote, ask.id))
        changed = render_part("crm/quote/changed.html", top=top_part(session, seen))
        return html(proposal_part(session, seen) + changed)


def typed_in(ask: Ask) -> dict[str, str]:
    return {name: ask.typed(name) for name in ("mark", *(each.name for each in (*ASKED, *WRITTEN)), *TICKED)}


def fill(session: ActorSession, quote: Quote, typed: Typed) -> None:
    """Take over what was typed. Raises Conflict where somebody else has saved other words meanwhile."""
    if quote.settled:
        raise Conflict(quote.settled)
    if typed["mark"] != mark_of(quote):
        raise Conflict(_("Somebody else saved this record while you were working on it."))
    for name, value in read_values(session, (*ASKED, *WRITTEN), typed).items():
        if value is not None or name not in ("valid_until", "language"):
            setattr(quote, name, value)
    for name in TICKED:
        setattr(quote, name, [code for code in typed[name].split(",") if code])
    if not quote.parts:
        raise Invalid(_("Tick at least one part of the proposal."))
    if strange := {*quote.references} - {each.code for each in cases(session)}:
        raise Invalid(_("“{code}” is no client that may be named.", code=min(strange)))
    QUOTE.complete(session, quote)
    session.flush()
