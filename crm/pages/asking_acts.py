"""What is done with a request after it was made: taken back, spent, closed with the receipt, and the way back."""

from collections.abc import Callable

from starlette.responses import Response

from core.approvals import acts
from core.approvals.finding import of_record
from core.db import ActorSession, get
from core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from core.fields import KINDS as FIELD_KINDS
from core.history import may
from core.i18n import N_, _
from core.once import once
from crm.activities import Activity
from crm.activity_verbs import ACTIVITY
from crm.commitment_requests import NAME, ask_for
from crm.commitment_verbs import close, release, spend, take_back
from crm.commitments import Commitment, commitments_of
from crm.evidence import EVIDENCE
from crm.files import attach
from crm.pages.asking_page import draw
from web.kit.requests import Ask, Routes, see_other
from web.kit.shell import FLASHES, UNDOS

UPDATE = "crm.commitment.update"
PATH = "/crm/asking/{id:int}"
Act = Callable[[ActorSession, Ask, Activity], None]

FLASHES.update({
    "asking-recall": N_("The request is taken back. You may ask again."), "asking-spend": N_("Noted as spent."),
    "asking-close": N_("Closed with its receipt."), "asking-release": N_("Taken back. The ceiling has room again."),
    "asking-back": N_("Taken back."), "asking-ask": N_("Asked for. You are told when it is answered."),
    "asking-file": N_("The file is attached."),
})  # fmt: skip
UNDOS.update({
    "asking-spend": "/crm/asking/{id}/back", "asking-close": "/crm/asking/{id}/back",
    "asking-ask": "/crm/asking/{id}/recall",
})  # fmt: skip


def add_routes(made: Routes) -> None:
    for name, act in ACTS.items():
        made.post(f"{PATH}/{name}", UPDATE, _doing(name, act), takes_files=name in ("close", "file"))


def _doing(name: str, act: Act) -> Callable[[Ask], Response]:
    def done(ask: Ask) -> Response:
        try:
            path = once(ask.actor, ask.typed("key"), ask.pairs(), lambda session: _do(session, ask, act))
        except NotFound:
            raise
        except DomainError as error:
            return draw(ask, error)
        return see_other(path, flash=f"asking-{name}:{ask.id}" if f"asking-{name}" in UNDOS else f"asking-{name}")

    return done


def _do(session: ActorSession, ask: Ask, act: Act) -> str:
    activity = get(session, Activity, ask.id)
    if not may(session, ACTIVITY, activity.id, "update"):
        raise Forbidden(_("You may see this record, but not change it."))
    act(session, ask, activity)
    return f"/crm/asking/{activity.id}"


def _ask(session: ActorSession, ask: Ask, activity: Activity) -> None:
    ask_for(session, activity, reason=ask.typed("purpose") or activity.purpose or "")


def _recall(session: ActorSession, ask: Ask, activity: Activity) -> None:
    last = of_record(session, ACTIVITY.stem, activity.id, kind=NAME, limit=1)
    if not last:
        raise Conflict(_("Nothing is asked for here."))
    acts.recall(session, last[0].id, reason=ask.typed("why"))


def _spend(session: ActorSession, ask: Ask, activity: Activity) -> None:
    """Each person's own amount; an empty one is what was approved. Nothing at all releases the share."""
    session.info["verb"] = "spend"
    for commitment in _in(session, activity, "approved"):
        name = f"amount-{commitment.id}"
        amount = _money(ask.typed(name), name)
        if amount == 0:
            release(session, commitment)
        else:
            _spend_one(session, commitment, amount, name)
    session.flush()


def _spend_one(session: ActorSession, commitment: Commitment, amount: int | None, name: str) -> None:
    allowed = commitment.amount
    if amount is not None and amount > allowed:
        sentence = _("It is more than was approved. Ask for the rest anew.")
        raise Invalid(sentence, {name: sentence})
    spend(session, commitment, amount=amount)


def _money(typed: str, name: str) -> int | None:
    try:
        found = FIELD_KINDS["money"].read(typed) if typed.strip() else None
    except Invalid as error:
        raise Invalid(str(error), {name: str(error)}) from error
    if found is not None and found < 0:
        raise Invalid(_("An amount is not below nothing."), {name: _("An amount is not below nothing.")})
    return found


def _close(session: ActorSession, ask: Ask, activity: Activity) -> None:
    """With the bill that comes along, or one that hangs there already."""
    upload = ask.file("file")
    if upload is not None:
        _attach(session, activity, "receipt", upload.filename or "", upload.file.read())
    session.info["verb"] = "close"
    for commitment in _in(session, activity, "spent"):
        _closed(session, commitment)
    session.flush()


def _closed(session: ActorSession, commitment: Commitment) -> None:
    try:
        close(session, commitment)
    except Invalid as error:
        raise Invalid(str(error), {"file": str(error)}) from error


def _attach(session: ActorSession, activity: Activity, evidence: str, name: str, content: bytes) -> None:
    try:
        attach(session, ACTIVITY.stem, activity.id, name=name, content=content, evidence=evidence)
    except Invalid as error:
        raise Invalid(str(error), {"file": str(error)}) from error
    session.flush()


def _file(session: ActorSession, ask: Ask, activity: Activity) -> None:
    upload, evidence = ask.file("file"), ask.typed("evidence")
    if upload is None:
        raise Invalid(_("Choose a file."), {"paper": _("Choose a file.")})
    if evidence not in EVIDENCE:
        raise Invalid(_("Choose a value from the list."), {"paper": _("Choose a value from the list.")})
    _attach(session, activity, evidence, upload.filename or "", upload.file.read())


def _release(session: ActorSession, _ask: Ask, activity: Activity) -> None:
    session.info["verb"] = "release"
    for commitment in (
        *_in(session, activity, "approved", optional=True),
        *_in(session, activity, "requested", optional=True),
    ):
        release(session, commitment)
    session.flush()


def _back(session: ActorSession, _ask: Ask, activity: Activity) -> None:
    """The last step of all that took it."""
    closed = _in(session, activity, "closed", optional=True)
    session.info["verb"] = "take_back"
    for commitment in closed or _in(session, activity, "spent"):
        take_back(session, commitment)
    session.flush()


def _in(session: ActorSession, activity: Activity, state: str, *, optional: bool = False) -> list[Commitment]:
    found = [each for each in commitments_of(session, activity.id) if each.state == state]
    if not found and not optional:
        raise Conflict(_("This is not possible any more: the record was changed meanwhile."))
    return found


ACTS: dict[str, Act] = {
    "ask": _ask, "recall": _recall, "spend": _spend, "close": _close, "release": _release, "back": _back,
    "file": _file,
}  # fmt: skip
