"""A paper is known again byte for byte, says what it was made of, and which of its figures differ since."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from core.access import OPERATOR, Actor, Level
from core.cli import app
from core.db import kernel_session
from core.i18n import use_language
from core.lists import Query
from core.paper_log import PaperRecord
from core.papers import drawn, found
from core.verify import as_sentences, verify
from crm.opportunities import Opportunity
from tests.reports import papers
from tests.reports.branch import ON, Branch, opened

MOMENT = datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC)
OPEN = Query(filters={"state": ("open",)})


@pytest.fixture
def branch(tmp_path: Path) -> Iterator[Branch]:
    with opened(f"sqlite:///{tmp_path / 'octant.db'}", tmp_path) as made, use_language("zh"):
        made.deal("D1", 1000)
        made.deal("D2", 2000)
        yield made


def paper_for(actor: Actor) -> bytes:
    return drawn(actor, found("pipeline"), on=ON, query=OPEN)


def test_a_paper_is_ours_and_its_figures_are_the_same(branch: Branch) -> None:
    checked = verify(paper_for(OPERATOR))
    assert (checked.verdict, checked.since) == ("ours", ())
    assert checked.paper is not None
    assert (checked.paper.report, checked.paper.on, checked.paper.rows) == ("pipeline", ON, 2)
    assert checked.paper.query == OPEN


def test_what_changed_since_is_named_by_its_field_with_both_figures(branch: Branch) -> None:
    content = paper_for(OPERATOR)
    branch.deal("D3", 500)
    since = verify(content).since
    assert since is not None
    said = {each.where: (each.before, each.now) for each in since}
    assert said["totals.count"] == (2, 3)
    assert said["totals.amount"] == (3000_00, 3500_00)
    assert said["top.count"] == (2, 3)


def test_of_a_reader_without_the_right_nothing_of_today_is_told(branch: Branch) -> None:
    checked = verify(paper_for(branch.reader(Level.ALL)))
    assert (checked.verdict, checked.since) == ("ours", None)
    assert "已无权读取" in as_sentences(checked)[-1]


def test_each_of_two_hundred_changed_bytes_is_found(branch: Branch) -> None:
    content = paper_for(OPERATOR)
    for number in range(200):
        at = number * len(content) // 200
        changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        assert verify(changed, compare=False).verdict != "ours"


def test_a_changed_paper_is_told_from_a_stranger(branch: Branch) -> None:
    content = paper_for(OPERATOR)
    assert verify(content + b"\n").verdict == "changed"
    assert verify(b"%PDF-1.7 of somebody else").verdict == "unknown"
    assert verify(b"").verdict == "unknown"


def test_the_paper_prints_its_seal_the_reader_and_the_number_of_records(branch: Branch) -> None:
    reader = branch.reader()
    content = paper_for(reader)
    with kernel_session(writes=False) as session:
        (kept,) = session.exec(select(PaperRecord)).all()
    printed = papers.text_of(content)
    assert kept.seal in printed
    assert f"按{reader.name}的权限·统计记录2条" in printed
    assert re.search(rb"octant-seal:([0-9a-f]{64})", content)[1].decode() == kept.seal  # type: ignore[index]


def test_the_seal_follows_the_figures_the_reader_and_the_language(branch: Branch) -> None:
    def seal() -> str:
        with kernel_session(writes=False) as session:
            return session.exec(select(PaperRecord).order_by(PaperRecord.id.desc())).first().seal  # type: ignore

    paper_for(OPERATOR)
    first = seal()
    with use_language("en"):
        paper_for(OPERATOR)
    english = seal()
    paper_for(branch.reader())
    assert len({first, english, seal()}) == 3


def test_the_same_file_is_written_down_once_for_each_reader(branch: Branch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.clock.now", lambda: MOMENT)
    assert paper_for(OPERATOR) == paper_for(OPERATOR)
    with kernel_session(writes=False) as session:
        assert len(session.exec(select(PaperRecord)).all()) == 1


def test_the_command_ends_well_only_for_a_paper_that_is_unchanged(branch: Branch, tmp_path: Path) -> None:
    content, file = paper_for(OPERATOR), tmp_path / "paper.pdf"
    for kept, code in ((content, 0), (content[:-2] + b"\r\n", 1), (b"%PDF", 1)):
        file.write_bytes(kept)
        assert CliRunner().invoke(app, ["verify", str(file)]).exit_code == code
    with kernel_session() as session:
        session.exec(select(Opportunity)).first().amount = 7  # type: ignore[union-attr]
    file.write_bytes(content)
    done = CliRunner().invoke(app, ["verify", str(file), "--json"])
    assert done.exit_code == 0
    assert '"where": "totals.amount"' in done.stdout
