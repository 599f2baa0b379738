"""The module's own pages: the phone of staff of outside firms, and the channel manager's campaigns."""

from campaigns.pages import field
from web.kit.requests import Routes


def routes() -> Routes:
    made = Routes()
    field.add_routes(made)
    return made
