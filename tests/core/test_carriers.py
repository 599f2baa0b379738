"""The ways on which a notice leaves the product: by mail, to a webhook, or into the log where no server is set."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest

from core import carriers
from core.carriers import ConsoleMail, Message, NotCarried, SmtpMail, Webhook, signature
from core.settings import settings

MESSAGE = Message("lan", "lan@example.com", "mention", "Wei mentioned you", "港口集团", "http://x/me/inbox/1", "2026")


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    yield lambda **values: ([monkeypatch.setenv(f"OCTANT_{k}", v) for k, v in values.items()], settings.cache_clear())
    settings.cache_clear()


def test_without_a_mail_server_the_log_is_told_whom_and_where_but_no_title(caplog: pytest.LogCaptureFixture) -> None:
    assert isinstance(carriers.carrier("mail"), ConsoleMail)
    carriers.carrier("mail").carry(MESSAGE)
    assert "lan@example.com" in caplog.text
    assert "港口" not in caplog.text


def test_mail_goes_to_the_server_of_the_settings(environment: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    letters: list[Any] = []

    class Server:
        def __init__(self, host: str, port: int, **_kw: Any) -> None:
            letters.append((host, port))

        def __enter__(self) -> "Server":
            return self

        def __exit__(self, *_rest: Any) -> None:
            pass

        def starttls(self, **_kw: Any) -> None:
            letters.append("tls")

        def send_message(self, letter: Any) -> None:
            letters.append((letter["To"], letter["Subject"], letter.get_content().strip()))

    monkeypatch.setattr(carriers.smtplib, "SMTP", Server)
    environment(SMTP_HOST="mail.example.com", SMTP_PORT="2525")
    assert isinstance(carriers.carrier("mail"), SmtpMail)
    carriers.carrier("mail").carry(MESSAGE)
    assert letters == [("mail.example.com", 2525), "tls", ("lan@example.com", "Wei mentioned you", "港口集团")]


def test_a_mail_server_that_does_not_answer_is_no_defect(environment: Any) -> None:
    environment(SMTP_HOST="127.0.0.1", SMTP_PORT="1", SMTP_SECURITY="none")
    with pytest.raises(NotCarried):
        carriers.carrier("mail").carry(MESSAGE)


def test_the_webhook_is_offered_only_with_an_address_and_a_key(environment: Any) -> None:
    assert carriers.ways() == ("mail",)
    environment(NOTICE_WEBHOOK="http://127.0.0.1:1/hook")
    assert carriers.ways() == ("mail",)
    environment(NOTICE_WEBHOOK_KEY="secret")
    assert carriers.ways() == ("mail", "webhook")


def test_the_webhook_posts_no_client_data_and_signs_what_it_posts(monkeypatch: pytest.MonkeyPatch) -> None:
    requests: list[Any] = []

    class Opener:
        def open(self, request: Any, timeout: float) -> Any:
            requests.append(request)
            return nullcontext()

    monkeypatch.setattr(carriers.urllib.request, "build_opener", lambda *_handlers: Opener())
    Webhook("http://127.0.0.1/hook", "secret").carry(MESSAGE)
    request = requests[0]
    assert json.loads(request.data) == {
        "to": "lan", "kind": "mention", "link": "http://x/me/inbox/1", "at": "2026",
    }  # fmt: skip
    sent = request.get_header("X-octant-time")
    assert request.get_header("X-octant-signature") == signature("secret", sent, request.data)
    assert signature("secret", sent, request.data).startswith("hmac-sha256=")
    assert signature("other", sent, request.data) != signature("secret", sent, request.data)


def test_a_webhook_that_does_not_answer_is_no_defect() -> None:
    with pytest.raises(NotCarried):
        Webhook("http://127.0.0.1:1/hook", "secret").carry(MESSAGE)
