"""Somebody signed in, without following what a post answers."""

import html
import re
import secrets
from typing import Any

from sqlmodel import col, select

from core.db import kernel_session
from core.passwords import token_digest
from core.people import User, Visit
from tests.client import Client
from tests.web.world import the_app

FRAGMENT = {"HX-Request": "true"}


class Browser:
    def __init__(self, name: str, lang: str = "en") -> None:
        token = secrets.token_urlsafe(12)
        with kernel_session() as session:
            user = session.exec(select(User.id).where(col(User.username) == name)).one()
            session.add(Visit(user_id=user, token=token_digest(token)))
        self.client = Client(the_app())
        self.client.cookies.update({"octant": token, "octant_lang": lang})

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers=headers)

    def post(self, path: str, *, is_fragment: bool = False, **typed: str) -> Any:
        return self.client.post(path, data=typed, headers=FRAGMENT if is_fragment else {})

    def post_named(self, path: str, typed: dict[str, str], *, is_fragment: bool = False) -> Any:
        """Names that are no Python words."""
        return self.client.post(path, data=typed, headers=FRAGMENT if is_fragment else {})


def text_of(page: str) -> str:
    """What is read on a page, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def part(page: str, id: str) -> str:
    """The element with this id, up to the next section."""
    found = re.search(rf'<section[^>]* id="{id}".*?</section>', page, re.DOTALL)
    assert found, f"there is no #{id}"
    return found[0]
