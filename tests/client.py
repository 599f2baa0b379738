"""A browser without a screen: it asks the application in this process, and each question crosses threads once.

Starlette's own client starts an event loop and a thread for each request, and wakes it eight times; a suite that asks
tens of thousands of pages waits for that longer than for the pages.
"""

import asyncio
import threading
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import unquote

import httpx2

HOST = "http://127.0.0.1"


class Client(httpx2.Client):
    """Of one app, with cookies of its own. It follows no redirect: where one leads is for the test to say."""

    def __init__(self, app: Any, headers: Mapping[str, str] | None = None, base_url: str = HOST) -> None:
        given = {"user-agent": "tests", **(headers or {})}
        super().__init__(transport=InProcess(app), base_url=base_url, headers=given, follow_redirects=False)


class InProcess(httpx2.BaseTransport):
    def __init__(self, app: Any) -> None:
        self.app = app

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        return asyncio.run_coroutine_threadsafe(answer(self.app, request), loop()).result()


async def answer(app: Any, request: httpx2.Request) -> httpx2.Response:
    """The whole response: what the app sends, joined. A defect in the app is raised here."""
    told, done = iter([{"type": "http.request", "body": request.content}]), asyncio.Event()
    started: dict[str, Any] = {}
    body: list[bytes] = []

    async def receive() -> dict[str, Any]:
        """The request; then nothing until all is sent, as of a browser that waits."""
        for message in told:
            return message
        await done.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            started.update(message)
        elif message["type"] == "http.response.body":
            body.append(bytes(message.get("body", b"")))
            if not message.get("more_body"):
                done.set()

    await app(scope_of(request), receive, send)
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in started["headers"]]
    content = b"" if request.method == "HEAD" else b"".join(body)
    return httpx2.Response(started["status"], headers=headers, stream=httpx2.ByteStream(content), request=request)


def scope_of(request: httpx2.Request) -> dict[str, Any]:
    url = request.url
    return {
        "type": "http", "http_version": "1.1", "method": request.method, "path": unquote(url.path), "root_path": "",
        "raw_path": url.raw_path.split(b"?", 1)[0], "query_string": url.query, "scheme": url.scheme,
        "headers": [(name.lower().encode(), value.encode()) for name, value in request.headers.multi_items()],
        "client": ("testclient", 50000), "server": (url.host, url.port or 80), "state": {}, "extensions": {},
    }  # fmt: skip


@cache
def loop() -> asyncio.AbstractEventLoop:
    """One for all clients, on a thread that ends with this process."""
    made = asyncio.new_event_loop()
    threading.Thread(target=_run, args=(made,), name="the app's loop", daemon=True).start()
    return made


def _run(made: asyncio.AbstractEventLoop) -> None:
    """Until a task that never ends: the app's worker threads live as long as it does."""
    asyncio.set_event_loop(made)
    made.run_until_complete(made.create_future())
