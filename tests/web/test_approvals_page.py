"""The page of approvals, through the URL: the lists, one request, the answers, and who finds nothing there."""

import re
from typing import Any

import pytest

from core.access import ACCESS
from core.actors import actor_for
from core.approvals import asking
from core.approvals.kinds import Kind
from core.db import get, reading, unit_of_work
from core.messages import told
from core.notices import notices_of
from core.registry import registry
from crm.accounts import Account
from tests.core.approving import HIGH, TRIAL, state
from tests.core.approving import kind as kind
from tests.web.reading import statements
from tests.web.world import World
from web.kit.approvals import approval_panel

PAGE = "/me/approvals"


@pytest.fixture
def office(own_world: World, kind: Kind) -> World:
    """The small world, in which the tests' own kind of approval is known."""
    return own_world


def ask(office: World, by: str = "am", about: str = "港口", amount: int = HIGH - 1, **facts: Any) -> int:
    with unit_of_work(actor_for(by)) as session:
        record = get(session, Account, office.ids[about])
        facts = {"what": f"at {about}", **facts}
        return asking.request(session, TRIAL.name, record, reason="They wait for it", amount=amount, facts=facts).id


def post(office: World, user: str, approval_id: int, act: str, **form: str) -> Any:
    return office.client(user).post(f"{PAGE}/{approval_id}/{act}", data=form)


def listed(office: World, user: str, show: str = "") -> list[str]:
    page = office.client(user).get(f"{PAGE}?show={show}" if show else PAGE).text
    return re.findall(rf'href="{PAGE}/(\d+)"', page)


def test_what_waits_says_what_who_how_much_why_and_the_menu_counts_it(office: World) -> None:
    made = ask(office)
    page = office.client("lead").get(PAGE).text
    for said in ("Trial at 港口", "am 先生", "¥20 K", "They wait for it", "港口集团有限公司"):
        assert said in page
    assert listed(office, "lead") == [str(made)]
    assert re.search(r'href="/me/approvals"[^>]*>.*?<span class="c hot">1</span>', page, re.DOTALL)


def test_each_sees_their_own_in_three_lists(office: World) -> None:
    first, second = ask(office), ask(office, about="电池")
    post(office, "lead", first, "approve")
    assert listed(office, "lead") == [str(second)]
    assert listed(office, "lead", "answered") == [str(first)]
    assert listed(office, "am", "asked") == [str(second), str(first)]
    assert listed(office, "am") == listed(office, "am2") == []
    assert "Nothing waits for your approval" in office.client("am2").get(PAGE).text


def test_an_approval_is_one_press_and_offers_no_undo(office: World) -> None:
    made, other = ask(office), ask(office, about="电池")
    page = office.client("lead").get(f"{PAGE}/{made}").text
    assert "Still for me to answer" not in page
    assert 'id="approve"' in page and 'id="refuse"' in page and 'id="recall"' not in page
    answer = post(office, "lead", made, "approve", comment="Good")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}/{made}")
    assert state(made) == "approved"
    client = office.client("lead")
    client.cookies.set("octant_flash", "approval-approve")
    after = client.get(f"{PAGE}/{made}").text
    assert "Your approval is given." in after
    assert "Undo" not in after
    assert 'id="approve"' not in after
    assert "Good" in after
    assert "Still for me to answer: 1" in after
    assert f"{PAGE}/{other}" in client.get(PAGE).text


def test_a_refusal_without_a_reason_says_so_beside_its_field(office: World) -> None:
    made = ask(office)
    answer = post(office, "lead", made, "refuse", comment=" ")
    assert answer.status_code == 422
    assert 'id="comment-e"' in answer.text
    assert state(made) == "open"
    assert post(office, "lead", made, "refuse", comment="Too dear").status_code == 303
    assert "Too dear" in office.client("am").get(f"{PAGE}/{made}").text


def test_who_asked_takes_it_back_and_asks_again(office: World) -> None:
    made = ask(office)
    page = office.client("am").get(f"{PAGE}/{made}").text
    assert 'id="recall"' in page and 'id="approve"' not in page
    assert post(office, "am", made, "recall").status_code == 303
    assert state(made) == "recalled"
    assert ask(office) != made


def test_it_is_handed_on_and_one_more_is_asked(office: World) -> None:
    made = ask(office)
    assert post(office, "lead", made, "add", who="nobody here", where="also").status_code == 422
    assert post(office, "lead", made, "add", who="am", where="also").status_code == 422
    assert post(office, "lead", made, "add", who="exec", where="also").status_code == 303
    assert listed(office, "exec") == [str(made)]
    assert post(office, "lead", made, "hand-on", who="exec").status_code == 422, "already asked"
    post(office, "lead", made, "approve")
    assert state(made) == "open"
    post(office, "exec", made, "approve")
    assert state(made) == "approved"


def test_somebody_was_quicker(office: World) -> None:
    made = ask(office, shape="two")
    post(office, "exec", made, "refuse", comment="No")
    answer = post(office, "lead", made, "approve", comment="My words")
    assert answer.status_code == 409
    assert "refused already" in answer.text


@pytest.mark.parametrize("stranger", ["am2", "keeper"])
def test_who_has_no_part_in_it_finds_nothing(office: World, stranger: str) -> None:
    made = ask(office)
    if stranger == "keeper":  # reads every account, so what is asked about one too, but answers nothing
        assert office.client(stranger).get(f"{PAGE}/{made}").status_code == 200
        assert post(office, stranger, made, "approve").status_code == 403
    else:
        assert office.client(stranger).get(f"{PAGE}/{made}").status_code == 404
        for act in ("approve", "refuse", "recall", "hand-on", "add"):
            assert post(office, stranger, made, act, comment="x", who="exec").status_code == 404
    assert state(made) == "open"


def test_the_administrator_has_no_such_page(office: World) -> None:
    made = ask(office)
    assert office.client("admin").get(PAGE).status_code == 404
    assert office.client("admin").get(f"{PAGE}/{made}").status_code == 404


def test_ticking_pages_for_a_role_opens_nobodys_requests(office: World) -> None:
    """What the form of pages gives, it gives for all rows: the page's right is not that of the requests."""
    pages = {line.permission for line in registry().menus() if line.target.startswith("/")}
    assert "core.approvals.read" in pages
    assert not pages & {f"{access.stem}.read" for access in ACCESS.values()}


def test_who_may_see_it_but_is_not_asked_gets_no_buttons_and_is_refused(office: World) -> None:
    made = ask(office)
    page = office.client("exec").get(f"{PAGE}/{made}").text
    assert 'id="approve"' not in page and "Who answers" in page
    assert post(office, "exec", made, "approve").status_code == 403
    assert post(office, "am", made, "approve").status_code == 403
    assert state(made) == "open"


def test_the_notice_leads_to_the_request_and_opening_it_reads_it(office: World) -> None:
    made = ask(office)
    client = office.client("lead")
    link = re.findall(r'href="(/me/inbox/\d+)"', client.get("/me/inbox").text)[0]
    assert client.get(link).headers["location"] == f"{PAGE}/{made}"
    post(office, "lead", made, "approve")
    assert "lead 先生 approved what you asked for" in office.client("am").get("/me/inbox").text
    office.client("am").get(f"{PAGE}/{made}")
    with reading(actor_for("am")) as session:
        assert [each.notice.seen_at is not None for each in told(session, notices_of(session, limit=5))] == [True]


def test_lists_and_pages_cost_the_same_with_many(office: World) -> None:
    made = ask(office, shape="both")
    client = office.client("lead")
    one = statements(client.get(PAGE))
    page = statements(client.get(f"{PAGE}/{made}"))
    ask(office, about="电池")
    assert statements(client.get(PAGE)) == one <= 8
    assert page <= 20


def test_a_long_list_has_pages(office: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from web.pages import approvals

    monkeypatch.setattr(approvals, "SHOWN", 1)
    first, second = ask(office), ask(office, about="电池")
    client = office.client("lead")
    following = re.search(r'rel="next" href="([^"]+)"', client.get(PAGE).text)
    assert following
    assert listed(office, "lead") == [str(first)]
    assert f"{PAGE}/{second}" in client.get(following[1].replace("&amp;", "&")).text


def test_a_panel_says_on_the_record_how_it_stands(office: World) -> None:
    with reading(actor_for("am")) as session:
        assert approval_panel(session, "crm.account", office.ids["港口"]) == ""
    made = ask(office)
    with reading(actor_for("am")) as session:
        shown = approval_panel(session, "crm.account", office.ids["港口"])
    assert f'href="{PAGE}/{made}"' in shown
    with reading(actor_for("am2")) as session:
        assert approval_panel(session, "crm.account", office.ids["港口"]) == ""


@pytest.mark.parametrize("odd", ["?show=nothing", "?after=x", "?show=asked&after=99999999999999999999"])
def test_odd_addresses_are_the_beginning(office: World, odd: str) -> None:
    assert office.client("am").get(PAGE + odd).status_code == 200


def test_both_languages(office: World) -> None:
    made = ask(office)
    assert "我的审批" in office.client("lead", "zh").get(f"{PAGE}/{made}").text
    assert "My answer" in office.client("lead", "en").get(f"{PAGE}/{made}").text
