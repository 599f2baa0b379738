"""Where the rows behind a figure stand: the address of a list with the figure's own filters."""

from core.entity import Entity
from core.i18n import _
from crm.opportunity_verbs import OPPORTUNITY
from reports.executive.scope import Filters
from web.kit.requests import address
from web.kit.views import Link

PATH = "/reports/executive"


def rows_of(entity: Entity, filters: Filters) -> str:
    """The address of the list with these filters."""
    return address(entity.path, [(name, value) for name, values in filters.items() for value in values])


def deals_of(filters: Filters, number: int) -> str:
    """The address of the deals; of none there is no list."""
    return rows_of(OPPORTUNITY, filters) if number else ""


def all_of(entity: Entity, filters: Filters) -> Link:
    return Link(text=_("All"), href=rows_of(entity, filters))
