"""The sheet before a move: what is not proved yet, where it is added, and the way on. Without scripts it is a page."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy.exc import IntegrityError
from starlette.responses import Response

from core import clock
from core.db import ActorSession, get
from core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from core.history import history, may
from core.i18n import N_, _, pick
from core.once import once
from crm.exit_gate import examined, may_override
from crm.exit_proofs import EXIT_PROOF, SOURCE_LABELS, SOURCES, ExitProof
from crm.exit_tests import INSIDE, ExitTest
from crm.files import attach
from crm.opportunities import Opportunity
from crm.opportunity_verbs import OPPORTUNITY
from crm.pages.deal_gate_ask import Wanted, go, target, wanted_at, wanted_in, way
from crm.pages.deal_gate_view import ShownTest, shown
from crm.stages import Stage
from web.kit.requests import Ask, Routes, number_of, see_other
from web.kit.shell import FLASHES, fragment, page
from web.kit.views import Crumb, Option

FLASHES.update({"proof-noted": N_("Noted as proved."), "proof-back": N_("The proof is taken back.")})
PATH = f"{OPPORTUNITY.path}/{{id:int}}"


@dataclass(frozen=True, kw_only=True)
class GatePage:
    """`at` is the gate's own address, which its forms carry; `has_changed` says that what lies below is out of date."""

    title: str
    deal: str
    back: str
    at: str
    path: str
    stood: str
    key: str
    tests: tuple[ShownTest, ...]
    sources: tuple[Option, ...]
    go_text: str = ""
    lacking: int = 0
    blocking: int = 0
    may_pass: bool = False
    override: str = ""
    error: str = ""
    has_changed: bool = False


@dataclass(frozen=True)
class Refusal:
    """What was refused, and what was typed: at a test, or at the way on."""

    text: str
    typed: Mapping[str, str]
    status: int
    test: int = 0


def add_routes(made: Routes) -> None:
    made.get(f"{PATH}/gate", OPPORTUNITY.permission("read"), show)
    made.post(f"{PATH}/gate", OPPORTUNITY.permission("update"), pass_on)
    made.post(f"{PATH}/proof", EXIT_PROOF.permission("create"), note)
    made.post(f"{PATH}/proof/file", "crm.file.create", add_file, takes_files=True)
    made.post(f"{PATH}/proof/{{proof:int}}/take-back", EXIT_PROOF.permission("update"), take_back)


def show(ask: Ask) -> Response:
    return draw(ask, wanted_in(ask.query))


def draw(ask: Ask, wanted: Wanted, refusal: Refusal | None = None, *, has_changed: bool = False) -> Response:
    with ask.reading() as session:
        made = replace(page_of(session, get(session, Opportunity, ask.id), wanted, refusal), has_changed=has_changed)
    status = refusal.status if refusal else 200
    if ask.is_fragment:
        return fragment("crm/opportunity/gate_part.html", made, status)
    crumbs = (
        Crumb(text=_(OPPORTUNITY.plural), href=OPPORTUNITY.path), Crumb(text=made.deal, href=made.path),
        Crumb(text=_("Exit tests")),
    )  # fmt: skip
    return page(ask, "crm/opportunity/gate.html", made, crumbs, status)


def page_of(session: ActorSession, deal: Opportunity, wanted: Wanted, refusal: Refusal | None) -> GatePage:
    may_change = deal.archived_at is None and may(session, OPPORTUNITY, deal.id, "update")
    to = target(session, deal, wanted) if may_change else None
    found = examined(session, deal, way(session, deal, wanted, to))
    path = f"{OPPORTUNITY.path}/{deal.id}"
    lacking, blocking = (sum(1 for each in found if not each.is_met), sum(1 for each in found if each.blocks))
    made = GatePage(
        title=title(to, wanted), deal=deal.name, path=path, back=wanted.next or path, at=wanted.at(f"{path}/gate"),
        stood=str(deal.stage_id), key=secrets.token_urlsafe(12),
        tests=tuple(shown(session, deal, each, may_change=may_change) for each in found),
        sources=tuple(Option(value=code, text=_(SOURCE_LABELS[code])) for code in SOURCES),
        go_text=going(wanted, to, lacking) if may_change and wanted.moves else "", lacking=lacking, blocking=blocking,
        may_pass=bool(blocking) and may_change and may_override(session, deal),
    )  # fmt: skip
    return refused(made, refusal) if refusal else made


def title(to: Stage | None, wanted: Wanted) -> str:
    if to is None:
        return _("Before this deal is won") if wanted.act == "win" else _("What it takes to go on")
    return _("Before “{stage}”", stage=pick(to.name_zh, to.name_en or ""))


def going(wanted: Wanted, to: Stage | None, lacking: int) -> str:
    if lacking:
        return _("Move on all the same")
    return _("Move on to “{stage}”", stage=pick(to.name_zh, to.name_en or "")) if to else _("Mark as won")


def refused(made: GatePage, refusal: Refusal) -> GatePage:
    """The words stand where they were typed."""
    typed = refusal.typed
    if not refusal.test:
        return replace(made, error=refusal.text, override=typed.get("override", ""))
    return replace(made, tests=tuple(
        replace(test, said=typed.get("said", ""), source=typed.get("source", ""), problem=refusal.text)
        if test.id == refusal.test else test for test in made.tests
    ))  # fmt: skip


# --- the way on -----------------------------------------------------------------------------------------------


def pass_on(ask: Ask) -> Response:
    wanted, typed = wanted_at(ask.typed("at")), {"override": ask.typed("override").strip()}
    undo: list[str] = []
    try:
        once(ask.actor, ask.typed("key"), ask.pairs(), lambda session: _pass_on(session, ask, wanted, undo))
    except (Invalid, Conflict, Forbidden) as error:
        return draw(ask, wanted, Refusal(str(error), typed, status_of(error)))
    return see_other(wanted.next or f"{OPPORTUNITY.path}/{ask.id}", flash=":".join(["moved", *undo]))


def _pass_on(session: ActorSession, ask: Ask, wanted: Wanted, undo: list[str]) -> str:
    deal = changeable(session, ask.id)
    if ask.typed("from") not in ("", str(deal.stage_id)):
        raise Conflict(_("Somebody moved this meanwhile. Look again where it stands now."))
    if not wanted.moves:
        raise Invalid(_("Choose a value from the list."))
    session.info["verb"] = "move"
    go(session, deal, wanted, override=ask.typed("override") if "override" in ask.form else None)
    session.flush()
    last = next(iter(history(session, OPPORTUNITY, deal.id, limit=1)), None)
    undo += [OPPORTUNITY.stem, str(deal.id), str(last.id)] if last and last.verb == "move" else []
    return f"{OPPORTUNITY.path}/{deal.id}"


def changeable(session: ActorSession, deal_id: int) -> Opportunity:
    deal: Opportunity = get(session, Opportunity, deal_id)
    if not may(session, OPPORTUNITY, deal_id, "update"):
        raise Forbidden(_("You may see this record, but not change it."))
    if deal.archived_at is not None:
        raise Conflict(_("This is not possible any more: the record was changed meanwhile."))
    return deal


def status_of(error: DomainError) -> int:
    return {Conflict: 409, Forbidden: 403}.get(type(error), 422)


# --- proofs ---------------------------------------------------------------------------------------------------


def note(ask: Ask) -> Response:
    """What the client said or wrote, with its source; or what proves it inside the house."""
    typed = {"said": ask.typed("said").strip(), "source": ask.typed("source")}
    return proved(ask, typed, lambda session: _note(session, ask, typed))


def _note(session: ActorSession, ask: Ask, typed: Mapping[str, str]) -> str:
    deal, test = changeable(session, ask.id), test_of(session, ask)
    is_inside = test.proof == INSIDE
    if not typed["said"]:
        said, known = _("Write in a sentence what the client said or wrote."), _("Write in a sentence what proves it.")
        raise Invalid(known if is_inside else said)
    source = "inside" if is_inside else typed["source"]
    if source not in SOURCES:
        raise Invalid(_("Choose where it is from."))
    proof = ExitProof(opportunity_id=deal.id, test_id=test.id, said=typed["said"][:300], source=source)
    EXIT_PROOF.complete(session, proof)
    session.add(proof)
    return f"{OPPORTUNITY.path}/{deal.id}"


def add_file(ask: Ask) -> Response:
    upload = ask.file("file")
    content = upload.file.read() if upload is not None else b""
    name = (upload.filename or "") if upload is not None else ""
    return proved(ask, {"source": ask.typed("kind")}, lambda session: _add_file(session, ask, name, content))


def _add_file(session: ActorSession, ask: Ask, name: str, content: bytes) -> str:
    deal, test = changeable(session, ask.id), test_of(session, ask)
    kind = ask.typed("kind")
    if kind not in (("contract",) if test.proof == "contract" else test.files or ()):
        raise Invalid(_("Choose what the file is."))
    if not name:
        raise Invalid(_("Choose a file."))
    attach(session, OPPORTUNITY.stem, deal.id, name=name, content=content, evidence=kind)
    return f"{OPPORTUNITY.path}/{deal.id}"


def proved(ask: Ask, typed: Mapping[str, str], write: Callable[[ActorSession], str]) -> Response:
    """Back to the sheet, where the test is met now; a refusal keeps what was typed. Of two at once one is kept."""
    wanted = wanted_at(ask.typed("at"))
    try:
        once(ask.actor, ask.typed("key"), ask.pairs(), write)
    except IntegrityError:
        text = _("Somebody noted a proof of this meanwhile.")
        return draw(ask, wanted, Refusal(text, typed, 409, number_of(ask.typed("test")) or 0))
    except (Invalid, Conflict) as error:
        return draw(ask, wanted, Refusal(str(error), typed, status_of(error), number_of(ask.typed("test")) or 0))
    return answered(ask, wanted, "proof-noted")


def test_of(session: ActorSession, ask: Ask) -> ExitTest:
    test = session.get(ExitTest, number_of(ask.typed("test")) or 0)
    if test is None or test.archived_at is not None:
        raise NotFound(_("There is no such record, or it is not yours to see."))
    return test


def take_back(ask: Ask) -> Response:
    """The proof is archived: the journal keeps who noted it, and who took it back."""
    with ask.writing() as session:
        changeable(session, ask.id)
        proof = get(session, ExitProof, ask.number("proof"))
        if proof.opportunity_id != ask.id:
            raise NotFound(_("There is no such record, or it is not yours to see."))
        session.info["verb"] = "archive"
        proof.archived_at = proof.archived_at or clock.now()
    return answered(ask, wanted_at(ask.typed("at")), "proof-back")


def answered(ask: Ask, wanted: Wanted, flash: str) -> Response:
    if ask.is_fragment:
        return draw(ask, wanted, has_changed=True)
    return see_other(wanted.at(f"{OPPORTUNITY.path}/{ask.id}/gate"), flash=flash)
