"""What can be done with a commitment: requested within the locks, approved, spent, closed, released, in this order."""

from datetime import date
from typing import Any

from sqlalchemy import inspect

from core import clock
from core.access import owned, via
from core.entity import Entity, Section, Verb
from core.errors import Forbidden, Invalid
from core.i18n import N_, _
from crm.activities import Activity
from crm.activity_links import accounts_of
from crm.ceilings import BOUND
from crm.commitments import Commitment, commitments_of, has_receipt
from crm.key_persons import KeyPerson
from crm.limits import COUNT, keep_within
from crm.playbook.locks import blocked
from crm.playbook.reading import situation_of
from crm.tables import base36
from crm.weapons import Weapon


def complete(session: Any, commitment: Commitment) -> None:
    """Fill in what follows from the use and the person, and refuse what the playbook's locks forbid."""
    _demand_no_file(session, commitment)
    keep_within(commitment, amount=(1, COUNT[1]))
    commitment.code = commitment.code or f"C{base36(commitment.id)}"
    activity, person = session.get(Activity, commitment.activity_id), session.get(KeyPerson, commitment.person_id)
    if activity is None or person is None or person.account_id not in accounts_of(session, activity):
        sentence = _("Choose a person of a client with whom the activity is.")
        raise Invalid(sentence, {"person_id": sentence})
    weapon = session.get(Weapon, activity.weapon_id or 0)
    if weapon is None or weapon.compliance not in BOUND:
        sentence = _("Only gifts, business activities and trips are asked for in this way.")
        raise Invalid(sentence, {"activity_id": sentence})
    commitment.account_id, commitment.opportunity_id = person.account_id, activity.opportunity_id
    commitment.compliance, commitment.client_class = weapon.compliance, "official" if person.is_official else "any"
    if commitment.owner_id is None:
        commitment.owner_id = session.actor.user_id
    if not inspect(commitment).persistent:
        _demand_open(session, weapon, person, activity, commitment.occurs_on)


def _demand_no_file(session: Any, commitment: Commitment) -> None:
    """A file's rows pass the bulk door, where no ceiling counts them; its plan is made in a session that only reads."""
    is_file = session.info.get("origin") == "import" or not session.info["writes"]
    if is_file and any(attribute.history.has_changes() for attribute in inspect(commitment).attrs):
        raise Invalid(_("These are asked for one by one, not by a file."))


def demand_open(session: Any, commitment: Commitment) -> None:
    """The locks once more, on the day on which it took place, or today where that is still to come."""
    activity, person = session.get(Activity, commitment.activity_id), session.get(KeyPerson, commitment.person_id)
    weapon = session.get(Weapon, activity.weapon_id or 0) if activity else None
    if activity and person and weapon:
        _demand_open(session, weapon, person, activity, min(commitment.occurs_on, clock.today()))


def _demand_open(session: Any, weapon: Weapon, person: KeyPerson, activity: Activity, on: date) -> None:
    situation = situation_of(session, person.account_id, deal_id=activity.opportunity_id, activity_id=activity.id)
    if refusal := blocked(weapon, [person], situation, on):
        raise Invalid(refusal.sentence, {"person_id": refusal.sentence})


# --- its course -----------------------------------------------------------------------------------------------


def spend(session: Any, commitment: Commitment, *, amount: int | None = None) -> None:
    """It was given or paid: what was approved, or less; and no lock has come in between."""
    demand_open(session, commitment)
    commitment.state = "spent"
    commitment.amount = commitment.amount if amount is None else amount


def close(session: Any, commitment: Commitment) -> None:
    """The bill or the list of receipts hangs on the activity."""
    if not has_receipt(session, commitment):
        raise Invalid(_("Attach the bill or the receipt list to the activity first."))
    commitment.state = "closed"


def release(session: Any, commitment: Commitment) -> None:
    """Not wanted after all: the ceiling has room again. With its last share a use is not approved any more."""
    commitment.state = "released"
    activity = session.get(Activity, commitment.activity_id)
    shares = commitments_of(session, commitment.activity_id)
    if activity is not None and activity.approval == "approved" and all(each.state == "released" for each in shares):
        activity.approval = "none"


def release_of(session: Any, activity_id: int) -> None:
    """Of a use that is dropped: what was not spent yet."""
    for commitment in commitments_of(session, activity_id):
        if commitment.state in ("requested", "approved"):
            release(session, commitment)


def take_back(_session: Any, commitment: Commitment) -> None:
    """Undo the last step: what was closed is spent, what was spent is approved with all that was asked for."""
    before = {"closed": "spent", "spent": "approved"}[commitment.state]
    commitment.state = before
    if before == "approved":
        commitment.amount = commitment.asked or commitment.amount


# Approval, and release by a refusal, are written by the kernel when the request is answered.
COURSE = {
    (None, "requested"), ("requested", "released"), ("approved", "released"), ("approved", "spent"),
    ("spent", "closed"), ("spent", "approved"), ("closed", "spent"),
}  # fmt: skip
SETTLED = ("activity_id", "person_id", "occurs_on", "supplier", "purpose")


def demand_course(session: Any, commitment: Commitment) -> None:
    """States follow each other in one order, whatever way a change comes; approval comes by the request alone."""
    is_new, state = not inspect(commitment).persistent, inspect(commitment).attrs.state.history
    before = state.deleted[0] if state.deleted else None
    if commitment.state == "approved" and before in (None, "requested") and state.has_changes():
        raise Forbidden(_("A request is approved by its approval, in no other way."))
    if (is_new or state.has_changes()) and (before, commitment.state) not in COURSE:
        raise Invalid(_("This step does not follow from where the request stands."))
    _demand_unasked(session, commitment, is_new=is_new)
    if (before, commitment.state) == ("spent", "approved") and state.has_changes() and has_receipt(session, commitment):
        raise Invalid(_("Its receipt is on file, so it was spent. It is not given back any more."))
    if commitment.state != "requested" and commitment.asked is not None and commitment.amount > commitment.asked:
        raise Invalid(_("It is more than was approved. Ask for the rest anew."), {"amount": _("More than approved")})
    if not is_new and commitment.archived_at and commitment.state in ("spent", "closed"):
        raise Invalid(_("What was spent stays in the register."))


def _demand_unasked(session: Any, commitment: Commitment, *, is_new: bool) -> None:
    """What superiors answer, or have answered, stays what they saw."""
    activity = session.get(Activity, commitment.activity_id)
    approval = activity.approval if activity else "none"
    changed = {each.key for each in inspect(commitment).attrs if each.history.has_changes()}
    is_waiting = approval == "asked" and (is_new or changed & {*SETTLED, "amount", "state", "archived_at"})
    is_amount_alone = "amount" in changed and "state" not in changed and commitment.state != "requested"
    if is_waiting or is_amount_alone or (approval == "approved" and (is_new or changed & {*SETTLED})):
        raise Invalid(_("This is asked for already and stays as it was asked. Take the request back, or ask anew."))


def _in_state(*states: str) -> Any:
    return lambda commitment: commitment.state in states


COMMITMENT = Entity(
    stem="crm.commitment",
    model=Commitment,
    label=N_("Gift or hospitality"),
    plural=N_("Gifts and hospitality"),
    rule=owned(also=via("account_id", "crm_account")),
    key=(Commitment.code,),
    title=Commitment.code,
    columns=(
        Commitment.code,
        Commitment.occurs_on,
        Commitment.compliance,
        Commitment.account_id,
        Commitment.person_id,
        Commitment.amount,
        Commitment.state,
        Commitment.owner_id,
    ),
    form=(
        Section(
            N_("Request"),
            (
                Commitment.activity_id,
                Commitment.person_id,
                Commitment.occurs_on,
                Commitment.amount,
                Commitment.supplier,
                Commitment.purpose,
            ),
        ),
    ),
    search=(Commitment.code, Commitment.account_id, Commitment.person_id, Commitment.supplier),
    facets=(Commitment.state, Commitment.compliance, Commitment.owner_id),
    sums=(Commitment.amount,),
    order=Commitment.occurs_on,
    verbs=(
        Verb("spend", N_("Mark as spent"), spend, (Commitment.amount,), _in_state("approved"), icon="wallet"),
        Verb("close", N_("Close with the receipt"), close, (), _in_state("spent"), icon="receipt", tone="ok"),
        Verb("take_back", N_("Undo the last step"), take_back, (), _in_state("spent", "closed"), icon="undo-2"),
        Verb("release", N_("Take back"), release, (), _in_state("requested", "approved"), icon="circle-x"),
    ),
    complete=complete,
)
