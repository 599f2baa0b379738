"""The server ends connections that keep it waiting, and serves everybody else meanwhile."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.web.world import World
from web import server as served

SHORT = 0.4


@pytest.fixture
def port(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The real server with the real protocol, its patience shortened."""
    monkeypatch.setattr(served, "HEADER_SECONDS", SHORT)
    monkeypatch.setattr(served, "BODY_SECONDS", SHORT)
    running = served.Server(served.config(world.app, host="127.0.0.1", port=0))
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started:
        thread.join(0.02)
    yield running.servers[0].sockets[0].getsockname()[1]
    running.should_exit = True
    thread.join(10)


@contextlib.contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        yield line


def seconds_until_closed(line: socket.socket) -> tuple[float, bytes]:
    began, heard = time.monotonic(), b""
    with contextlib.suppress(ConnectionResetError):
        while part := line.recv(65536):
            heard += part
    return time.monotonic() - began, heard


def healthy(port: int) -> bytes:
    with connected(port) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        return seconds_until_closed(line)[1]


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ", b"\r\n"])
def test_headers_that_do_not_come_end_the_connection(port: int, said: bytes) -> None:
    with connected(port) as line:
        line.sendall(said)
        waited, heard = seconds_until_closed(line)
    assert SHORT * 0.5 < waited < SHORT + 4
    assert heard == b""


def test_a_body_that_does_not_come_ends_the_connection(port: int) -> None:
    with connected(port) as line:
        line.sendall(b"POST /signin HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n"
                     b"Content-Type: application/x-www-form-urlencoded\r\n\r\nname=")  # fmt: skip
        waited, _heard = seconds_until_closed(line)
    assert SHORT * 0.5 < waited < SHORT + 4


def test_headers_without_end_are_refused(port: int) -> None:
    with connected(port) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"X-Long: " + b"a" * 60_000)
        _waited, heard = seconds_until_closed(line)
    assert heard.startswith(b"HTTP/1.1 431")


def test_two_lengths_of_one_body_are_refused(port: int) -> None:
    with connected(port) as line:
        line.sendall(b"POST /signin HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n"
                     b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n")  # fmt: skip
        _waited, heard = seconds_until_closed(line)
    assert heard.startswith(b"HTTP/1.1 400")


def test_a_hundred_silent_connections_are_ended_and_nobody_else_waits(port: int) -> None:
    with contextlib.ExitStack() as stack:
        silent = [stack.enter_context(connected(port)) for _number in range(100)]
        assert healthy(port).startswith(b"HTTP/1.1 200")
        assert all(seconds_until_closed(line)[1] == b"" for line in silent)
    assert healthy(port).startswith(b"HTTP/1.1 200")


def test_the_real_patience_is_eight_and_ten_seconds() -> None:
    assert (served.HEADER_SECONDS, served.BODY_SECONDS) == (8.0, 10.0)
