"""Carriers: how a message leaves this process. Each is a small adapter behind one protocol; the settings choose."""

import hashlib
import hmac
import json
import logging
import smtplib
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, Protocol

from core import clock
from core.settings import settings

SECONDS = 15
ALGORITHM = "hmac-sha256"

log = logging.getLogger("octant.mail")


class NotCarried(Exception):
    """A carrier could not take a message now; the text says why, without a word of the message."""


@dataclass(frozen=True)
class Message:
    """What is sent of a notice. `title` is what the reader may see of the record at this moment."""

    to: str
    email: str
    kind: str
    subject: str
    body: str
    link: str
    at: str


class Carrier(Protocol):
    def carry(self, message: Message) -> None:
        """Hand the message over. Raises NotCarried where that is not possible now."""


def carrier(way: str) -> Carrier:
    """The adapter of this machine's settings for a way."""
    if way == "webhook":
        return Webhook(settings().notice_webhook, settings().notice_webhook_key)
    return SmtpMail() if settings().smtp_host else ConsoleMail()


def ways() -> tuple[str, ...]:
    """The ways that this machine offers."""
    return ("mail", "webhook") if settings().notice_webhook and settings().notice_webhook_key else ("mail",)


class ConsoleMail:
    """Writes to the server's log instead, for trying out: whom, what about and the link, never a record's title."""

    def carry(self, message: Message) -> None:
        log.warning("Mail to %s: %s %s", message.email, message.subject, message.link)


class SmtpMail:
    """One connection a message; TLS from the start, by STARTTLS, or none, as the settings say."""

    def carry(self, message: Message) -> None:
        try:
            with self._connection() as server:
                server.send_message(self._letter(message))
        except (OSError, smtplib.SMTPException) as error:
            raise NotCarried(type(error).__name__) from error

    def _connection(self) -> smtplib.SMTP:
        wanted = settings()
        context = ssl.create_default_context()
        if wanted.smtp_security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                wanted.smtp_host, wanted.smtp_port, timeout=SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(wanted.smtp_host, wanted.smtp_port, timeout=SECONDS)
        if wanted.smtp_security == "starttls":
            server.starttls(context=context)
        if wanted.smtp_user:
            server.login(wanted.smtp_user, wanted.smtp_password)
        return server

    def _letter(self, message: Message) -> EmailMessage:
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = settings().smtp_from, message.email, message.subject
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(f"{message.body}\n")
        return letter


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The address is the administrator's; nobody else sends our posts elsewhere."""

    def redirect_request(self, *_args: Any, **_kw: Any) -> None:
        return None


@dataclass(frozen=True)
class Webhook:
    """A signed POST of JSON to the one address that the administrator set: who, which kind, when, and the link.

    `X-Octant-Signature: hmac-sha256=<hex>` signs `<X-Octant-Time>.<body>`, so that an old post cannot be sent again.
    """

    address: str
    key: str

    def carry(self, message: Message) -> None:
        body = json.dumps({"to": message.to, "kind": message.kind, "link": message.link, "at": message.at}).encode()
        sent = str(int(clock.now().timestamp()))
        headers = {
            "Content-Type": "application/json", "X-Octant-Time": sent,
            "X-Octant-Signature": signature(self.key, sent, body),
        }  # fmt: skip
        request = urllib.request.Request(self.address, body, headers, method="POST")  # noqa: S310  # by the settings
        try:
            with urllib.request.build_opener(_NoRedirects).open(request, timeout=SECONDS):
                return
        except urllib.error.HTTPError as error:
            raise NotCarried(f"the address answered {error.code}") from error
        except (OSError, ValueError) as error:
            raise NotCarried(type(error).__name__) from error


def signature(key: str, sent: str, body: bytes) -> str:
    """What whoever receives the post computes too, and compares."""
    return f"{ALGORITHM}={hmac.new(key.encode(), sent.encode() + b'.' + body, hashlib.sha256).hexdigest()}"
