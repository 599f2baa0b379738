"""The way back: a form that is opened from a deal's page leads back to it, saved or not."""

from crm.key_persons import KEY_PERSON
from crm.opportunities import Opportunity
from crm.opportunity_verbs import OPPORTUNITY
from web.kit.requests import BACK, address


def back_to(deal: Opportunity) -> tuple[str, str]:
    """A pair of the form's address."""
    return BACK, f"{OPPORTUNITY.path}/{deal.id}"


def add_person(deal: Opportunity, level: str = "", function: str = "") -> str:
    """Where somebody of the client is added, in a seat that is empty."""
    seat = [(name, value) for name, value in (("level", level), ("function", function)) if value]
    return address(f"{KEY_PERSON.path}/new", [("account", str(deal.account_id)), *seat, back_to(deal)])
