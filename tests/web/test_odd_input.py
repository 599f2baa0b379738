"""What nobody types by accident: numbers and days out of range, signs that cannot be stored. Refused, no fault."""

import pytest

from tests.web.world import World

HUGE, BEYOND = "9" * 5000, str(2**63)
DEALS = (
    "expected_close_on.to=9999-12-31", "probability=NaN", "probability=1e999999999", "amount=sNaN",
    "amount=1e999999%E4%B8%87", "sort=-probability&after=1:NaN", "name.from=a", "owner=%00", "q=%00",
    f"pipeline={HUGE}", f"after={HUGE}", "expected_close_on.from=0001-01-01",
)  # fmt: skip


@pytest.mark.parametrize("query", DEALS)
@pytest.mark.parametrize("path", ["/crm/opportunity", "/crm/opportunity/board", "/crm/opportunity/totals"])
def test_a_condition_out_of_range_is_refused_or_finds_nothing(world: World, path: str, query: str) -> None:
    assert world.client("am").get(f"{path}?{query}").status_code in (200, 422)


@pytest.mark.parametrize("field", ["email.from", "mobile.to"])
def test_a_hidden_field_has_no_range(world: World, field: str) -> None:
    assert world.client("exec").get(f"/crm/key_person?{field}=a").status_code == 422


@pytest.mark.parametrize("day", ["0001-01-01T00:00:00%2B14:00~1", "9999-12-31T23:59:59-14:00~1", "%00"])
def test_a_place_in_a_timeline_out_of_the_calendar_is_refused(world: World, day: str) -> None:
    path = f"/crm/timeline?account={world.ids['港口']}&before={day}"
    assert world.client("am").get(path).status_code == 422


@pytest.mark.parametrize("role", [HUGE, BEYOND, "x", "²"])
def test_a_role_that_is_no_number_is_no_role(world: World, role: str) -> None:
    admin = world.client("admin")
    assert admin.post(f"/admin/users/{world.ids['am']}/roles", data={"role": role}).status_code == 422
    typed = {"username": "newcomer", "name": "Newcomer", "role": role}
    assert admin.post("/admin/users/new", data=typed).status_code == 422


@pytest.mark.parametrize("query", ["who=%00", "day=9999-12-31", "day=0001-01-01", f"record={BEYOND}"])
def test_the_journal_is_asked_out_of_range(world: World, query: str) -> None:
    assert world.client("admin").get(f"/admin/audit?{query}").status_code in (200, 422)


def test_a_form_with_a_sign_that_cannot_be_stored_is_refused_whole(world: World) -> None:
    client = world.client("am")
    answer = client.post(f"/crm/account/{world.ids['港口']}/note", data={"body": "a\x00b", "key": "nul"})
    assert answer.status_code == 422
    assert "cannot be stored" in answer.text


def test_a_note_longer_than_its_column_is_refused_in_words(world: World) -> None:
    client = world.client("am")
    answer = client.post(f"/crm/account/{world.ids['港口']}/note", data={"body": "x" * 4001, "key": "long"})
    assert answer.status_code == 422
    assert "at most 4000 characters" in answer.text


@pytest.mark.parametrize("report", ["pipeline", "executive"])
@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2026-02-30"])
def test_a_report_of_a_day_out_of_range_is_refused_before_a_job_is_made(world: World, report: str, day: str) -> None:
    answer = world.client("exec").post(f"/reports/{report}", data={"on": day})
    assert answer.status_code == 422
    assert "day" in answer.text
