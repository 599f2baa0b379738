"""Hand-overs: an account, and those contacts that were ticked, to a firm, for a purpose and until a day."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, inspect, select
from sqlmodel import Field, col

from core import clock
from core.access import via
from core.db import get
from core.entity import Entity, Section, Verb
from core.errors import Invalid
from core.fields import day, flag, instant, ref, text
from core.i18n import N_, _
from core.record import Record
from crm.key_persons import KeyPerson
from crm.tables import live_unique


class Handover(Record, table=True):
    """In force until its day ends or it is revoked. Contacts are clear only once the client has accepted.

    `batch_id` is the dispatch of a campaign that made it.
    """

    __tablename__ = "agents_handover"
    __table_args__ = (live_unique("uq_agents_handover", "account_id", "firm_id", "until"),)
    account_id: int = ref("crm_account.id", required=True)
    firm_id: int = ref("agents_firm.id", required=True)
    purpose: str = text(200, required=True)
    until: date = day(required=True)
    shares_contracts: bool = flag(label="Contracts too")
    shares_tenders: bool = flag(label="Tenders too")
    accepted_at: datetime | None = instant(status=True)
    accepted_by_id: int | None = ref("core_user.id", label="Acceptance noted by", status=True)
    revoked_at: datetime | None = instant(status=True)
    revoked_by_id: int | None = ref("core_user.id", label="Revoked by", status=True)
    batch_id: int | None = Field(default=None, sa_type=BigInteger, index=True)

    def is_in_force(self, on: date) -> bool:
        return self.revoked_at is None and self.archived_at is None and self.until >= on


class HandoverPerson(Record, table=True):
    """A contact that was ticked for this hand-over; the others stay hidden."""

    __tablename__ = "agents_handover_person"
    __table_args__ = (live_unique("uq_agents_handover_person", "handover_id", "person_id"),)
    handover_id: int = ref("agents_handover.id", required=True)
    person_id: int = ref("crm_key_person.id", required=True, label="Key person")


def accept(session: Any, handover: Handover) -> None:
    """Note that the client agreed: from now on the firm sees the ticked contacts clear."""
    if handover.accepted_at is not None:
        raise Invalid(_("The client has accepted already."))
    _demand_in_force(handover)
    handover.accepted_at, handover.accepted_by_id = clock.now(), session.actor.user_id


def revoke(session: Any, handover: Handover) -> None:
    _demand_in_force(handover)
    handover.revoked_at, handover.revoked_by_id = clock.now(), session.actor.user_id


def _demand_in_force(handover: Handover) -> None:
    if not handover.is_in_force(clock.today()):
        raise Invalid(_("This hand-over is no longer in force."))


def tick_person(session: Any, handover: Handover, *, person_id: int) -> None:
    person = get(session, KeyPerson, person_id)
    if person.account_id != handover.account_id:
        sentence = _("This person belongs to another account.")
        raise Invalid(sentence, {"person_id": sentence})
    if _tick(session, handover, person_id) is None:
        session.add(HandoverPerson(handover_id=handover.id, person_id=person_id))


def untick_person(session: Any, handover: Handover, *, person_id: int) -> None:
    tick = _tick(session, handover, person_id)
    if tick is None:
        raise Invalid(_("This person is not ticked."))
    session.delete(tick)


def _tick(session: Any, handover: Handover, person_id: int) -> HandoverPerson | None:
    found: HandoverPerson | None = session.scalar(
        select(HandoverPerson).where(
            col(HandoverPerson.handover_id) == handover.id,
            col(HandoverPerson.person_id) == person_id,
            col(HandoverPerson.archived_at).is_(None),
        )
    )
    return found


def complete(_session: Any, handover: Handover) -> None:
    if inspect(handover).attrs.until.history.has_changes() and handover.until < clock.today():
        sentence = _("Choose a day to come.")
        raise Invalid(sentence, {"until": sentence})


def _is_in_force(handover: Handover) -> bool:
    return handover.is_in_force(clock.today())


HANDOVER = Entity(
    stem="agents.handover",
    model=Handover,
    label=N_("Hand-over"),
    plural=N_("Hand-overs"),
    rule=via("account_id", "crm_account"),
    key=(Handover.account_id, Handover.firm_id, Handover.until),
    title=Handover.purpose,
    columns=(
        Handover.purpose,
        Handover.account_id,
        Handover.firm_id,
        Handover.until,
        Handover.accepted_at,
        Handover.revoked_at,
    ),
    form=(
        Section(N_("Hand-over"), (Handover.account_id, Handover.firm_id, Handover.purpose, Handover.until)),
        Section(N_("Shared"), (Handover.shares_contracts, Handover.shares_tenders)),
    ),
    search=(Handover.purpose, Handover.account_id, Handover.firm_id),
    facets=(Handover.firm_id,),
    order=Handover.until,
    verbs=(
        Verb("accept", N_("Client has accepted"), accept, offered=lambda h: _is_in_force(h) and h.accepted_at is None),
        Verb(
            "tick_person",
            N_("Share a contact"),
            tick_person,
            (HandoverPerson.person_id,),
            _is_in_force,
            icon="user-plus",
        ),
        Verb(
            "untick_person",
            N_("Stop sharing a contact"),
            untick_person,
            (HandoverPerson.person_id,),
            _is_in_force,
            icon="user-minus",
        ),
        Verb("revoke", N_("Revoke"), revoke, offered=_is_in_force, icon="ban", tone="danger"),
    ),
    complete=complete,
)
