"""Work behind the pages: its progress, what it makes, and that it is one's own."""

import re

import pytest

from core.jobs import work_once
from tests.web.world import World


def test_a_large_export_is_made_by_a_job(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.pages.exports.MOST_ROWS_AT_ONCE", 0)
    client = world.client("am")
    job = client.post("/crm/account/export.xlsx", data={"q": "港口"}).headers["location"]
    waiting = client.get(job).text
    assert "Waiting for its turn" in waiting
    assert f'hx-get="{job}/status"' in waiting
    assert 'http-equiv="refresh"' in waiting
    assert client.get(f"{job}/file").status_code == 404
    work_once()
    part = client.get(f"{job}/status").text
    assert "<html" not in part
    assert "hx-get" not in part
    answer = client.get(f"{job}/file")
    assert answer.content.startswith(b"PK")
    assert answer.headers["content-disposition"].startswith('attachment; filename="account-')
    assert answer.headers["cache-control"] == "no-store"
    assert job in client.get("/jobs").text


def test_anothers_work_is_not_there(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.pages.exports.MOST_ROWS_AT_ONCE", 0)
    job = world.client("am").post("/crm/account/export.xlsx").headers["location"]
    work_once()
    for tail in ("", "/status", "/file", "/result"):
        assert world.client("am2").get(f"{job}{tail}").status_code == 404
    assert world.client("am2").post(f"{job}/cancel").status_code == 404
    assert job not in world.client("am2").get("/jobs").text


def test_work_that_waits_can_be_stopped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.pages.exports.MOST_ROWS_AT_ONCE", 0)
    client = world.client("am")
    job = client.post("/crm/account/export.xlsx").headers["location"]
    assert client.post(f"{job}/cancel").status_code == 303
    work_once()
    assert "Stopped" in client.get(job).text
    assert client.post(f"{job}/cancel").status_code == 409


def test_a_report_is_started_by_its_button_beside_the_list(world: World) -> None:
    client = world.client("am")
    page = client.get("/crm/opportunity?q=港口").text
    button = re.search(r'action="/reports/pipeline">(.*?)<button', page)
    assert button
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', button[1]))
    assert fields == {"q": "港口", "entity": "crm.opportunity"}
    job = client.post("/reports/pipeline", data=fields).headers["location"]
    work_once()
    answer = client.get(f"{job}/file")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


def test_nobody_starts_a_report_by_opening_an_address(world: World) -> None:
    assert world.client("am").get("/reports/pipeline").status_code == 405
    assert world.client("admin").post("/reports/pipeline").status_code == 404
