"""Key persons of an account: post, level, part in the purchase, how they stand to us, and what they agreed to."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, inspect, or_, select
from sqlmodel import col

from core import clock
from core.access import via
from core.entity import Entity, Section
from core.errors import Invalid
from core.fields import choice, day, flag, long_text, number, phone, ref, text
from core.i18n import N_, _
from core.record import Record
from crm.accounts import Account
from crm.limits import keep_within
from crm.natures import FUNCTION_LABELS, FUNCTIONS, LEVEL_LABELS, LEVELS, Nature
from crm.tables import codes

ROLES = ("initiator", "decider", "designer", "evaluator", "user", "coach")
MOST_PEOPLE = 60
ROLE_LABELS = {"decider": "Decision maker", "user": "End user"}
SOURCES = ("met", "call", "colleague", "client", "papers", "guess")
SOURCE_LABELS = {
    "met": "Met in person", "call": "By phone or message", "colleague": "A colleague told",
    "client": "Others at the client told", "papers": "Papers and news", "guess": "A guess",
}  # fmt: skip
# How somebody stands to us: what a judgement is about, and what grows old without contact.
STAND = ("support", "relation", "influence")


class KeyPerson(Record, table=True):
    """`is_official` follows the client's nature and the post until somebody corrects it and says why.

    Support, relation and influence are one judgement, of a day and from a source; earlier ones are in the journal.
    """

    __tablename__ = "crm_key_person"
    __table_args__ = (CheckConstraint("influence BETWEEN 1 AND 5", name="influence"),)
    account_id: int = ref("crm_account.id", required=True)
    name: str = text(80, required=True, label="Full name")
    name_en: str | None = text(80, label="Full name (English)")
    post: str | None = text(80)
    level: str | None = choice(*LEVELS, label="Post level", labels=LEVEL_LABELS)
    function: str | None = choice(*FUNCTIONS, labels=FUNCTION_LABELS)
    reports_to_id: int | None = ref("crm_key_person.id", label="Reports to")
    roles: list[str] = codes(*ROLES, label="Parts in the purchase", labels=ROLE_LABELS)
    relation: str | None = choice("outsider", "supplier", "friend", "partner")
    support: str = choice(
        "exclusive",
        "supportive",
        "neutral",
        "unknown",
        "opposed",
        "with_rival",
        default="unknown",
        labels={"exclusive": "Exclusive support", "with_rival": "With a rival"},
    )
    influence: int | None = number()
    judged_on: date | None = day(label="Judged on")
    judged_from: str | None = choice(*SOURCES, label="Source of the judgement", labels=SOURCE_LABELS)
    mobile: str | None = phone(guard="phone")
    phone: str | None = phone(guard="phone")
    email: str | None = text(200, guard="all")
    preferred_channel: str | None = choice("visit", "call", "message", "mail", labels={"mail": "E-mail"})
    interests: str | None = long_text(500, label="Interests at work")
    consent: str = choice("unknown", "given", "refused", "withdrawn", default="unknown", label="Consent to contact")
    consent_basis: str | None = choice(
        "consent", "business_card", "contract", "public_source", labels={"consent": "Spoken or written consent"}
    )
    consent_on: date | None = day(label="Consent noted on")
    is_official: bool = flag(label="Public official")
    official_reason: str | None = text(200, label="Reason for the correction")
    left_on: date | None = day(label="Left the client on")
    went_to: str | None = text(200, label="Went to")


def complete(session: Any, person: KeyPerson) -> None:
    problems = _consent_problems(person)
    if strange := set(person.roles or []) - {*ROLES}:
        problems["roles"] = _("There is no part “{code}” in a purchase.", code=sorted(strange)[0])
    _forget_superior(session, person)
    problems |= _superior_problems(session, person) | _judgement_problems(person)
    if problems:
        raise Invalid(next(iter(problems.values())), problems)
    keep_within(person, influence=(1, 5))
    _date_judgement(person)
    _settle_official(session, person)


def _consent_problems(person: KeyPerson) -> dict[str, str]:
    if person.consent == "given" and not (person.consent_basis and person.consent_on):
        return {"consent_basis": _("Consent needs its basis and the day on which it was noted.")}
    return {}


def _judgement_problems(person: KeyPerson) -> dict[str, str]:
    if person.judged_on and person.judged_on > clock.today():
        return {"judged_on": _("This day is still to come.")}
    return {}


def _date_judgement(person: KeyPerson) -> None:
    """Whoever says how somebody stands, and no day, says it of today."""
    state = inspect(person).attrs
    is_judged = person.support not in (None, "unknown") or person.relation or person.influence
    if not is_judged or (state.judged_on.history.has_changes() and person.judged_on):
        return
    if person.judged_on is None or any(state[name].history.has_changes() for name in STAND):
        person.judged_on = clock.today()


def _forget_superior(session: Any, person: KeyPerson) -> None:
    """Who went to another client reports to nobody of the old one."""
    state = inspect(person)
    if state.persistent and state.attrs.account_id.history.has_changes() and person.reports_to_id:
        superior = session.get(KeyPerson, person.reports_to_id)
        if superior is None or superior.account_id != person.account_id:
            person.reports_to_id = None


def _superior_problems(session: Any, person: KeyPerson) -> dict[str, str]:
    """A superior is somebody else at the same client, and not one's own report."""
    if person.reports_to_id is None or not inspect(person).attrs.reports_to_id.history.has_changes():
        return {}
    superior = session.get(KeyPerson, person.reports_to_id)
    if (
        superior is None
        or superior.account_id != person.account_id
        or person.id in (superior.id, superior.reports_to_id)
    ):
        return {"reports_to_id": _("Choose another person of the same client.")}
    return {}


def _settle_official(session: Any, person: KeyPerson) -> None:
    """Without a reason the flag follows the default; a value set against the default by hand asks for one."""
    if person.official_reason:
        return
    expected = official_by_default(session, person)
    was_set = inspect(person).attrs.is_official.history.has_changes() and (
        inspect(person).persistent or person.is_official
    )
    if was_set and bool(person.is_official) != expected:
        sentence = _("Say why this differs from what the client’s nature and the post suggest.")
        raise Invalid(sentence, {"official_reason": sentence})
    person.is_official = expected


def official_by_default(session: Any, person: KeyPerson) -> bool:
    """公职人员 after the client's nature and the post: managers of state enterprises, schools and hospitals too."""
    if not person.level and not person.function:
        return False
    nature = _nature_of(session, person.account_id)
    return nature is not None and nature.makes_official(level=person.level, function=person.function)


def _nature_of(session: Any, account_id: int) -> Nature | None:
    """Kept in the session: an import asks for the same accounts again and again."""
    kept: dict[int, Nature | None] = session.info.setdefault("crm.natures", {})
    if account_id not in kept:
        statement = select(Nature).join(Account, col(Account.nature_id) == col(Nature.id))
        kept[account_id] = session.scalar(statement.where(col(Account.id) == account_id))
    return kept[account_id]


def people_of(session: Any, account_id: int) -> tuple[KeyPerson, ...]:
    """Who is there now, from the top down, read once per session."""
    kept: dict[int, tuple[KeyPerson, ...]] = session.info.setdefault("crm.people", {})
    if account_id not in kept:
        here = select(KeyPerson).where(
            col(KeyPerson.account_id) == account_id,
            col(KeyPerson.archived_at).is_(None),
            or_(col(KeyPerson.left_on).is_(None), col(KeyPerson.left_on) > clock.today()),
        )
        found = session.scalars(here.order_by(col(KeyPerson.name), col(KeyPerson.id)).limit(MOST_PEOPLE))
        kept[account_id] = tuple(sorted(found, key=lambda person: -_height(person)))
    return kept[account_id]


def _height(person: KeyPerson) -> int:
    return LEVELS.index(person.level) if person.level in LEVELS else -1


KEY_PERSON = Entity(
    stem="crm.key_person",
    model=KeyPerson,
    label=N_("Key person"),
    plural=N_("Key persons"),
    rule=via("account_id", "crm_account"),
    key=(KeyPerson.name, KeyPerson.account_id),
    columns=(
        KeyPerson.name,
        KeyPerson.account_id,
        KeyPerson.post,
        KeyPerson.level,
        KeyPerson.function,
        KeyPerson.relation,
        KeyPerson.support,
        KeyPerson.mobile,
    ),
    form=(
        Section(
            N_("Person"),
            (
                KeyPerson.account_id,
                KeyPerson.name,
                KeyPerson.name_en,
                KeyPerson.post,
                KeyPerson.level,
                KeyPerson.function,
                KeyPerson.reports_to_id,
                KeyPerson.left_on,
                KeyPerson.went_to,
            ),
        ),
        Section(
            N_("Stand"),
            (
                KeyPerson.roles,
                KeyPerson.relation,
                KeyPerson.support,
                KeyPerson.influence,
                KeyPerson.judged_on,
                KeyPerson.judged_from,
                KeyPerson.interests,
            ),
        ),
        Section(N_("Contact"), (KeyPerson.mobile, KeyPerson.phone, KeyPerson.email, KeyPerson.preferred_channel)),
        Section(
            N_("Duties"),
            (
                KeyPerson.consent,
                KeyPerson.consent_basis,
                KeyPerson.consent_on,
                KeyPerson.is_official,
                KeyPerson.official_reason,
            ),
        ),
    ),
    search=(KeyPerson.name, KeyPerson.name_en, KeyPerson.post, KeyPerson.mobile, KeyPerson.account_id),
    facets=(KeyPerson.level, KeyPerson.function, KeyPerson.relation, KeyPerson.support, KeyPerson.is_official),
    order=KeyPerson.name,
    complete=complete,
)
