"""Many clients in one file: who is on it, in what order, with a bookmark for each, and what is refused."""

import pytest

from core import jobs
from core.actors import actor_for
from core.db import reading
from core.errors import Invalid
from core.lists import Query
from core.paper_log import papers_of
from core.papers import drawn, found
from core.verify import verify
from reports.client import batch
from tests.crm.browsing import signed_in
from tests.reports import papers
from tests.reports.days import deal
from tests.reports.test_client_paper import id_of


def ticked(*names: str) -> Query:
    return Query(filters={"account": tuple(str(id_of(name)) for name in names)})


def test_each_client_begins_a_page_of_its_own_that_a_bookmark_leads_to(province: str) -> None:
    deal("Bank", 700)
    content = drawn(actor_for("exec"), found("clients"), query=ticked("Harbour", "Bank"))
    read = papers.read(content)
    firsts = {entry["/Title"]: read.get_destination_page_number(entry) for entry in read.outline if "/Title" in entry}
    assert {"Bank", "Harbour"} <= {*firsts}
    assert firsts["Bank"] != firsts["Harbour"]
    assert "Bank" in read.pages[firsts["Bank"]].extract_text()
    assert papers.are_all_fonts_embedded(content)
    assert verify(content).verdict == "ours"


def test_a_narrowed_list_is_printed_as_it_is_narrowed(province: str) -> None:
    with reading(actor_for("exec")) as session:
        data = batch.gather(session, query=Query(words="Bank"))
    assert [client.name for client in data.clients] == ["Bank"]
    assert [value for _label, value in data.filters] == ["Bank"]


def test_all_of_them_or_none(province: str) -> None:
    with reading(actor_for("am")) as session, pytest.raises(Invalid, match="not yours to see"):
        batch.gather(session, query=ticked("Bank", "Factory"))
    with reading(actor_for("am")) as session, pytest.raises(Invalid):
        batch.gather(session, query=Query(filters={"account": ("x",)}))


def test_above_the_most_there_is_a_sentence(province: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "MOST", 1)
    for query in (Query(), ticked("Bank", "Harbour")):
        with reading(actor_for("exec")) as session, pytest.raises(Invalid, match="1 clients at most"):
            batch.gather(session, query=query)


def test_ticked_clients_come_as_one_job_to_be_found_in_the_centre_and_the_inbox(province: str) -> None:
    client = signed_in("exec")
    assert "/reports/clients/ticked" in client.get("/crm/account").text
    ids = [id_of(name) for name in ("Bank", "Harbour")]
    asked = client.post("/reports/clients/ticked", data={"id": [str(key) for key in ids]})
    assert asked.status_code == 303
    jobs.work_once()
    job = jobs.jobs_of(actor_for("exec"))[0]
    assert (job.state, job.done, job.total) == ("done", 3, 3)
    (paper,) = papers_of(actor_for("exec"))
    assert (paper.report, f"sha256:{paper.digest}") == ("clients", (job.result or {})["digest"])
    assert "Clients on a page" in client.get("/reports/centre").text
    assert "Your work is done" in client.get("/me/inbox").text


def test_a_ticked_client_out_of_reach_is_refused_at_once(province: str) -> None:
    ids = [str(id_of(name)) for name in ("Bank", "Factory")]
    assert signed_in("am").post("/reports/clients/ticked", data={"id": ids}).status_code == 422
    assert jobs.jobs_of(actor_for("am")) == []


def test_a_paper_of_one_record_is_offered_by_no_list(province: str) -> None:
    page = signed_in("exec").get("/crm/account").text
    assert 'action="/reports/clients"' in page
    assert 'action="/reports/client"' not in page
