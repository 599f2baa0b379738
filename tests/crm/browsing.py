"""Somebody signed in, for tests that go through the URL over the small world."""

import re
import secrets
from typing import Any

from core.actors import actor_for
from core.db import kernel_session
from core.passwords import token_digest
from core.people import Visit
from tests.client import HOST, Client
from tests.web.world import the_app


def signed_in(name: str, lang: str = "en") -> Client:
    """A browser of this person's, without the costly hash of a password; it does not follow what a post answers."""
    token = secrets.token_urlsafe(32)
    with kernel_session() as session:
        session.add(Visit(user_id=actor_for(name).user_id or 0, token=token_digest(token)))
    made = Client(the_app(), {"origin": HOST})
    made.cookies.set("octant_lang", lang)
    made.cookies.set("octant", token)
    return made


def part(page: str, element_id: str) -> str:
    """The text of the page from an element on, without tags: what follows it is asked for by a claim of its own."""
    start = page.index(f'id="{element_id}"')
    return re.sub(r"<[^>]*>?", " ", page[start : start + 2500])


def flash_of(answer: Any) -> str:
    found = re.search(r'octant_flash="?([^";]+)', answer.headers.get("set-cookie", ""))
    return found[1] if found else ""
