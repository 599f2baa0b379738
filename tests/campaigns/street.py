"""A campaign under way in the small world: tasks of two firms at clients that were handed over, and browsers."""

import io
import re
import secrets
from typing import Any

from PIL import Image
from sqlalchemy import select

from agents.firms import Firm
from agents.handovers import Handover, HandoverPerson
from campaigns.campaigns import Campaign
from campaigns.tasks import Task
from core.db import kernel_session
from core.passwords import token_digest
from core.people import User, Visit
from crm.accounts import Account
from crm.activities import Activity
from crm.key_persons import KeyPerson
from tests.client import Client
from tests.crm.test_pages import Browser
from tests.crm.world import acting, days, id_of, one, save
from tests.web.world import the_app

FIELD = "/campaigns/field"


def campaign(**values: Any) -> int:
    """Of the channel manager, running, with a rate."""
    with acting("channel") as session:
        known = id_of(session, Campaign, name="Faster lines")
        made = {"name": "Faster lines", "starts_on": days(0), "ends_on": days(60), "state": "running"}
        rate = {"rate_per_result": 50_00, "counts": ["interested", "done"], "owner_id": session.actor.user_id}
        return known or int(save(session, Campaign(**{**made, **rate, **values})).id)


def task(account: str, firm: str = "north", *, hands_over: bool = True, user: str | None = None, due: int = 0) -> int:
    made = campaign()
    with acting("channel") as session:
        client, me = id_of(session, Account, name=account), session.actor.user_id
        firm_id = id_of(session, Firm, code=firm)
        visit = save(session, Activity(subject=f"Visit {account}", account_id=client, owner_id=me, due_on=days(due)))
        values = {"firm_id": firm_id, "user_id": id_of(session, User, username=user) if user else None}
        given = save(session, Task(campaign_id=made, activity_id=visit.id, **values))
        task_id = int(given.id)
    if hands_over:
        hand_over(account, firm)
    return task_id


def hand_over(account: str, firm: str = "north") -> None:
    with acting("operator") as session:
        ids = {"account_id": id_of(session, Account, name=account), "firm_id": id_of(session, Firm, code=firm)}
        if id_of(session, Handover, **ids) is None:
            made = save(session, Handover(purpose="Offer of lines", until=days(30), **ids))
            boss = id_of(session, KeyPerson, name=f"{account} boss")
            save(session, HandoverPerson(handover_id=made.id, person_id=boss or 0))


class Phone(Browser):
    """Signed in anew each time it is asked for."""

    def __init__(self, name: str) -> None:
        token = secrets.token_urlsafe(8)
        with kernel_session() as session:
            user = session.scalars(select(User.id).where(User.username == name)).one()  # type: ignore[call-overload]
            session.add(Visit(user_id=user, token=token_digest(token)))
        self.client = Client(the_app())
        self.client.cookies.update({"octant": token, "octant_lang": "en"})


def agent(name: str = "agent_north") -> Phone:
    return Phone(name)


def key_of(html: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', html)
    assert found, "no form here"
    return found[1]


def send(browser: Browser, task_id: int, *photos: bytes, key: str = "", **typed: str) -> Any:
    path = f"{FIELD}/task/{task_id}"
    data = {"key": key or key_of(browser.get(path).text), **typed}
    files = [("photo", (f"p{n}.jpg", content, "image/jpeg")) for n, content in enumerate(photos)]
    return browser.client.post(path, data=data, files=files or None)


def photo(*, exif: bool = True) -> bytes:
    """A photo with the place where it was taken."""
    picture, kept = Image.new("RGB", (2400, 1600), "green"), io.BytesIO()
    notes = picture.getexif()
    if exif:
        notes[0x0110] = "SecretPhone"
        notes.get_ifd(0x8825)[2] = (23.0, 7.0, 45.0)
    picture.save(kept, "JPEG", exif=notes, comment=b"taken at home")
    return kept.getvalue()


def activity_of(task_id: int) -> Activity:
    with acting("operator") as session:
        found: Activity = session.scalars(
            select(Activity).join(Task, Task.activity_id == Activity.id).where(Task.id == task_id)  # type: ignore[arg-type]
        ).one()
        return found


def stored(task_id: int) -> Task:
    with acting("operator") as session:
        found: Task = one(session, Task, id=task_id)
        return found
