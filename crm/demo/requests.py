"""Plants requests for gifts, hospitality and trips at every step of their course, so that each screen shows one."""

from datetime import timedelta

from core.approvals.asking import close
from core.approvals.finding import seats_of
from core.approvals.rows import Approval
from core.people import User
from crm.accounts import Account
from crm.activities import Activity
from crm.activity_joining import add_person
from crm.activity_verbs import ACTIVITY, finish
from crm.commitment_requests import ask_for
from crm.commitment_verbs import close as close_with_receipt
from crm.commitment_verbs import spend
from crm.commitments import commitments_of
from crm.demo.planter import Planter
from crm.demo.tables import Row, fen, table
from crm.files import attach
from crm.key_persons import KeyPerson
from crm.opportunities import Opportunity
from crm.playbook.reserving import reserve

# How each ends: what superiors said, and whether it was carried out.
ENDS = {"approved": "approved", "refused": "refused", "recalled": "recalled", "spent": "approved", "closed": "approved"}
SAID = "同意，请按标准执行。"


def plant_requests(made: Planter) -> None:
    for row in table("requests"):
        _request(made, row)


def _request(made: Planter, row: Row) -> None:
    owner = made.id(User, row["owner"])
    activity = _activity(made, row, owner)
    people = [made.session.get(KeyPerson, each) for each in _people(made, row)]
    for person in people:
        add_person(made.session, activity, person_id=person.id)
    if row["paper"]:
        _attach(made, activity, row["paper"], "书面要求.txt", "请贵司安排现场核验。")
    made.flush()
    for commitment in reserve(
        made.session, activity, [(person, fen(row["yuan"])) for person in people], supplier=row["place"]
    ):
        commitment.owner_id = owner
    asked = ask_for(made.session, activity, reason=row["purpose"], by=owner)
    asked.created_at = made.at(int(row["asked"]), "09:40") if int(row["asked"]) < 0 else made.now
    if row["end"] in ENDS:
        _answer(made, asked, row)
    if row["spent"]:
        _carry_out(made, activity, row)
    made.flush()


def _activity(made: Planter, row: Row, owner: int) -> Activity:
    activity = Activity(
        subject=f"{row['purpose']}：{'、'.join(row['persons'].split())}", kind="meeting",
        weapon_id=made.ref("weapon", row["weapon"]), account_id=made.id(Account, row["account"]),
        opportunity_id=made.id(Opportunity, row["deal"]), due_on=made.sure(int(row["day"])), purpose=row["purpose"],
        owner_id=owner,
    )  # fmt: skip
    ACTIVITY.complete(made.session, activity)
    made.session.add(activity)
    made.flush()
    return activity


def _people(made: Planter, row: Row) -> list[int]:
    return [made.ids[KeyPerson, f"{row['account']} {name}"] for name in row["persons"].split()]


def _answer(made: Planter, asked: Approval, row: Row) -> None:
    """Each superior in turn, a day after it was asked."""
    end, seats = ENDS[row["end"]], seats_of(made.session, [asked.id])
    asked.ended_why = row["why"]
    for seat in seats if end != "recalled" else ():
        seat.state, seat.answered_by_id, seat.at = end, seat.user_id, asked.created_at + timedelta(days=1)
        seat.comment = row["why"] or SAID
    close(made.session, asked, seats, end)
    asked.closed_at = asked.created_at + timedelta(days=1)


def _carry_out(made: Planter, activity: Activity, row: Row) -> None:
    made.session.refresh(activity)
    finish(made.session, activity, result="按计划完成。", done_at=made.at(int(row["day"]), "12:30"))
    shares = commitments_of(made.session, activity.id)
    for share in shares:
        spend(made.session, share, amount=fen(row["spent"]))
    activity.cost = sum(share.amount for share in shares)
    made.flush()
    if row["end"] != "closed":
        return
    _attach(made, activity, "receipt", "票据.txt", "票据与签收单扫描件。")
    made.flush()
    for share in shares:
        close_with_receipt(made.session, share)


def _attach(made: Planter, activity: Activity, evidence: str, name: str, text: str) -> None:
    attach(made.session, ACTIVITY.stem, activity.id, name=name, content=text.encode(), evidence=evidence)
