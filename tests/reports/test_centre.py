"""The report centre through its addresses: what is offered, what comes by itself and with whose rights, whose paper is
whose, and what is said of a file."""

import re
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from core import jobs
from core.access import OPERATOR
from core.actors import actor_for
from core.db import kernel_session, reading, unit_of_work
from core.paper_log import PaperRecord, papers_of
from core.people import User
from reports.centre.schedules import Schedule, ScheduleReader
from reports.centre.sending import send_due
from tests.crm.browsing import flash_of, signed_in
from tests.crm.world import one
from tests.reports.days import deal
from tests.reports.papers import text_of

PAGE = "/reports/centre"


def subscribe(who: str, report: str = "pipeline", often: str = "daily") -> Any:
    return signed_in(who).post(f"{PAGE}/subscribe", data={"report": report, "often": often})


def id_of(username: str) -> int:
    with reading(OPERATOR) as session:
        return int(one(session, User, username=username).id)


def made_papers() -> list[PaperRecord]:
    jobs.work_once()
    with kernel_session(writes=False) as session:
        return list(session.scalars(select(PaperRecord).order_by(col(PaperRecord.id))))


def file_of(who: str) -> bytes:
    """The last file that a job made for somebody, fetched as they do."""
    browser = signed_in(who)
    job = jobs.jobs_of(actor_for(who))[0]
    answer = browser.get(f"/jobs/{job.id}/file")
    assert answer.status_code == 200
    return bytes(answer.content)


def quiet(*_progress: object) -> None:
    return None


def test_everybody_is_offered_what_they_may_read(province: str) -> None:
    assert 'action="/reports/executive"' in signed_in("exec").get(PAGE).text
    own = signed_in("am").get(PAGE).text
    assert 'action="/reports/pipeline"' in own and 'action="/reports/executive"' not in own
    assert signed_in("agent_north").get(PAGE).status_code == 404


def test_one_press_has_a_report_come_and_another_ends_it(province: str) -> None:
    answer = subscribe("am", often="weekly")
    assert answer.status_code == 303 and flash_of(answer) == "report-coming"
    browser = signed_in("am")
    stop = re.search(r'action="(/reports/centre/stop/\d+)"', browser.get(PAGE).text)
    assert stop and "Every week, on Monday" in browser.get(PAGE).text
    assert signed_in("lead").post(stop[1]).status_code == 404
    assert browser.post(stop[1]).status_code == 303
    assert "centre/stop" not in browser.get(PAGE).text


@pytest.mark.parametrize(("report", "often"), [("executive", "daily"), ("pipeline", "hourly"), ("nothing", "daily")])
def test_what_may_not_be_scheduled_is_refused_with_a_sentence(province: str, report: str, often: str) -> None:
    assert subscribe("am", report, often).status_code == 422
    with reading(OPERATOR) as session:
        assert session.scalars(select(Schedule)).all() == []


def test_a_scheduled_report_arrives_with_the_rights_of_its_reader_not_of_its_maker(province: str) -> None:
    """The executive has it come to an account manager, who reads of the own deals alone."""
    mine, others = deal("Bank", 111), deal("Factory", 222)
    assert subscribe("exec").status_code == 303
    with unit_of_work(actor_for("exec")) as session:
        schedule = session.scalars(select(Schedule)).one()
        session.add(ScheduleReader(schedule_id=schedule.id, user_id=id_of("am")))
    assert send_due(quiet) == {"sent": 2, "left_out": 0}
    papers = {paper.username: paper for paper in made_papers()}
    assert set(papers) == {"exec", "am"}
    both, own = text_of(file_of("exec")), text_of(file_of("am"))
    seen = signed_in("am").get("/crm/opportunity?state=open").text
    for name in (mine, others):
        assert name.replace(" ", "") in both
        assert (name.replace(" ", "") in own) == (name in seen)
    assert papers["am"].rows < papers["exec"].rows
    assert "Report" in signed_in("am").get("/me/inbox").text


def test_a_paper_is_its_reader_s_alone(province: str) -> None:
    signed_in("exec").post("/reports/pipeline")
    (paper,) = made_papers()
    address = f"/papers/{paper.seal}"
    assert paper.seal in signed_in("exec").get(address).text
    assert signed_in("lead").get(address).status_code == 404
    assert signed_in("exec").get("/papers/" + "0" * 64).status_code == 404
    assert papers_of(actor_for("lead")) == []


def test_what_changed_since_is_compared_on_demand(province: str) -> None:
    signed_in("exec").post("/reports/pipeline")
    (paper,) = made_papers()
    address = f"/papers/{paper.seal}?compare=1"
    assert "the same today" in signed_in("exec").get(address).text
    deal("Bank", 777)
    assert "totals.count" in signed_in("exec").get(address).text


def test_a_file_is_told_from_a_changed_one_and_from_a_stranger(province: str) -> None:
    signed_in("exec").post("/reports/pipeline")
    made_papers()
    content = file_of("exec")
    browser = signed_in("lead")

    def said(sent: bytes) -> str:
        return str(browser.post(f"{PAGE}/check", files={"file": ("a.pdf", sent, "application/pdf")}).text)

    assert "made here and is unchanged" in said(content)
    changed = said(content.replace(b"%%EOF", b"%%EOG"))
    assert "it was changed" in changed and "exec" not in re.sub(r"<[^>]*>", " ", changed).split("Check of a file")[-1]
    assert "no paper that was made here" in said(b"%PDF-1.4 other")
    assert browser.post(f"{PAGE}/check").status_code == 422


def test_what_is_scheduled_is_said_in_words_and_chosen_on_the_page_of_the_report(province: str) -> None:
    browser = signed_in("exec")
    form = browser.get("/reports/centre/schedule?report=executive&period=quarter").text
    assert "Period: This quarter" in form and 'value="period=quarter"' in form
    answer = browser.post(
        f"{PAGE}/subscribe",
        data={"report": "executive", "query": "period=quarter", "often": "weekly", "weekday": "fri", "month_day": "1"},
    )
    record = browser.get(answer.headers["location"]).text
    assert "Period: This quarter" in record and "Friday" in record
    assert 'name="query"' not in browser.get(answer.headers["location"] + "/edit").text


def test_a_schedule_keeps_no_day_and_no_filter_that_its_report_does_not_know(province: str) -> None:
    browser = signed_in("exec")
    form = browser.get("/reports/centre/schedule?report=past&on=2026-01-31&against=2026-02-01&by=city").text
    assert 'value="by=city"' in form
    assert browser.get("/reports/centre/schedule?report=past&nonsense=1").status_code == 422
    assert browser.get("/reports/centre/schedule?report=quote").status_code == 404
    sent = {"report": "past", "query": "nonsense=1", "often": "daily"}
    assert browser.post(f"{PAGE}/subscribe", data=sent).status_code == 422
    assert signed_in("am").get("/reports/centre/schedule?report=executive").status_code == 404
