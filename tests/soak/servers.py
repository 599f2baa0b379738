"""A real server process that a test may kill, and writers that keep what was acknowledged."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from uuid import uuid4

import httpx2

ROOT = Path(__file__).parents[2]
READY_SECONDS = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(url: str, data: Path) -> dict[str, str]:
    return {**os.environ, "OCTANT_DATABASE_URL": url, "OCTANT_DATA_DIR": str(data)}


@dataclass
class Server:
    """The process, by its own id; nothing else is ever ended."""

    url: str
    data: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "core", "serve", "--port", str(self.port)], env=environment(self.url, self.data),
            cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + READY_SECONDS
        while not self.is_ready():
            assert self.process.poll() is None and time.monotonic() < deadline, "the server did not come up"
            threading.Event().wait(0.05)

    def is_ready(self) -> bool:
        probe = HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            probe.request("GET", "/healthz")
            return probe.getresponse().status == 200
        except OSError:
            return False
        finally:
            probe.close()

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait(30)


@contextmanager
def serving(url: str, data: Path) -> Iterator[Server]:
    server = Server(url, data)
    server.start()
    try:
        yield server
    finally:
        if server.process is not None and server.process.poll() is None:
            server.stop()


def session_cookies(server: Server, name: str, password: str) -> dict[str, str]:
    """Sign in once; what the browser would keep."""
    with visiting(server, {}) as client:
        answer = client.post("/signin", data={"name": name, "password": password})
        assert answer.status_code == 303, answer.text[:500]
        return dict(client.cookies)


@contextmanager
def visiting(server: Server, cookies: dict[str, str]) -> Iterator[httpx2.Client]:
    headers = {"Sec-Fetch-Site": "same-origin"}
    with httpx2.Client(base_url=server.address, timeout=10, headers=headers, cookies=cookies, verify=False) as client:
        yield client


@dataclass
class Writer:
    """Creates accounts one after the other. Each name is sent until it is acknowledged, always with the same key."""

    name: str
    password: str
    acknowledged: dict[str, str] = field(default_factory=dict)
    waiting: tuple[str, str] | None = None
    resent: int = 0
    cookies: dict[str, str] = field(default_factory=dict)

    def write_until(self, server: Server, stop: threading.Event) -> None:
        with visiting(server, self.cookies) as client:
            while not stop.is_set():
                if self.waiting is None:
                    self.waiting = (f"{self.name} {uuid4().hex}", uuid4().hex)
                if not self._send(client, *self.waiting):
                    return

    def settle(self, server: Server) -> None:
        """What was on its way at the last kill is sent again, with its key."""
        with visiting(server, self.cookies) as client:
            if self.waiting is not None:
                self._send(client, *self.waiting)
            assert self.waiting is None

    def _send(self, client: httpx2.Client, account: str, key: str) -> bool:
        try:
            answer = client.post("/crm/account/new", data={"name": account, "key": key})
        except httpx2.HTTPError:
            self.resent += 1
            return False
        if answer.status_code == 303:
            self.acknowledged[account] = found_id(answer.headers["location"])
            self.waiting = None
        return True


def found_id(location: str) -> str:
    found = re.search(r"/crm/account/(\d+)", location)
    assert found, location
    return found.group(1)
