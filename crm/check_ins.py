"""Checking in at a visit: a coarse place and the time, only from who has consented, and nothing in between.

Where somebody was is sensitive personal data. So the place is rounded before it is stored, there is no row without a
consent in force, and the consent ends the moment it is taken back.
"""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, or_, select
from sqlmodel import Field, col

from core import clock
from core.errors import Conflict, Forbidden, Invalid
from core.fields import day, number, ref, text
from core.i18n import _
from core.record import Record
from crm.tables import live_unique

# Hundredths of a degree: a little more than a kilometre from north to south.
STEP = 100


class LocationConsent(Record, table=True):
    """One person's agreement that check-ins keep a place."""

    __tablename__ = "crm_location_consent"
    __table_args__ = (CheckConstraint("revoked_on IS NULL OR revoked_on >= given_on", name="days"),)
    user_id: int = ref("core_user.id", required=True)
    given_on: date = day(required=True, label="Given on")
    revoked_on: date | None = day(label="Taken back on")


class CheckIn(Record, table=True):
    """`latitude` and `longitude` are hundredths of a degree; `planned_at` is when the visit was to begin.

    The place is in no journal, so that it is gone when it is emptied: after `keep_places_days`, or with the consent.
    """

    __tablename__ = "crm_check_in"
    __table_args__ = (live_unique("uq_crm_check_in", "activity_id", "user_id"),)
    activity_id: int = ref("crm_activity.id", required=True)
    user_id: int = ref("core_user.id", required=True)
    at: datetime = Field(default_factory=clock.now)
    planned_at: datetime | None = None
    place: str | None = text(80, unwritten=True)
    latitude: int | None = number(unwritten=True)
    longitude: int | None = number(unwritten=True)

    @property
    def delay(self) -> timedelta | None:
        """How long after the planned time; negative where it was earlier."""
        return self.at - self.planned_at if self.planned_at else None


def give_consent(session: Any) -> LocationConsent:
    found = consent(session)
    if found is None:
        found = LocationConsent(user_id=session.actor.user_id, given_on=clock.today())
        session.add(found)
        session.flush()
    return found


def revoke_consent(session: Any) -> None:
    """From now on no place is kept, and those that are kept are emptied."""
    found = consent(session)
    if found is not None:
        found.revoked_on = clock.today()
        for each in session.scalars(select(CheckIn).where(*_mine(session), _has_place())):
            forget_place(each)
        session.flush()


def forget_place(there: CheckIn) -> None:
    there.place = there.latitude = there.longitude = None


def _mine(session: Any) -> tuple[Any, ...]:
    return col(CheckIn.user_id) == session.actor.user_id, col(CheckIn.archived_at).is_(None)


def _has_place() -> Any:
    return or_(col(CheckIn.place).is_not(None), col(CheckIn.latitude).is_not(None))


def my_check_ins(session: Any, limit: int) -> list[CheckIn]:
    """The actor's own, the newest first."""
    own = select(CheckIn).where(*_mine(session))
    return list(session.scalars(own.order_by(col(CheckIn.at).desc(), col(CheckIn.id)).limit(limit)))


def check_ins_of(session: Any, activity_id: int) -> list[CheckIn]:
    own = select(CheckIn).where(col(CheckIn.activity_id) == activity_id, col(CheckIn.archived_at).is_(None))
    return list(session.scalars(own.order_by(col(CheckIn.at))))


def consent(session: Any) -> LocationConsent | None:
    """The actor's own agreement, where one is in force."""
    own = select(LocationConsent).where(
        col(LocationConsent.user_id) == session.actor.user_id,
        col(LocationConsent.revoked_on).is_(None),
        col(LocationConsent.archived_at).is_(None),
    )
    found: LocationConsent | None = session.scalar(own.order_by(col(LocationConsent.id)).limit(1))
    return found


def check_in(
    session: Any, activity: Any, *, place: str | None = None, at_place: tuple[float, float] | None = None
) -> CheckIn:
    """Note that the actor is there now. `at_place` is latitude and longitude; only the rounded place is kept.

    Raises Forbidden without consent, Invalid for what is no place on earth.
    """
    if consent(session) is None:
        raise Forbidden(
            _("A check-in keeps a place only with your consent. You may give it, and take it back, any day.")
        )
    if any(each.user_id == session.actor.user_id for each in check_ins_of(session, activity.id)):
        raise Conflict(_("You are checked in at this visit already."))
    latitude, longitude = coarse(*at_place) if at_place else (None, None)
    made = CheckIn(
        activity_id=activity.id, user_id=session.actor.user_id, planned_at=activity.starts_at,
        place=place, latitude=latitude, longitude=longitude,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def coarse(latitude: float, longitude: float) -> tuple[int, int]:
    """The place in hundredths of a degree. Raises Invalid outside the globe, and for what is no number."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Invalid(_("This is no place on earth."))
    return round(latitude * STEP), round(longitude * STEP)
