"""What agents add to an account's page: to which firms it is handed over, and until when."""

from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from agents.firms import Firm
from agents.handovers import Handover, HandoverPerson
from core import clock
from core.module import Panel
from web.kit.rendering import render

ROWS = 5


def handovers_of_account(session: Any, account: Any) -> str:
    """Those in force first, then the newest that ended; or nothing."""
    is_over = (col(Handover.revoked_at).is_not(None)) | (col(Handover.until) < clock.today())
    ticks = (
        select(func.count())
        .where(col(HandoverPerson.handover_id) == col(Handover.id), col(HandoverPerson.archived_at).is_(None))
        .select_from(HandoverPerson)
        .scalar_subquery()
    )
    statement = (
        select(Handover, col(Firm.name), ticks)
        .join(Firm, col(Firm.id) == col(Handover.firm_id))
        .where(col(Handover.account_id) == account.id, col(Handover.archived_at).is_(None))
        .order_by(is_over, col(Handover.id).desc())
        .limit(ROWS)
    )
    rows = [(handover, firm, people) for handover, firm, people in session.execute(statement)]
    return render("agents/account_handovers.html", rows=rows, today=clock.today()) if rows else ""


HANDOVERS = Panel("crm.account", handovers_of_account, "agents.handover.read", place="side", order=30)
