"""Quotes: what is offered to the client of a deal, in versions. What was asked, approved or sent does not change."""

from datetime import date, timedelta
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, inspect, select
from sqlmodel import Field, col

from core import clock
from core.access import via
from core.entity import Entity, Section, Verb
from core.errors import Conflict, Invalid
from core.fields import choice, day, flag, long_text, money, rate, ref, text
from core.i18n import N_, _
from core.record import Record
from crm.quotes.clauses import clauses
from crm.quotes.parts import PART_LABELS, PARTS, in_order
from crm.tables import base36, codes, derived_text, live_index, live_unique

STATES = ("draft", "asked", "approved", "sent", "accepted", "refused", "expired", "replaced")
STATE_LABELS = {
    "asked": "Waits for approval", "approved": "Ready to send", "accepted": "Agreed by the client",
    "refused": "Refused by the client",
}  # fmt: skip
OPEN = ("draft", "asked", "approved", "sent")
VALID_DAYS = 30
MOST = 60


class Quote(Record, table=True):
    """One version of a quote. The versions of a quote share its `code`; the older ones are replaced.

    Amounts are those of the lines, with tax; `discount` is that of the whole. `priced_on` is the day of its VAT rates
    and floor prices. `kept` holds clauses, reference clients and logo as they were when it was issued.
    """

    __tablename__ = "crm_quote"
    takes_files: ClassVar[bool] = False
    __table_args__ = (
        live_unique("uq_crm_quote_version", "code", "version_no"),
        live_index("ix_crm_quote_state", "state", "valid_until", "id"),
        CheckConstraint("version_no > 0", name="version_no"),
    )
    code: str = derived_text(40, label="Number")
    version_no: int = Field(default=1, sa_column_kwargs={"info": {"kind": "number", "label": "Version"}})
    name: str = derived_text(60)
    opportunity_id: int = ref("crm_opportunity.id", required=True)
    state: str = choice(*STATES, default="draft", status=True, labels=STATE_LABELS)
    valid_until: date | None = day(label="Valid until")
    priced_on: date | None = day(label="Prices of")
    language: str = choice("zh", "en", default="zh", labels={"zh": "In Chinese", "en": "In English"})
    need: str | None = long_text(label="The need, in the client’s words")
    solution: str | None = long_text()
    plan: str | None = long_text()
    clauses: list[str] = codes(label="Clauses")
    parts: list[str] = codes(*PARTS, label="Parts of the proposal", labels=PART_LABELS)
    references: list[str] = codes(label="Reference clients")
    kept: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    net: int | None = money(label="Amount before tax")
    tax: int | None = money(label="Tax")
    gross: int | None = money(label="Total including tax")
    discount: int | None = rate()
    needs_tax_desk: bool = flag(label="Needs the tax desk")
    by_id: int | None = ref("core_user.id", label="Made by")
    sent_on: date | None = day(label="Sent on", status=True)
    accepted_on: date | None = day(label="Accepted on", status=True)
    refused_on: date | None = day(label="Refused on", status=True)
    reason_id: int | None = ref("crm_reason.id", label="Reason", status=True)
    refused_why: str | None = text(200, label="What the client said", status=True)
    signed_file_id: int | None = ref("crm_file.id", label="Signed file", status=True)

    @property
    def settled(self) -> str:
        return "" if self.state == "draft" else _(SETTLED)


# What the form and the proposal of a draft write.
WORDS = (
    "opportunity_id", "valid_until", "language", "need", "solution", "plan", "clauses", "parts", "references",
)  # fmt: skip
SETTLED = N_("This version does not change any more. Make a new version of the quote.")


def complete(session: Any, quote: Quote) -> None:
    _demand_draft(quote)
    quote.code = quote.code or f"Q-{base36(quote.id)}"
    quote.version_no = quote.version_no or 1
    quote.name = f"{quote.code} V{quote.version_no}"
    quote.priced_on = quote.priced_on or clock.today()
    quote.valid_until = quote.valid_until or quote.priced_on + timedelta(days=VALID_DAYS)
    quote.by_id = quote.by_id or session.actor.user_id
    quote.parts = in_order(quote.parts) or [*PARTS]
    if quote.valid_until < quote.priced_on:
        sentence = _("It would be over before the day of its prices.")
        raise Invalid(sentence, {"valid_until": sentence})
    if strange := set(quote.clauses) - {each.code for each in clauses(session)}:
        sentence = _("There is no clause “{code}”.", code=min(strange))
        raise Invalid(sentence, {"clauses": sentence})


def _demand_draft(quote: Quote) -> None:
    """A form says so in a sentence; `keeping` holds it whatever way a change comes."""
    if quote.state == "draft" or not inspect(quote).persistent:
        return
    if any(inspect(quote).attrs[name].history.has_changes() for name in WORDS):
        raise Invalid(quote.settled)


def send(_session: Any, quote: Quote) -> None:
    if quote.valid_until and quote.valid_until < clock.today():
        raise Conflict(_("This quote is not valid any more. Make a new version of it."))
    quote.state, quote.sent_on = "sent", clock.today()


def refuse(_session: Any, quote: Quote, *, reason_id: int | None = None, refused_why: str | None = None) -> None:
    quote.state, quote.refused_on = "refused", clock.today()
    quote.reason_id, quote.refused_why = reason_id, refused_why


def take_back(_session: Any, quote: Quote) -> None:
    """One step back: a refusal, having sent it, or having made it ready."""
    if quote.state == "refused":
        quote.state, quote.refused_on, quote.reason_id, quote.refused_why = "sent", None, None, None
    elif quote.state == "sent":
        quote.state, quote.sent_on = "approved", None
    else:
        quote.state = "draft"


def quotes_of(session: Any, deal_id: int) -> list[Quote]:
    """The deal's quotes, the newest first. Read once in a session for reading."""
    kept: dict[int, list[Quote]] = session.info.setdefault("crm.quotes", {})
    if deal_id not in kept or session.info["writes"]:
        live = select(Quote).where(col(Quote.opportunity_id) == deal_id, col(Quote.archived_at).is_(None))
        kept[deal_id] = list(session.scalars(live.order_by(col(Quote.id).desc()).limit(MOST)))
    return kept[deal_id]


QUOTE = Entity(
    stem="crm.quote",
    model=Quote,
    label=N_("Quote"),
    plural=N_("Quotes"),
    rule=via("opportunity_id", "crm_opportunity"),
    key=(Quote.code, Quote.version_no),
    columns=(
        Quote.name,
        Quote.opportunity_id,
        Quote.state,
        Quote.gross,
        Quote.discount,
        Quote.valid_until,
        Quote.by_id,
    ),
    form=(Section(N_("Quote"), (Quote.opportunity_id, Quote.valid_until, Quote.language)),),
    search=(Quote.name, Quote.opportunity_id),
    facets=(Quote.state, Quote.by_id, Quote.needs_tax_desk),
    sums=(Quote.gross,),
    order=Quote.valid_until,
    verbs=(
        Verb("send", N_("Mark as sent"), send, (), lambda quote: quote.state == "approved", icon="send", tone="pri"),
        Verb(
            "refuse",
            N_("The client refuses"),
            refuse,
            (Quote.reason_id, Quote.refused_why),
            lambda quote: quote.state == "sent",
            icon="circle-x",
        ),
        Verb(
            "take_back",
            N_("Undo the last step"),
            take_back,
            (),
            lambda quote: quote.state in ("approved", "sent", "refused"),
            icon="undo-2",
        ),
    ),
    complete=complete,
)
