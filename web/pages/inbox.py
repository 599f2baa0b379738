"""The inbox: what one was told of, unread first; and what of it is sent where."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from starlette.responses import Response

from core import clock
from core.carriers import ways as offered_ways
from core.db import get
from core.i18n import N_, _
from core.messages import Told, told
from core.notices import KINDS, Notice, mark_seen, mark_unseen, notices_of
from core.outbox import choice_of, choose
from core.people import User
from web.kit import format as texts
from web.kit.requests import SIGNED_IN, Ask, Routes, address, see_other
from web.kit.shell import FLASHES, UNDOS, page, way_to
from web.kit.views import Crumb, Field, FormPage, FormSection, Option, Post, field

SHOWN = 40
ICONS = {
    "mention": "at-sign", "assignment": "user-round-check", "due": "calendar-clock", "approval": "stamp",
    "job": "list-checks",
}  # fmt: skip
KIND_TEXTS = {
    "mention": N_("Somebody mentions me in a note"), "assignment": N_("Something becomes mine"),
    "due": N_("Something of mine is due"), "approval": N_("My approval is asked for"),
    "job": N_("Work that I asked for is done"),
}  # fmt: skip
WAY_TEXTS = {"mail": N_("Inbox and e-mail"), "webhook": N_("Inbox and the company’s messenger")}
FLASHES["all-read"] = N_("All are marked as read.")
UNDOS["all-read"] = "/me/inbox/unread/{id}"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One notice. Without an `href` there is nothing to open any more."""

    headline: str
    icon: str
    who: str
    title: str
    kind: str
    href: str
    when: str
    at: str
    is_unread: bool
    mark: Post | None


@dataclass(frozen=True, kw_only=True)
class Day:
    heading: str
    is_unread: bool
    items: tuple[Item, ...]


@dataclass(frozen=True, kw_only=True)
class InboxPage:
    title: str
    days: tuple[Day, ...]
    unread: int
    read_all: Post | None
    next: str


def routes() -> Routes:
    made = Routes()
    made.get("/me/inbox", SIGNED_IN, show)
    made.get("/me/inbox/{id:int}", SIGNED_IN, go)
    made.post("/me/inbox/{id:int}/read", SIGNED_IN, read_one)
    made.post("/me/inbox/read", SIGNED_IN, read_all)
    made.post("/me/inbox/unread/{id:int}", SIGNED_IN, unread_again)
    made.get("/me/notices", SIGNED_IN, show_ways)
    made.post("/me/notices", SIGNED_IN, save_ways)
    return made


def show(ask: Ask) -> Response:
    with ask.reading() as session:
        found = notices_of(session, limit=SHOWN + 1, after=place(ask.query.get("after", "")))
        items = told(session, found[:SHOWN])
    last = found[SHOWN - 1] if len(found) > SHOWN else None
    view = InboxPage(
        title=_("Inbox"), days=tuple(days(items)), unread=ask.actor.unread,
        read_all=Post(text=_("Mark all as read"), action="/me/inbox/read", icon="check-check")
        if ask.actor.unread else None,
        next=address("/me/inbox", [("after", f"{int(last.seen_at is not None)}-{last.id}")]) if last else "",
    )  # fmt: skip
    return page(ask, "inbox.html", view, (Crumb(text=view.title),))


def place(typed: str) -> tuple[bool, int] | None:
    """Where the page before ended: `0-id` among the unread, `1-id` among the others."""
    seen, _dash, last = typed.partition("-")
    return (seen == "1", int(last)) if seen in ("0", "1") and last.isdecimal() and len(last) < 19 else None


def days(items: list[Told]) -> list[Day]:
    grouped = groupby(items, key=lambda each: (each.notice.seen_at is None, clock.local(each.notice.at).date()))
    return [
        Day(heading=day_heading(day), is_unread=is_unread, items=tuple(item(each) for each in group))
        for (is_unread, day), group in grouped
    ]


def day_heading(day: date) -> str:
    today = clock.today()
    near = {today: _("Today"), today - timedelta(days=1): _("Yesterday")}
    return near.get(day) or texts.day_in_words(day)


def item(each: Told) -> Item:
    notice = each.notice
    is_unread = notice.seen_at is None
    return Item(
        headline=each.headline, icon=ICONS[notice.kind], who=each.who,
        title=each.title or _("This is no longer yours to see."), kind=each.kind if each.title else "",
        href=f"/me/inbox/{notice.id}" if each.path else "", when=texts.when(notice.at), at=texts.instant(notice.at),
        is_unread=is_unread,
        mark=Post(text=_("Mark as read"), action=f"/me/inbox/{notice.id}/read", icon="check") if is_unread else None,
    )  # fmt: skip


# --- acts -----------------------------------------------------------------------------------------------------


def go(ask: Ask) -> Response:
    """Open what a notice is about: from here and from a message. It is read then."""
    with ask.reading() as session:
        way = way_to(session, told(session, [get(session, Notice, ask.id)])[0])
    mark_seen(ask.actor, ask.id)
    return see_other(way or "/me/inbox")


def read_one(ask: Ask) -> Response:
    mark_seen(ask.actor, ask.id)
    return see_other("/me/inbox")


def read_all(ask: Ask) -> Response:
    at = mark_seen(ask.actor)
    return see_other("/me/inbox", flash=f"all-read:{microseconds(at)}")


def unread_again(ask: Ask) -> Response:
    """Take back one press of "all": those that it marked are told by their instant."""
    mark_unseen(ask.actor, moment(ask.id))
    return see_other("/me/inbox", flash="undone")


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def microseconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


def moment(number: int) -> datetime:
    return _EPOCH + timedelta(microseconds=min(number, 2**52))


# --- what is sent where ---------------------------------------------------------------------------------------


def show_ways(ask: Ask) -> Response:
    with ask.reading() as session:
        user = session.get(User, ask.actor.user_id)
    chosen = choice_of(ask.actor.user_id or 0).ways
    view = FormPage(
        title=_("Notices"), action="/me/notices", submit=_("Save"), cancel="/me/inbox",
        subtitle=_("Everything stands in the inbox. Here you choose what is sent to you as well."),
        sections=(FormSection(fields=tuple(_choice(kind, chosen.get(kind, "")) for kind in KINDS)),),
        error="" if "mail" not in chosen.values() or (user and user.email) else _no_address(),
    )  # fmt: skip
    return page(ask, "entity/form.html", view, (Crumb(text=_("Inbox"), href="/me/inbox"), Crumb(text=view.title)))


def _no_address() -> str:
    return _("No e-mail address is known of you, so no mail is sent. An administrator can add it.")


def _choice(kind: str, chosen: str) -> Field:
    options = (
        Option(value="inbox", text=_("Inbox only"), selected=not chosen),
        *(Option(value=way, text=_(WAY_TEXTS[way]), selected=way == chosen) for way in offered_ways()),
    )
    return field(kind, _(KIND_TEXTS[kind]), "choice", chosen or "inbox", options=options, required=True)


def save_ways(ask: Ask) -> Response:
    choose(ask.actor, {kind: ask.typed(kind) for kind in KINDS if ask.typed(kind) in offered_ways()})
    return see_other("/me/notices", flash="preferences")
