"""What staff of a firm could do with ill will: photos that unfold into much, results of a campaign that is over."""

import struct
import zlib

import pytest

from campaigns.campaigns import Campaign, end
from campaigns.photos import cleaned
from campaigns.tasks import Task
from core.db import get
from core.errors import Invalid
from core.i18n import _
from tests.campaigns.street import FIELD, activity_of, agent, key_of, photo, send, task
from tests.crm.world import acting, id_of


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(side: int) -> bytes:
    """A small file that claims a picture of so many points a side."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [5_000, 7_700])
def test_a_small_file_that_claims_a_huge_picture_is_not_unfolded(side: int) -> None:
    with pytest.raises(Invalid) as refusal:
        cleaned("bomb.png", bomb(side))
    assert str(refusal.value) == _("The photo has too many points. Take it at a lower resolution.")


def test_photos_beyond_the_number_are_refused_before_any_is_read(
    fresh_carrier: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr("campaigns.pages.field.cleaned", lambda name, content: read.append(name) or (name, content))
    answer = send(agent(), task("Bank"), photo(), photo(), photo(), outcome="done")
    assert (answer.status_code, read) == (422, [])


def test_nothing_is_reported_for_a_campaign_that_has_ended(fresh_carrier: str) -> None:
    browser, made = agent(), task("Bank")
    key = key_of(browser.get(f"{FIELD}/task/{made}").text)
    with acting("channel") as session:
        end(session, get(session, Campaign, id_of(session, Campaign, name="Faster lines") or 0))
    assert send(browser, made, key=key, outcome="done").status_code == 409
    assert activity_of(made).state == "planned"
    with acting("channel") as session:
        assert get(session, Task, made).outcome is None
