"""What the parts of a change, the states and the ways of telling apart are called."""

from core.i18n import _
from reports.executive.reach import OWNER
from reports.past.ask import PRODUCT


def part(why: str) -> str:
    return {
        "new": _("New"), "restored": _("Restored"), "reopened": _("Opened again"), "taken_up": _("Taken up again"),
        "moved_in": _("Came from elsewhere"), "pulled_in": _("Pulled into the window"), "grown": _("Grown"),
        "shrunk": _("Shrunk"), "slipped_out": _("Slipped out of the window"), "moved_out": _("Went elsewhere"),
        "on_hold": _("Put on hold"), "lost": _("Lost"), "won": _("Won"), "archived": _("Archived"),
        "later": _("Put off, still open"), "earlier": _("Brought forward, still open"),
    }[why]  # fmt: skip


def state(code: str) -> str:
    known = {"open": _("Open"), "on_hold": _("On hold"), "won": _("Won"), "lost": _("Lost")}
    return known.get(code, code)


def by(code: str) -> str:
    return {
        "province": _("Province"), "city": _("City"), "county": _("County"), "grid": _("Grid"), "team": _("Team"),
        OWNER: _("Owner"), PRODUCT: _("Product"),
    }[code]  # fmt: skip


def by_title(code: str) -> str:
    return {
        "province": _("By province"), "city": _("By city"), "county": _("By county"), "grid": _("By grid"),
        "team": _("By team"), OWNER: _("By owner"), PRODUCT: _("By product"),
    }[code]  # fmt: skip


def age(low: int, high: int | None) -> str:
    if high is None:
        return _("over {n} days", n=low - 1)
    return _("{low} to {high} days", low=low, high=high - 1)


def entered(what: str) -> str:
    return {
        "entered": _("Deals that entered the stage"), "on": _("Deals that went on from the stage"),
        "won": _("Deals that were won after the stage"), "lost": _("Deals that were lost in the stage"),
    }[what]  # fmt: skip
