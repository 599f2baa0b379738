"""The module's own pages: the phone of staff of outside firms, and the channel manager's campaigns."""

from campaigns.pages import brief, consent_ask, field, giving, holdings, watch, ways
from web.kit.requests import Routes
from web.kit.shell import OUTSIDE_WAYS

OUTSIDE_WAYS.update(ways.WAYS)


def routes() -> Routes:
    made = Routes()
    field.add_routes(made)
    holdings.add_routes(made)
    brief.add_routes(made)
    giving.add_routes(made)
    watch.add_routes(made)
    consent_ask.add_routes(made)
    return made
