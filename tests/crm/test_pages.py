"""The module's own pages: notes with mentions and files on a record, and the rights of a role."""

import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core.access import OPERATOR
from core.db import kernel_session, reading
from core.errors import Invalid
from core.passwords import token_digest
from core.people import Role, User, Visit
from crm.accounts import Account
from crm.deal_states import lose, move
from crm.files import File
from crm.notes import Mention, Note
from crm.opportunities import Opportunity
from crm.pages.rights import read, written
from crm.reasons import Reason
from crm.stages import Stage
from crm.tags import Tag, hang, take_off
from tests.client import Client
from tests.crm.world import acting, id_of, one, save, seen
from tests.web.world import the_app

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


class Browser:
    """Somebody signed in, without following what a post answers."""

    def __init__(self, name: str) -> None:
        with kernel_session() as session:
            user = session.scalars(select(User.id).where(User.username == name)).one()  # type: ignore[call-overload]
            session.add(Visit(user_id=user, token=token_digest(f"token-of-{name}")))
        self.client = Client(the_app())
        self.client.cookies.update({"octant": f"token-of-{name}", "octant_lang": "en"})

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def post(self, path: str, **typed: str) -> Any:
        return self.client.post(path, data=typed)


@pytest.fixture
def am(fresh_carrier: str) -> Browser:
    return Browser("am")


def account(name: str) -> str:
    with reading(OPERATOR) as session:
        return f"/crm/account/{id_of(session, Account, name=name)}"


def test_a_note_is_written_with_a_mention_and_a_file_and_shown(am: Browser) -> None:
    path = account("Bank")
    sent = {"body": "Ask @lead about <b>price</b>.", "key": "k1"}
    answer = am.client.post(f"{path}/note", data=sent, files={"file": ("board.png", PNG)})
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    page = am.get(path).text
    assert "Ask @lead about &lt;b&gt;price&lt;/b&gt;." in page
    assert "Mentioned: lead" in page
    (link,) = re.findall(r'href="(/crm/file/\d+)"', page)
    sent_back = am.get(link)
    assert sent_back.content == PNG
    assert sent_back.headers["content-disposition"].startswith("attachment")
    assert len(seen("lead", Mention.id)) == 1


def test_a_tag_is_hung_on_a_record_shown_and_taken_off(am: Browser) -> None:
    with acting("am") as session:
        tag = save(session, Tag(name="Sample client", tone="ok"))
        hang(session, one(session, Account, name="Bank"), tag_id=tag.id)
    path = account("Bank")
    assert "Sample client" in am.get(path).text
    assert "Sample client" not in am.get(account("Harbour")).text.partition('id="p-notes"')[2]
    with acting("am") as session:
        bank = one(session, Account, name="Bank")
        take_off(session, bank, tag_id=tag.id)
        session.flush()
        with pytest.raises(Invalid):
            take_off(session, bank, tag_id=tag.id)


def test_a_deal_shows_its_moves_with_who_and_why(am: Browser) -> None:
    with acting("am") as session:
        deal = one(session, Opportunity, name="Bank line")
        move(session, deal, id_of(session, Stage, code="O3") or 0, why="They <agreed>.")
        session.flush()
        lose(session, deal, reason_id=id_of(session, Reason, code="coverage"), why="No fibre there.")
    page = am.get(f"/crm/opportunity/{deal.id}").text
    assert "They &lt;agreed&gt;." in page
    assert page.index("No fibre there.") < page.index("They &lt;agreed&gt;.")


def test_the_same_note_sent_twice_is_one(am: Browser) -> None:
    for _again in range(2):
        assert am.post(f"{account('Bank')}/note", body="Once", key="k2").status_code == 303
    assert len(seen("am", Note.id)) == 1


def test_an_empty_note_is_refused(am: Browser) -> None:
    assert am.post(f"{account('Bank')}/note", body="  ", key="k3").status_code == 422
    assert seen("am", Note.id) == set()


def test_a_stranger_neither_writes_nor_reads_notes_and_files(am: Browser) -> None:
    path = account("Bank")
    am.client.post(f"{path}/note", data={"body": "Ours", "key": "k4"}, files={"file": ("a.png", PNG)})
    other = Browser("am2")
    assert other.post(f"{path}/note", body="Theirs", key="k5").status_code == 404
    with reading(OPERATOR) as session:
        file = session.scalars(select(File.id)).one()
    assert other.get(f"/crm/file/{file}").status_code == 404


def test_only_the_author_takes_a_note_away(am: Browser) -> None:
    path = account("Bank")
    am.post(f"{path}/note", body="Ours", key="k6")
    (note,) = seen("am", Note.id)
    assert Browser("lead").post(f"/crm/note/{note}/archive").status_code == 403
    assert am.post(f"/crm/note/{note}/archive").headers["location"] == path
    assert "Ours" not in am.get(path).text


def test_an_administrator_changes_the_rights_of_a_role(am: Browser) -> None:
    admin = Browser("admin")
    with reading(OPERATOR) as session:
        role = one(session, Role, code="executive")
    path = f"/crm/role/{role.id}/rights"
    assert "crm.account.read = subtree" in admin.get(path).text
    changed = written({**role.grants, "crm.account.read": "own"})
    answer = admin.post(path, grants=changed, key="k7", version=str(role.version))
    assert answer.status_code == 303
    assert seen("exec", Account.name) == set()
    assert admin.post(path, grants=changed, key="k8", version=str(role.version)).status_code == 409


def test_a_right_that_does_not_exist_is_refused_by_its_line(am: Browser) -> None:
    admin = Browser("admin")
    with reading(OPERATOR) as session:
        role = one(session, Role, code="executive")
    answer = admin.post(
        f"/crm/role/{role.id}/rights", grants="crm.account.read = own\ncrm.moon.read = all", key="k9", version="1"
    )
    assert answer.status_code == 422
    assert "Line 2" in answer.text
    with reading(OPERATOR) as session:
        assert one(session, Role, code="executive").grants == role.grants


def test_nobody_but_an_administrator_sees_or_changes_rights(am: Browser) -> None:
    with reading(OPERATOR) as session:
        path = f"/crm/role/{id_of(session, Role, code='account_manager')}/rights"
    for browser in (am, Browser("exec"), Browser("agent_north")):
        assert browser.get(path).status_code == 404
        assert browser.post(path, grants="* = all", key="k", version="1").status_code == 404


def test_rights_are_read_as_they_are_written() -> None:
    with_comments = "crm.account.read=own\n\n  crm.* = all  "
    assert read(with_comments) == {"crm.account.read": "own", "crm.*": "all"}
    assert read(written(read(with_comments))) == read(with_comments)


def test_the_files_folder_is_the_tests_own(am: Browser, tmp_path: Path) -> None:
    from core.settings import settings

    with acting("operator"):
        assert settings().files_dir.is_relative_to(tmp_path)
