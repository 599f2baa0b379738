"""What a timeline is read from: activities, notes and moves as rows of the same columns, for one statement of all."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Date, String, and_, cast, func, inspect, literal, null, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from core.people import User
from crm.activities import Activity, activities_of
from crm.activity_verbs import ACTIVITY
from crm.key_persons import KeyPerson
from crm.notes import Note
from crm.opportunities import Opportunity
from crm.stage_moves import StageMove
from crm.stages import STAGE, Stage
from crm.weapons import WEAPON, Weapon

MOST_PLANS = 8
MOMENT: Any = ACTIVITY.table.c.done_at.type
End = tuple[datetime, int] | None

# One row of every kind has the same columns, so that one statement reads them all.
COLUMNS: dict[str, Any] = {
    "kind": String, "id": BigInteger, "at": MOMENT, "due_on": Date, "who": String, "what": String, "more": String,
    "state": String, "mode": String, "icon": String, "weapon": String, "deal_id": BigInteger, "deal": String,
    "before": String, "after": String, "author_id": BigInteger,
}  # fmt: skip


@dataclass(frozen=True)
class Subject:
    """Whose timeline it is: conditions on the tables that tell of it."""

    account_id: int | None = None
    deal_id: int | None = None

    def has_activity(self) -> ColumnElement[bool]:
        if self.deal_id is not None:
            return col(Activity.opportunity_id) == self.deal_id
        return activities_of(self.account_id or 0)

    def has_move(self) -> ColumnElement[bool]:
        if self.deal_id is not None:
            return col(StageMove.opportunity_id) == self.deal_id
        return col(StageMove.opportunity_id).in_(self._ids(Opportunity, col(Opportunity.account_id)))

    def has_note(self) -> ColumnElement[bool]:
        """Notes on the account, and on its deals and people; of a deal its own."""
        about = {"crm.opportunity": self.deal_id} if self.deal_id is not None else {"crm.account": self.account_id}
        ways = [and_(col(Note.entity) == stem, col(Note.record_id) == key) for stem, key in about.items()]
        if self.deal_id is None:
            for stem, model in (("crm.opportunity", Opportunity), ("crm.key_person", KeyPerson)):
                ids = self._ids(model, col(model.account_id))
                ways.append(and_(col(Note.entity) == stem, col(Note.record_id).in_(ids)))
        return or_(*ways)

    def _ids(self, model: Any, account: Any) -> Any:
        return select(col(model.id)).where(account == self.account_id)


def parts(subject: Subject, end: End, limit: int) -> list[Any]:
    found = [_done(subject, end, limit), _notes(subject, end, limit), _moves(subject, end, limit)]
    return found if end else [*found, _planned(subject)]


def _columns(**given: Any) -> list[Any]:
    """All columns in their order; what a kind does not have is empty, but of the column's type."""
    return [given.get(name, cast(null(), kind)).label(name) for name, kind in COLUMNS.items()]


def _activities(subject: Subject, kind: str, at: Any) -> Any:
    weapon, deal, user = aliased(Weapon), aliased(Opportunity), aliased(User)
    columns = _columns(
        kind=literal(kind), id=col(Activity.id), at=at, due_on=col(Activity.due_on), who=col(user.name),
        what=col(Activity.subject), more=col(Activity.result), state=col(Activity.state), mode=col(Activity.kind),
        icon=col(weapon.icon), weapon=WEAPON.title_in(_table(weapon)), deal_id=col(Activity.opportunity_id),
        deal=col(deal.name), before=col(Activity.purpose), after=col(Activity.next_step),
    )  # fmt: skip
    return (
        select(*columns)
        .select_from(Activity)
        .outerjoin(weapon, col(weapon.id) == col(Activity.weapon_id))
        .outerjoin(deal, col(deal.id) == col(Activity.opportunity_id))
        .outerjoin(user, col(user.id) == col(Activity.owner_id))
        .where(subject.has_activity(), col(Activity.archived_at).is_(None))
    )


def _table(model: Any) -> Any:
    return inspect(model).selectable


def _planned(subject: Subject) -> Any:
    found = _activities(subject, "plan", cast(null(), MOMENT)).where(col(Activity.state) == "planned")
    return found.order_by(col(Activity.due_on), col(Activity.id)).limit(MOST_PLANS).subquery()


def _done(subject: Subject, end: End, limit: int) -> Any:
    """What was dropped is told at the time when it was last touched."""
    at = func.coalesce(col(Activity.done_at), col(Activity.updated_at))
    found = _activities(subject, "activity", at).where(col(Activity.state) != "planned")
    found = found.where(*is_before(at, col(Activity.id), end))
    return found.order_by(at.desc(), col(Activity.id).desc()).limit(limit).subquery()


def _notes(subject: Subject, end: End, limit: int) -> Any:
    user, at, key = aliased(User), col(Note.created_at), col(Note.id)
    columns = _columns(
        kind=literal("note"), id=key, at=at, who=col(user.name), what=col(Note.body), author_id=col(Note.author_id)
    )
    found = (
        select(*columns)
        .select_from(Note)
        .outerjoin(user, col(user.id) == col(Note.author_id))
        .where(subject.has_note(), col(Note.archived_at).is_(None), *is_before(at, key, end))
    )
    return found.order_by(at.desc(), key.desc()).limit(limit).subquery()


def _moves(subject: Subject, end: End, limit: int) -> Any:
    was, now, deal, user = aliased(Stage), aliased(Stage), aliased(Opportunity), aliased(User)
    at, key = col(StageMove.at), col(StageMove.id)
    columns = _columns(
        kind=literal("move"), id=key, at=at, who=col(user.name), more=col(StageMove.why),
        state=col(StageMove.to_state), mode=col(StageMove.from_state), deal_id=col(StageMove.opportunity_id),
        deal=col(deal.name), before=STAGE.title_in(_table(was)), after=STAGE.title_in(_table(now)),
    )  # fmt: skip
    found = (
        select(*columns)
        .select_from(StageMove)
        .outerjoin(was, col(was.id) == col(StageMove.from_stage_id))
        .join(now, col(now.id) == col(StageMove.to_stage_id))
        .join(deal, col(deal.id) == col(StageMove.opportunity_id))
        .outerjoin(user, col(user.id) == col(StageMove.by_id))
        .where(subject.has_move(), *is_before(at, key, end))
    )
    return found.order_by(at.desc(), key.desc()).limit(limit).subquery()


def is_before(at: Any, key: Any, end: End) -> list[ColumnElement[bool]]:
    return [] if end is None else [or_(at < end[0], and_(at == end[0], key < end[1]))]
