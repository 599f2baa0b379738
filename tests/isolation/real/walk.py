"""What one person is answered, and the search of it for marks of rows that the oracle keeps from them."""

import re
import secrets
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from core.access import Actor
from core.actors import actor_for
from core.db import kernel_session
from core.passwords import token_digest
from core.people import Visit
from tests.client import Client
from tests.isolation.real import marks
from tests.isolation.real.asking import Person
from tests.isolation.real.rows import World
from web.kit.requests import PUBLIC, SIGNED_IN, Spec

LINK = re.compile(r'(?:href|src|action|hx-get)="(/[^"#]+)')
PLAIN = {"Accept-Encoding": "identity"}
# As a part of a page an error is small: without the shell, which stands around it on every page.
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


@dataclass
class Walk:
    """What one person was answered."""

    world: World
    name: str
    client: Client
    bad: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    opened: set[str] = field(default_factory=set)
    pages: list[str] = field(default_factory=list)
    linked: str = ""

    @cached_property
    def me(self) -> Person:
        return Person(self.world, self.world.users[self.name])

    @cached_property
    def actor(self) -> Actor:
        return actor_for(self.name)

    def is_shut_out(self, spec: Spec) -> bool:
        """Whether the route itself is closed to the person, whatever record its address names."""
        if self.actor.profile.is_outside and not spec.is_open_outside:
            return True
        return spec.policy not in (PUBLIC, SIGNED_IN) and not self.actor.may(spec.policy)

    def ask(self, method: str, path: str, route: str, *, closed: bool = False, part: bool = False) -> Any:
        answer = self.client.request(method, path, headers=PART if part else None)
        self.statuses[answer.status_code] += 1
        if answer.status_code in (200, 303):
            self.opened.add(route)
        if answer.status_code == 200:
            self.pages.append(path)
            self.linked += f"{' '.join(LINK.findall(answer.text))} " if "html" in answer.headers["content-type"] else ""
        leaks = marks.foreign(self.world, self.me, bytes(answer.content) + str(answer.headers).encode())
        self.bad += [f"{self.name} {method} {path}: {row}" for row in leaks]
        if answer.status_code >= 500 or (closed and answer.status_code not in (403, 404)):
            self.bad.append(f"{self.name} {method} {path}: status {answer.status_code}")
        return answer


def walk_of(world: World, app: Any, name: str) -> Walk:
    client = Client(app, PLAIN)
    token = secrets.token_urlsafe(8)
    with kernel_session() as session:
        session.add(Visit(user_id=world.users[name], token=token_digest(token)))
    client.cookies.update({"octant": token, "octant_lang": "en"})
    return Walk(world, name, client)
