"""Notices: written with the change, read by nobody but their reader, sent on the ways that the reader chose."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from core import clock, jobs, messages, sending
from core.access import Actor
from core.carriers import Message, NotCarried
from core.db import kernel_session, reading, unit_of_work
from core.errors import Unscoped
from core.i18n import use_language
from core.notices import Notice, mark_seen, notices_of, notify, notify_number
from core.outbox import Outgoing, choose
from core.people import User
from core.registry import registry
from core.sending import send_due
from core.signin import actor_for
from tests.core.kernel import Clock, add_user
from tests.core.kernel import database as database
from tests.core.kernel import tables as tables
from tests.core.kernel import time as time

pytestmark = pytest.mark.usefixtures("database")
registry()  # the words of a notice come from there, and so do the last of the kernel's tables
ABOUT = ("testing.thing", 7)


@pytest.fixture
def wei() -> Actor:
    return _user("wei")


@pytest.fixture
def lan() -> Actor:
    return _user("lan")


def _user(name: str) -> Actor:
    add_user(name, grants={"crm.user.read": "all"}, email=f"{name}@example.com")
    return actor_for(name)


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    """Every carrier is a list."""
    sent: list[Message] = []

    class Fake:
        def carry(self, message: Message) -> None:
            sent.append(message)

    monkeypatch.setattr(sending, "carrier", lambda _way: Fake())
    return sent


def tell(by: Actor, *to: Actor, kind: str = "mention") -> None:
    with unit_of_work(by) as session:
        notify(session, to=[actor.user_id for actor in to], kind=kind, about=ABOUT)


def unread(actor: Actor) -> int:
    return actor_for(actor.username).unread


def seen_by(actor: Actor) -> list[Notice]:
    with reading(actor) as session:
        return notices_of(session, limit=50)


# --- telling and reading --------------------------------------------------------------------------------------


def test_a_notice_is_its_readers_and_nobody_elses(wei: Actor, lan: Actor) -> None:
    tell(wei, lan)
    assert (unread(lan), unread(wei)) == (1, 0)
    assert [(n.kind, n.entity, n.record_id, n.by_id) for n in seen_by(lan)] == [("mention", *ABOUT, wei.user_id)]
    assert seen_by(wei) == []


def test_a_level_that_reaches_everything_reaches_no_notice_of_others(wei: Actor, lan: Actor) -> None:
    add_user("all", grants={"*": "all"})
    tell(wei, lan)
    assert seen_by(actor_for("all")) == []


def test_nobody_is_told_of_what_they_did_themselves(wei: Actor) -> None:
    tell(wei, wei)
    assert unread(wei) == 0


def test_a_notice_is_not_written_without_the_change(wei: Actor, lan: Actor) -> None:
    class Broken(Exception):
        pass

    def broken() -> None:
        with unit_of_work(wei) as session:
            notify(session, to=lan.user_id, kind="mention", about=ABOUT)
            raise Broken

    with pytest.raises(Broken):
        broken()
    assert unread(lan) == 0


def test_a_session_for_reading_tells_nobody(wei: Actor, lan: Actor) -> None:
    with reading(wei) as session, pytest.raises(Unscoped):
        notify(session, to=lan.user_id, kind="mention", about=ABOUT)


def test_an_unknown_kind_is_a_defect(wei: Actor, lan: Actor) -> None:
    with pytest.raises(LookupError):
        tell(wei, lan, kind="gossip")


def test_many_records_make_one_notice(wei: Actor, lan: Actor) -> None:
    with unit_of_work(wei) as session:
        notify_number(session, "assignment", "testing.thing", {lan.user_id or 0: 300})
    assert [(n.number, n.record_id) for n in seen_by(lan)] == [(300, None)]


def test_unread_ones_come_first_and_pages_follow_each_other(wei: Actor, lan: Actor, time: Clock) -> None:
    for _n in range(6):
        time.pass_by(minutes=1)
        tell(wei, lan)
    newest = [notice.id for notice in seen_by(lan)]
    mark_seen(lan, *newest[:2])
    whole = [notice.id for notice in seen_by(lan)]
    assert whole == newest[2:] + newest[:2]
    walked: list[int] = []
    after = None
    with reading(lan) as session:
        while page := notices_of(session, limit=2, after=after):
            walked += [notice.id for notice in page]
            after = (page[-1].seen_at is not None, page[-1].id)
    assert walked == whole


def test_marking_takes_ones_own_only(wei: Actor, lan: Actor) -> None:
    tell(wei, lan)
    mark_seen(wei, seen_by(lan)[0].id)
    mark_seen(wei)
    assert unread(lan) == 1
    mark_seen(lan)
    assert unread(lan) == 0


def test_what_was_looked_at_is_marked_by_its_record(wei: Actor, lan: Actor) -> None:
    tell(wei, lan)
    mark_seen(lan, about=("testing.thing", 8))
    assert unread(lan) == 1
    mark_seen(lan, about=ABOUT)
    assert unread(lan) == 0


def test_whoever_asked_for_work_is_told_when_it_ends(wei: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    with unit_of_work(wei) as session:
        job = jobs.enqueue_later(session, "reports.make", report="nonesuch")
    jobs.work_once()
    assert [(n.kind, n.entity, n.record_id) for n in seen_by(wei)] == [("job", "core.job", job)]
    with use_language("en"), reading(wei) as session:
        told = messages.told(session, seen_by(wei))[0]
    assert (told.headline, told.path) == ("Your work has failed", f"/jobs/{job}")


# --- sending --------------------------------------------------------------------------------------------------


def sent_states() -> list[tuple[str, int]]:
    with kernel_session(writes=False) as session:
        return [(row.state, row.tries) for row in session.scalars(select(Outgoing).order_by(Outgoing.id))]


def test_nothing_is_sent_to_whoever_chose_nothing(wei: Actor, lan: Actor, post: list[Message]) -> None:
    tell(wei, lan)
    assert send_due() == 0
    assert post == []


def test_only_the_chosen_kind_is_sent_and_once(wei: Actor, lan: Actor, post: list[Message]) -> None:
    choose(lan, {"mention": "mail"})
    tell(wei, lan)
    tell(wei, lan, kind="approval")
    assert [send_due(), send_due()] == [1, 0]
    assert [message.kind for message in post] == ["mention"]


@pytest.mark.parametrize(("code", "subject"), [("en", "Octant: Wei mentioned you"), ("zh", "八方：Wei 提到了您")])
def test_a_message_is_in_the_language_of_its_reader(
    wei: Actor, lan: Actor, post: list[Message], code: str, subject: str
) -> None:
    with use_language(code):
        choose(lan, {"mention": "mail"})
    tell(wei, lan)
    send_due()
    assert (post[0].to, post[0].email, post[0].subject) == ("lan", "lan@example.com", subject)
    assert post[0].link == f"http://127.0.0.1:8000/me/inbox/{seen_by(lan)[0].id}"


def test_what_was_read_meanwhile_is_not_sent(wei: Actor, lan: Actor, post: list[Message]) -> None:
    choose(lan, {"mention": "mail"})
    tell(wei, lan)
    mark_seen(lan)
    assert send_due() == 0
    assert sent_states() == [("dropped", 1)]


def test_whoever_left_is_sent_nothing(wei: Actor, lan: Actor, post: list[Message]) -> None:
    choose(lan, {"mention": "mail"})
    tell(wei, lan)
    with kernel_session() as session:
        user = session.get(User, lan.user_id)
        assert user is not None
        user.is_active = False
    assert send_due() == 0
    assert post == []


def test_what_cannot_be_sent_is_tried_again_later_and_given_up_in_the_end(
    wei: Actor, lan: Actor, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dead:
        def carry(self, _message: Message) -> None:
            raise NotCarried("nobody answers")

    monkeypatch.setattr(sending, "carrier", lambda _way: Dead())
    choose(lan, {"mention": "mail"})
    tell(wei, lan)
    send_due()
    assert sent_states() == [("waiting", 1)]
    send_due()
    assert sent_states() == [("waiting", 1)], "it waits before it tries again"
    for wait in sending.BACK_OFF:
        time.pass_by(seconds=wait.total_seconds() + 1)
        send_due()
    assert sent_states() == [("failed", len(sending.BACK_OFF) + 1)]


def test_a_message_of_a_process_that_died_is_taken_up_after_its_lease(
    wei: Actor, lan: Actor, time: Clock, post: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    class Deadly:
        def carry(self, _message: Message) -> None:
            raise Killed

    choose(lan, {"mention": "mail"})
    tell(wei, lan)
    with monkeypatch.context() as patch:
        patch.setattr(sending, "carrier", lambda _way: Deadly())
        with pytest.raises(Killed):
            send_due()
    assert send_due() == 0
    time.pass_by(seconds=(sending.LEASE + timedelta(seconds=1)).total_seconds())
    assert send_due() == 1


def test_the_clock_of_a_notice_is_the_products(wei: Actor, lan: Actor, time: Clock) -> None:
    tell(wei, lan)
    assert seen_by(lan)[0].at == clock.now()


def test_an_address_that_no_letter_can_bear_holds_up_nobody_else(
    wei: Actor, lan: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Choosy:
        def carry(self, _message: Message) -> None:
            raise ValueError("Header values may not contain linefeed or carriage return characters")

    monkeypatch.setattr(sending, "carrier", lambda _way: Choosy())
    choose(lan, {"mention": "mail"})
    tell(wei, lan)
    tell(wei, lan)
    assert send_due() == 0
    assert sent_states() == [("waiting", 1), ("waiting", 1)], "both were tried and wait for their turn"
    with kernel_session(writes=False) as session:
        assert set(session.scalars(select(col(Outgoing.error)))) == {"ValueError"}
