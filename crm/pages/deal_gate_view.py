"""Exit tests as a page shows them: what proves each, as a link, and what can be done about one that is not met."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from core.db import ActorSession
from core.i18n import N_, _, pick
from crm.evidence import EVIDENCE_LABELS
from crm.exit_proofs import SOURCE_LABELS
from crm.exit_tests import INSIDE, SENTENCES
from crm.opportunities import Opportunity
from crm.opportunity_verbs import OPPORTUNITY
from crm.pages.way_back import back_to
from crm.playbook.exits import Checked, Evidence
from web.kit import format as texts
from web.kit.requests import address
from web.kit.views import Link, Option

PLACES = {
    "file": "/crm/file/{}", "activity": "/crm/activity/{}", "person": "/crm/key_person/{}",
    "contract": "/crm/contract/{}", "rival": "/crm/opportunity_rival/{}", "line": "/crm/opportunity_line/{}",
    "deal": "/crm/opportunity/{}", "quote": "/crm/quote/{}",
}  # fmt: skip
SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class ShownEvidence:
    """`take_back` is the id of what was noted by hand, where the actor may take it back."""

    text: str
    href: str = ""
    about: tuple[str, ...] = ()
    take_back: int = 0


@dataclass(frozen=True, kw_only=True)
class ShownTest:
    """`more` are pieces of evidence beyond those shown. `links` say where what is missing is added, `is_inside`
    that it is proved by what is known in our own house, not by the client.
    """

    id: int
    text: str
    stage: str
    is_met: bool
    blocks: bool
    evidence: tuple[ShownEvidence, ...] = ()
    more: int = 0
    links: tuple[Link, ...] = ()
    asks_sentence: bool = False
    is_inside: bool = False
    files: tuple[Option, ...] = ()
    said: str = ""
    source: str = ""
    problem: str = ""


def shown(session: ActorSession, deal: Opportunity, each: Checked, *, may_change: bool) -> ShownTest:
    may_prove = may_change and session.actor.may("crm.exit_proof.create")
    may_take_back = may_change and session.actor.may("crm.exit_proof.update")
    made = ShownTest(
        id=each.test.id, text=each.test.text, stage=pick(each.stage.name_zh, each.stage.name_en or ""),
        is_met=each.is_met, blocks=each.test.mode == "block", is_inside=each.test.proof == INSIDE,
        evidence=tuple(shown_evidence(one, may_take_back=may_take_back) for one in each.evidence[:SHOWN]),
        more=max(len(each.evidence) - SHOWN, 0),
    )  # fmt: skip
    if each.is_met or not may_change:
        return made
    return replace(
        made, links=links(session, deal, each), asks_sentence=may_prove and each.test.proof in SENTENCES,
        files=files(each) if session.actor.may("crm.file.create") else (),
    )  # fmt: skip


def shown_evidence(one: Evidence, *, may_take_back: bool) -> ShownEvidence:
    """When and by whom, as far as that is known; of a sentence also where it is from."""
    source = _(SOURCE_LABELS[one.code]) if one.kind == "proof" and one.code in SOURCE_LABELS else ""
    kind = _(EVIDENCE_LABELS.get(one.code, one.code.replace("_", " ").capitalize())) if one.kind == "file" else ""
    known = (source or kind, texts.day_in_words(one.on) if one.on else "", one.by)
    return ShownEvidence(
        text=one.text, href=PLACES[one.kind].format(one.id) if one.kind in PLACES else "",
        about=tuple(part for part in known if part),
        take_back=one.id if may_take_back and one.kind == "proof" else 0,
    )  # fmt: skip


def files(each: Checked) -> tuple[Option, ...]:
    """The kinds of files that prove it, where a file does."""
    kinds = {"file": each.test.files or (), "contract": ("contract",)}.get(each.test.proof, ())
    return tuple(Option(value=kind, text=_(EVIDENCE_LABELS.get(kind, kind))) for kind in kinds)


def links(session: ActorSession, deal: Opportunity, each: Checked) -> tuple[Link, ...]:
    """Where the record that proves it is made, as far as the actor may make it."""
    if not deal.account_id and each.test.proof in OF_CLIENT:
        return (Link(text=_("Name the client first"), icon="building-2", href=f"{OPPORTUNITY.path}/{deal.id}/edit"),)
    return tuple(way.link(deal) for way in WAYS.get(each.test.proof, ()) if session.actor.may(way.permission))


@dataclass(frozen=True)
class Way:
    """Where a record is made: `names` are the parts of the address that take the deal's and the client's number."""

    permission: str
    text: str
    icon: str
    path: str
    names: tuple[str, ...] = ()
    kind: str = ""

    def link(self, deal: Opportunity) -> Link:
        number = str(deal.id)
        values = {"kind": self.kind, "deal": number, "opportunity": number, "account": str(deal.account_id or "")}
        pairs = [(name, values[name]) for name in self.names if values[name]]
        pairs += [back_to(deal)] if self.path.endswith("/new") else []
        return Link(text=_(self.text), icon=self.icon, href=address(self.path.format(number), pairs))


LOG = Way("crm.activity.create", N_("Log what was done"), "check", "/crm/log", ("deal",))
PLAN = Way("crm.activity.create", N_("Plan it"), "calendar-plus", "/crm/log", ("kind", "deal"), kind="plan")
PERSON = Way("crm.key_person.create", N_("Name the person"), "user-plus", "/crm/key_person/new", ("account",))
CONTRACT = Way(
    "crm.contract.create", N_("Enter the contract"), "file-signature", "/crm/contract/new", ("account", "opportunity")
)
EDIT = Way("crm.opportunity.update", N_("Fill in amount and expected close"), "pencil", "/crm/opportunity/{}/edit")
LINE = Way("crm.opportunity_line.create", N_("Add a line"), "plus", "/crm/opportunity/{}/line")
RIVAL = Way(
    "crm.opportunity_rival.create", N_("Name the rival"), "flag", "/crm/opportunity_rival/new", ("opportunity",)
)
QUOTE = Way("crm.quote.create", N_("Make a quote"), "file-text", "/crm/opportunity/{}#p-deal-quotes")
WAYS: Mapping[str, tuple[Way, ...]] = {
    "weapon": (PLAN, LOG),
    "contact": (PERSON,),
    "decider": (PERSON, LOG),
    "decision_met": (PLAN, LOG),
    "technical_met": (PLAN, LOG),
    "amount_close": (EDIT,),
    "lines": (LINE,),
    "rival": (RIVAL,),
    "price": (QUOTE,),
    "contract": (CONTRACT,),
    "renewal": (CONTRACT,),
}
OF_CLIENT = {"contact", "decider", "decision_met", "technical_met", "contract", "renewal"}
