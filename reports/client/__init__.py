"""One client on a page, for whoever goes there: figures, people, deals, contracts, and what is not sold yet."""

from reports.client.gather import gather as gather
from reports.client.paper import draw as draw
