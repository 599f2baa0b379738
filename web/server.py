"""The server of `octant serve`: uvicorn with bounded requests, and the background work inside the same process.

uvicorn has no time-out for headers or bodies, and with httptools no limit on the size of headers: somebody who opens
a connection and says nothing, or a byte now and then, holds it for ever. The protocol below ends such connections.
"""

import asyncio
import sys
import threading
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from core.jobs import work_forever
from core.settings import settings

HEADER_SECONDS = 8.0
BODY_SECONDS = 10.0
BYTES_A_SECOND = 20_000
HEADER_BYTES = 32 * 1024
GRACE_SECONDS = 20
REFUSAL = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class BoundedProtocol(HttpToolsProtocol):
    """Headers within eight seconds and 32 kB; a body within ten seconds, and longer only as fast as it comes."""

    timer: asyncio.TimerHandle | None = None
    header_bytes = 0
    is_in_headers = True
    body_began = 0.0
    body_bytes = 0

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._await_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.is_in_headers:
            self.header_bytes += len(data)
            if self.timer is None:
                self._await_headers()
        super().data_received(data)
        if self.is_in_headers and self.header_bytes > HEADER_BYTES and not self.transport.is_closing():
            self.transport.write(REFUSAL)
            self.transport.close()

    def on_headers_complete(self) -> None:
        self._stop_timer()
        self.is_in_headers, self.header_bytes = False, 0
        self.body_began, self.body_bytes = self.loop.time(), 0
        self.timer = self.loop.call_later(BODY_SECONDS, self._judge_body)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self.body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._stop_timer()
        self.is_in_headers = True
        super().on_message_complete()

    def _await_headers(self) -> None:
        self._stop_timer()
        self.timer = self.loop.call_later(HEADER_SECONDS, self._end)

    def _judge_body(self) -> None:
        """A body may take its time if it comes as fast as a slow line carries; while we do not read it, we wait."""
        allowed = BODY_SECONDS + self.body_bytes / BYTES_A_SECOND
        left = self.body_began + allowed - self.loop.time()
        if self.flow.read_paused:
            self.body_began, self.body_bytes, left = self.loop.time(), 0, BODY_SECONDS
        if left <= 0:
            self._end()
        else:
            self.timer = self.loop.call_later(left, self._judge_body)

    def _end(self) -> None:
        self.timer = None
        if not self.transport.is_closing():
            self.transport.close()

    def _stop_timer(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None


class Server(uvicorn.Server):
    """Says where it listens once it does; the operator's terminal is all that reads it."""

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        if self.started:
            host = self.config.host
            shown = f"[{host}]" if ":" in host else host
            port = self.servers[0].sockets[0].getsockname()[1] if self.servers else self.config.port
            sys.stdout.write(f"Octant is ready: http://{shown}:{port}\n")
            sys.stdout.flush()


def config(app: Any, *, host: str, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        app, host=host, port=port, http=BoundedProtocol, ws="none", lifespan="on", server_header=False,
        access_log=False, log_level="warning", timeout_keep_alive=15, timeout_graceful_shutdown=GRACE_SECONDS,
    )  # fmt: skip


def serve(*, port: int, host: str = "127.0.0.1") -> None:
    """Serve until told to stop; then requests under way and jobs get a while to come to an end."""
    from web.app import create_app

    server = Server(config(create_app(), host=host, port=port))
    stop = threading.Event()
    workers = threading.Thread(target=work_forever, args=(stop, settings().workers_inline), name="workers")
    if settings().workers_inline:
        workers.start()
    try:
        server.run()
    except SystemExit:
        # uvicorn ends the process where it cannot listen; the sentence below says more.
        server.started = False
    finally:
        stop.set()
        if workers.is_alive():
            workers.join()
    if not server.started:
        sys.exit(f"Octant could not listen on {host}:{port}. Is the port taken? Try another with --port.")
