"""The weekly meeting: why a deal is talked about, who sees which, and what is agreed on the spot."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from core import clock
from core.access import OPERATOR
from core.actors import actor_for
from core.db import kernel_session, reading, unit_of_work
from core.errors import Invalid, NotFound
from core.i18n import use_language
from core.ids import new_ids
from core.lists import Query
from core.people import User
from core.record import METADATA
from crm.activities import Activity
from crm.deal_states import move
from crm.opportunities import Opportunity
from crm.stages import Stage
from reports import meeting
from reports.meeting.data import Line, MeetingData
from tests.crm.browsing import flash_of
from tests.crm.world import one, save
from tests.reports.days import At, act, browser, change, deal
from tests.reports.papers import text_of
from tests.web.reading import statements

PAGE = "/reports/meeting"


def held(who: str = "exec", **filters: str) -> MeetingData:
    with reading(actor_for(who), snapshot=True) as session:
        return meeting.gather(session, query=Query(filters={name: (value,) for name, value in filters.items()}))


def talked(data: MeetingData) -> dict[str, Line]:
    return {line.name: line for person in data.people for line in person.lines}


def plan(name: str, days: int, **values: Any) -> None:
    with unit_of_work(OPERATOR) as session:
        found = one(session, Opportunity, name=name)
        due = clock.today() + timedelta(days=days)
        save(session, Activity(subject="visit", opportunity_id=found.id, owner_id=found.owner_id, due_on=due, **values))


def id_of(name: str) -> int:
    with reading(OPERATOR) as session:
        return int(one(session, Opportunity, name=name).id)


def owner_of(name: str) -> int:
    with reading(OPERATOR) as session:
        return int(one(session, User, username=name).id)


def activities(name: str) -> list[Activity]:
    with reading(OPERATOR) as session:
        return list(session.scalars(select(Activity).where(col(Activity.opportunity_id) == id_of(name))))


def stage(code: str) -> int:
    with reading(OPERATOR) as session:
        return int(one(session, Stage, code=code).id)


# --- why ------------------------------------------------------------------------------------------------------


def test_a_deal_is_talked_about_for_what_happened_since_the_day_and_for_nothing_before(at: At) -> None:
    today = at(0)
    names = {key: deal("Bank", n, expected_close_on=today + timedelta(days=40)) for n, key in enumerate(
        ("amount", "stage", "later", "sooner", "quiet"), start=100
    )}  # fmt: skip
    for name in names.values():
        plan(name, 9)
    assert talked(held(since=today.isoformat())) == {}
    day = at(4)
    change(names["amount"], amount=77_700)
    act(names["stage"], move, stage_id=stage("O3"))
    change(names["later"], expected_close_on=today + timedelta(days=60))
    change(names["sooner"], expected_close_on=today + timedelta(days=20))
    found = talked(held(since=today.isoformat()))
    assert {name: line.reasons for name, line in found.items()} == {
        names["amount"]: ("changed",), names["stage"]: ("changed",), names["later"]: ("slipped",),
    }  # fmt: skip
    assert found[names["amount"]].before.amount == 10_000
    assert found[names["stage"]].before.stage != found[names["stage"]].stage
    assert talked(held(since=day.isoformat())) == {}


def test_a_deal_that_was_begun_since_is_new_and_one_that_was_only_written_down_late_is_not(at: At) -> None:
    first = at(0)
    today = at(3)
    fresh, old = deal("Bank", 5, engaged_on=today), deal("Bank", 6, engaged_on=first - timedelta(days=300))
    found = talked(held(since=first.isoformat()))
    assert {name: (line.before.is_new, "changed" in line.reasons) for name, line in found.items()} == {
        fresh: (True, True), old: (False, False),
    }  # fmt: skip


def test_what_stalls_and_what_lacks_a_step_is_what_the_list_of_deals_says(at: At) -> None:
    today = at(0)
    stalled = deal("Bank", 5, stage_since=today - timedelta(days=400), next_step_on=today + timedelta(days=300))
    idle, fine = deal("Bank", 6), deal("Bank", 7)
    plan(fine, 3)
    data = held()
    assert {name: line.reasons for name, line in talked(data).items()} == {stalled: ("stalled",), idle: ("idle",)}
    assert (data.totals.open, data.totals.flagged, data.totals.stalled, data.totals.idle) == (3, 2, 1, 1)
    page = browser("exec").get(PAGE).text
    for kind in ("pace=stalled", "next=none"):
        href = re.search(rf'href="(/crm/opportunity\?{kind}[^"]*owner[^"]*)"', page)
        assert href
        rows = browser("exec").get(href[1].replace("&amp;", "&")).text
        assert len(set(re.findall(r'href="/crm/opportunity/(\d+)"', rows))) == 1


def test_whoever_has_most_red_flags_comes_first_and_a_change_is_none(at: At) -> None:
    first = at(0)
    changed = [deal("Factory", 100 + n) for n in range(3)]
    for name in changed:
        plan(name, 5)
    deal("Bank", 50)
    at(2)
    for name in changed:
        change(name, amount=1)
    people = held(since=first.isoformat()).people
    assert [(each.name, each.red, each.changed) for each in people] == [("am", 1, 0), ("am2", 0, 3)]


# --- who ------------------------------------------------------------------------------------------------------


def test_a_lead_has_the_own_team_and_an_account_manager_the_own_part(at: At) -> None:
    bank, hospital, factory = (deal(name, 9) for name in ("Bank", "Hospital", "Factory"))
    at(1)
    assert {*talked(held("exec"))} == {bank, hospital, factory}
    assert {*talked(held("exec", unit="FS"))} == {factory}
    assert {*talked(held("lead"))} == {bank, hospital}
    assert {*talked(held("am"))} == {bank}
    with pytest.raises(NotFound):
        held("lead", unit="FS")
    for wrong in ({"since": "2999-01-01"}, {"why": "moon"}, {"owner": "1"}):
        with pytest.raises(Invalid):
            held(**wrong)
    lead = browser("lead")
    assert factory not in lead.get(PAGE).text
    assert lead.get(f"{PAGE}/person/{owner_of('am2')}").status_code == 404
    assert browser("channel").get(PAGE).status_code in (403, 404)


def test_only_who_may_write_is_offered_the_line_for_a_next_step(at: At) -> None:
    name = deal("Bank", 9)
    at(1)
    assert "data-step" in browser("lead").get(PAGE).text
    assert "data-step" in browser("am").get(PAGE).text
    executive = browser("exec")
    assert "data-step" not in executive.get(PAGE).text
    due = (clock.today() + timedelta(days=1)).isoformat()
    for who in ("exec", "am3", "am2"):
        answer = browser(who).post(f"{PAGE}/deal/{id_of(name)}", data={"text": "x", "day": due})
        assert answer.status_code in (403, 404), who
    assert activities(name) == []


# --- what is agreed -------------------------------------------------------------------------------------------


def test_a_next_step_becomes_a_plan_of_the_owner_and_is_taken_back(at: At) -> None:
    name = deal("Bank", 9)
    today = at(0)
    lead = browser("lead")
    form = {"text": "Call the  boss", "day": (today + timedelta(days=2)).isoformat(), "key": "k", "since": "2026-01-05"}
    answers = [lead.post(f"{PAGE}/deal/{id_of(name)}", data=form) for _twice in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    made = activities(name)
    assert [(a.subject, a.state, a.due_on, a.owner_id, a.kind) for a in made] == [
        ("Call the boss", "planned", today + timedelta(days=2), owner_of("am"), "task")
    ]
    assert flash_of(answers[0]) == f"agreed:{made[0].id}:20260105"
    assert talked(held()) == {}
    back = lead.post(f"{PAGE}/undo/{made[0].id}", data={"next": "20260105"})
    assert back.headers["location"].startswith(f"{PAGE}?since=2026-01-05&open={owner_of('am')}")
    assert [each.archived_at is None for each in activities(name)] == [False]
    assert talked(held())[name].reasons == ("idle",)


def test_the_row_comes_back_planned_without_a_reload_and_with_a_sentence_where_something_is_wrong(at: At) -> None:
    name = deal("Bank", 9)
    today = at(1)
    lead, headers = browser("lead"), {"hx-request": "true"}
    path = f"{PAGE}/deal/{id_of(name)}"
    for form in ({"text": "", "day": today.isoformat()}, {"text": "x", "day": "2020-01-01"}, {"text": "x", "day": ""}):
        answer = lead.post(path, data=form, headers=headers)
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text
        assert "<html" not in answer.text
        assert lead.post(path, data=form).status_code == 422
    answer = lead.post(path, data={"text": "Call", "day": today.isoformat()}, headers=headers)
    assert (answer.status_code, statements(answer) <= 40) == (200, True)
    assert f'id="d-{id_of(name)}"' in answer.text
    assert f"{PAGE}/undo/" in answer.text
    change(name, state="lost")
    assert lead.post(path, data={"text": "Call", "day": today.isoformat()}).status_code in (404, 409)


# --- how much -------------------------------------------------------------------------------------------------


def test_five_thousand_open_deals_cost_no_more_statements_and_show_a_page_of_them(at: At) -> None:
    name = deal("Bank", 9)
    deal("Factory", 9)
    at(1)
    few = browser("exec").get(PAGE)
    _many(name, 5000)
    page = browser("exec").get(PAGE)
    assert statements(page) == statements(few) <= 20
    assert page.text.count('<li id="d-') == 20
    assert "and 4,981 more" in page.text
    assert page.text.count("<") < 4000
    further = browser("exec").get(f"{PAGE}/person/{owner_of('am')}?skip=5000").text
    assert further.count('<li id="d-') == 1
    assert len(held().people[0].lines) == 12


def _many(name: str, number: int) -> None:
    """Copies of the deal, written without the unit of work."""
    table = METADATA.tables["crm_opportunity"]
    with kernel_session() as session:
        row = dict(session.connection().execute(select(table).where(table.c.name == name)).mappings().one())
        rows = [{**row, "id": key, "code": f"C{n}", "name": f"copy {n}"} for n, key in enumerate(new_ids(number))]
        session.connection().execute(table.insert(), rows)


# --- on paper -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lang", "said"), [("en", "Weekly meeting"), ("zh", "周例会")])
def test_the_paper_and_the_page_say_the_same_in_both_languages(at: At, lang: str, said: str) -> None:
    name = deal("Bank", 9)
    at(1)
    with use_language(lang):
        paper = text_of(meeting.draw(held("lead")))
    lead = browser("lead")
    lead.cookies.set("octant_lang", lang)
    page = lead.get(PAGE).text
    for each in (said, name.split()[0]):
        assert each.replace(" ", "") in paper
        assert each in page
    assert ("nonextstep" if lang == "en" else "无下一步") in paper


def test_the_paper_says_what_was_planned_today_for_deals_that_their_reader_sees(at: At) -> None:
    names = deal("Bank", 9), deal("Factory", 9)
    at(1)
    for name in names:
        plan(name, 3, kind="task", created_at=clock.now())
    data = held("lead")
    assert [(each.deal, each.owner) for each in data.planned] == [(names[0], "am")]
    with use_language("en"):
        paper = text_of(meeting.draw(data))
    assert paper.index("Plannedtoday") < paper.rindex("".join(names[0].split())) < paper.index("Slipped:")
    at(2)
    assert held("lead").planned == ()


def test_a_paper_of_nothing_says_so(at: At) -> None:
    at(1)
    assert "Nothingtotalkabout" in text_of(meeting.draw(held("lead")))
