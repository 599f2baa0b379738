"""Conditions of lists: whether the decision level of a deal's client was ever met; which activities are uses."""

from sqlalchemy import ColumnElement, func, not_, select
from sqlmodel import col

from core.i18n import N_
from core.module import Case, Condition
from crm.activities import Activity
from crm.activity_links import ActivityPerson
from crm.activity_verbs import ACTIVITY
from crm.key_persons import KeyPerson
from crm.opportunity_verbs import OPPORTUNITY

DEAL = OPPORTUNITY.table


def decision_met() -> ColumnElement[bool]:
    """Over the table of deals: a done activity reached somebody of the client who stood at the decision level then."""
    level = func.coalesce(col(ActivityPerson.level), col(KeyPerson.level))
    met = (
        select(col(KeyPerson.account_id))
        .join(ActivityPerson, col(ActivityPerson.person_id) == col(KeyPerson.id))
        .join(Activity, col(Activity.id) == col(ActivityPerson.activity_id))
        .where(
            level == "decision", col(ActivityPerson.archived_at).is_(None), col(Activity.state) == "done",
            col(Activity.archived_at).is_(None),
        )
    )  # fmt: skip
    reached: ColumnElement[bool] = DEAL.c.account_id.in_(met)
    return reached


def decision_unmet() -> ColumnElement[bool]:
    """A deal without a client has met nobody."""
    return func.coalesce(not_(decision_met()), True)


def is_use() -> ColumnElement[bool]:
    has_weapon: ColumnElement[bool] = ACTIVITY.table.c.weapon_id.is_not(None)
    return has_weapon


DECISION = Condition(
    OPPORTUNITY.stem,
    "decision",
    N_("Decision level"),
    (
        Case("met", N_("Decision level met"), decision_met),
        Case("unmet", N_("Decision level never met"), decision_unmet),
    ),
)
USE = Condition(ACTIVITY.stem, "use", N_("Use of a weapon"), (Case("yes", N_("With a weapon"), is_use),))
