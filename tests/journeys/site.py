"""The product as a browser meets it: a server of its own on a copy of the demo world, and whoever is signed in."""

import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from playwright.sync_api import Browser, Page

from core.access import Actor
from tests.browser import EXPECTED, open_page
from tests.engines import in_use
from tests.soak.servers import ROOT, Server, environment, session_cookies

PASSWORD = "harbour-violet-29"
# Who may see a page is asked of these in turn: those who work with clients first, the administrator last.
USERS = ("am", "lead", "channel", "agent", "exec", "keeper", "admin")
LANGUAGES = {"zh": "zh-CN", "en": "en-US", "qps": "en-US"}
JOB_SECONDS = 120
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class Site:
    """One running server; every user signs in once, and pages and clients carry that session."""

    server: Server
    tokens: dict[str, str] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return self.server.address

    def token(self, user: str) -> str:
        if user not in self.tokens:
            self.tokens[user] = session_cookies(self.server, user, PASSWORD)["octant"]
        return self.tokens[user]

    def client(self, user: str | None, lang: str = "en") -> httpx2.Client:
        """Requests without a browser."""
        cookies = {"octant_lang": lang, **({"octant": self.token(user)} if user else {})}
        return httpx2.Client(base_url=self.address, cookies=cookies, headers=SAME_SITE, timeout=30, verify=False)

    @contextmanager
    def page(
        self, browser: Browser, user: str | None, lang: str = "zh", *, expected: tuple[str, ...] = EXPECTED, **look: Any
    ) -> Iterator[Page]:
        """A browser's page that is signed in; its console must stay silent."""
        with open_page(browser, lang=LANGUAGES[lang], expected=expected, **look) as page:
            page.context.add_cookies(self.cookies(user, lang))  # type: ignore[arg-type]
            yield page

    def cookies(self, user: str | None, lang: str) -> list[dict[str, str]]:
        pairs = {"octant_lang": lang, **({"octant": self.token(user)} if user else {})}
        return [{"name": name, "value": value, "url": self.address} for name, value in pairs.items()]

    def create(self, path: str, user: str = "am", **values: str) -> str:
        """A record made by its own form. Returns its address."""
        with self.client(user) as client:
            key = re.search(r'name="key" value="([^"]+)"', client.get(f"{path}/new").text)
            answer = client.post(f"{path}/new", data={**values, "key": key[1] if key else ""})
        assert answer.status_code == 303, answer.text[-3000:]
        return answer.headers["location"]

    def job(self, path: str, user: str = "am", **values: str) -> str:
        """Work asked for by a post, and done. Returns the address of its page."""
        with self.client(user) as client:
            answer = client.post(path, data=values)
            assert answer.status_code == 303, answer.text[-3000:]
            page, deadline = answer.headers["location"], time.monotonic() + JOB_SECONDS
            while (state := job_state(client.get(page).text)) in ("waiting", "running"):
                assert time.monotonic() < deadline, f"{page} is still {state}"
                threading.Event().wait(0.1)
        assert state == "done", f"{page} is {state}"
        return page

    def octant(self, *arguments: str) -> Any:
        """What a command of the same database prints."""
        return json.loads(octant(*arguments, "--json", url=self.server.url, data=self.server.data))

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """The product's own code in this process, on the same database."""
        with in_use(self.server.url, self.server.data):
            yield


def listed(faults: list[str]) -> str:
    """Faults one a line, as a failing test says them."""
    return "\n" + "\n".join(faults)


def octant(*arguments: str, url: str, data: Path, **more: str) -> str:
    """Run one command on a database and give back what it printed."""
    command = [sys.executable, "-m", "core", *arguments]
    done = subprocess.run(
        command, env={**environment(url, data), **more}, cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def job_state(html: str) -> str:
    found = re.search(r'class="card job (\w+)"', html)
    return found[1] if found else "nowhere"
