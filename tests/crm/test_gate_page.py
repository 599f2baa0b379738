"""The sheet before a move, as a page and as a part; proofs by hand; the board's refused card; earlier lives."""

import re
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from core.access import OPERATOR
from core.db import reading
from crm.deal_states import lose, reopen
from crm.exit_proofs import ExitProof
from crm.exit_tests import ExitTest
from crm.files import File
from crm.opportunities import Opportunity
from crm.quotes.making import make
from crm.reasons import Reason
from crm.rivals import Rival
from crm.stage_moves import StageMove
from crm.stages import Stage
from tests.crm.browser import FRAGMENT, Browser, part, text_of
from tests.crm.playing import deal
from tests.crm.quotes.quoting import sold
from tests.crm.test_exit_gate import last_move, stand
from tests.crm.world import acting, days, id_of, one, save, seen


@pytest.fixture
def am(fresh_carrier: str) -> Browser:
    return Browser("am")


def bank(code: str) -> int:
    with acting("operator") as session:
        return stand(session, code).id


def ids(model: Any, code: str) -> int:
    with reading(OPERATOR) as session:
        return id_of(session, model, code=code) or 0


def stored(deal_id: int) -> Opportunity:
    with reading(OPERATOR) as session:
        found: Opportunity = one(session, Opportunity, id=deal_id)
        return found


def gate(deal_id: int, to: str, **more: str) -> str:
    pairs = "".join(f"&{name}={value}" for name, value in more.items())
    return f"/crm/opportunity/{deal_id}/gate?to={ids(Stage, to)}{pairs}"


# --- the sheet ------------------------------------------------------------------------------------------------


def test_the_advance_opens_the_sheet_where_something_lacks(am: Browser) -> None:
    deal_id = bank("O1")
    shown = part(am.get(f"/crm/opportunity/{deal_id}").text, "p-deal-tests")
    link = re.search(r'<a class="btn pri" href="([^"]+)" data-sheet>', shown)
    assert link
    sheet = am.get(link[1].replace("&amp;", "&"))
    assert sheet.status_code == 200
    text = text_of(sheet.text)
    assert "The user unit confirmed the problem in a visit or in writing warns" in text
    assert "Move on all the same" in text


def test_with_scripts_only_the_sheet_is_sent(am: Browser) -> None:
    answer = am.get(gate(bank("O1"), "O2"), **FRAGMENT)
    assert "<html" not in answer.text
    assert 'id="sheet-h"' in answer.text


@pytest.mark.parametrize("is_fragment", [True, False])
def test_only_in_the_sheet_its_forms_are_answered_by_it(am: Browser, is_fragment: bool) -> None:
    # On a page of its own the sheet is shut: an answer that is drawn there is seen by nobody.
    assert ("#sheet-body" in gate_forms(am, is_fragment=is_fragment)) is is_fragment


def gate_forms(am: Browser, *, is_fragment: bool) -> str:
    text = am.get(gate(bank("O5"), "O6"), **(FRAGMENT if is_fragment else {})).text
    return " ".join(re.findall(r"<form[^>]*/proof[^>]*>", text))


def test_moving_on_all_the_same_notes_what_lacked(am: Browser) -> None:
    deal_id = bank("O1")
    answer = am.post(f"/crm/opportunity/{deal_id}/gate", at=gate(deal_id, "O2"))
    assert answer.headers["location"] == f"/crm/opportunity/{deal_id}"
    assert stored(deal_id).stage_id == ids(Stage, "O2")
    assert f'action="/crm/opportunity/{deal_id}/undo"' in am.get(answer.headers["location"]).text


def test_a_sentence_with_its_source_meets_the_test_and_is_taken_back(am: Browser) -> None:
    deal_id, at = bank("O1"), gate(bank("O1"), "O2")
    test = str(ids(ExitTest, "O1_problem"))
    values = {"at": at, "test": test, "said": "Our lines fail.", "source": "visit"}
    assert am.post(f"/crm/opportunity/{deal_id}/proof", **values).headers["location"] == at
    shown = part(am.get(f"/crm/opportunity/{deal_id}").text, "p-deal-tests")
    assert "Our lines fail. · Said in a visit" in text_of(shown)
    (proof,) = seen("am", ExitProof.id)
    am.post(f"/crm/opportunity/{deal_id}/proof/{proof}/take-back", at=at)
    assert "Our lines fail." not in am.get(f"/crm/opportunity/{deal_id}").text
    assert am.post(f"/crm/opportunity/{deal_id}/proof", **values).status_code == 303


@pytest.mark.parametrize("is_fragment", [True, False])
def test_a_proof_without_words_is_refused_and_the_rest_is_kept(am: Browser, is_fragment: bool) -> None:
    deal_id, test = bank("O1"), str(ids(ExitTest, "O1_problem"))
    values = {"at": gate(deal_id, "O2"), "test": test, "said": " ", "source": "letter"}
    answer = am.post(f"/crm/opportunity/{deal_id}/proof", is_fragment=is_fragment, **values)
    assert answer.status_code == 422
    assert "Write in a sentence what the client said or wrote." in answer.text
    assert '<option value="letter" selected>' in answer.text


def test_what_is_known_inside_asks_what_proves_it_and_not_what_the_client_said(am: Browser) -> None:
    deal_id, test = bank("O5"), str(ids(ExitTest, "O5_approved"))
    with acting("operator") as session:
        one(session, ExitTest, code="O5_approved").proof = "inside"
    at = gate(deal_id, "O6")
    row = am.get(at).text.split(f'id="g-{test}"')[1].split("</li>")[0]
    assert "What proves it inside the house" in row
    assert "What the client said" not in row
    assert 'name="source"' not in row
    assert "Note what proves it" in part(am.get(f"/crm/opportunity/{deal_id}").text, "p-deal-tests")
    empty = am.post(f"/crm/opportunity/{deal_id}/proof", at=at, test=test, said=" ")
    assert "Write in a sentence what proves it." in text_of(empty.text)
    kept = am.post(f"/crm/opportunity/{deal_id}/proof", at=at, test=test, said="Minutes of the price meeting, no. 12")
    assert kept.status_code == 303
    shown = text_of(part(am.get(f"/crm/opportunity/{deal_id}").text, "p-deal-tests"))
    assert "Minutes of the price meeting, no. 12 · Known inside the house" in shown


def test_an_approved_price_is_proved_by_the_quote_and_by_nothing_typed(am: Browser) -> None:
    deal_id, test = bank("O5"), str(ids(ExitTest, "O5_approved"))
    with acting("am") as session:
        quote = make(session, sold(session, deal=stored(deal_id).code)).id
    at = gate(deal_id, "O6")
    row = am.get(at).text.split(f'id="g-{test}"')[1].split("</li>")[0]
    assert "Make a quote" in row and 'name="said"' not in row
    refused = am.post(f"/crm/opportunity/{deal_id}/proof", at=at, test=test, said="We talked", source="call")
    assert "proved by records" in text_of(refused.text)
    am.post(f"/crm/quote/{quote}/issue")
    shown = part(am.get(f"/crm/opportunity/{deal_id}").text, "p-deal-tests")
    assert f'href="/crm/quote/{quote}"' in shown


def test_a_second_proof_of_the_same_test_says_so(am: Browser) -> None:
    deal_id, test = bank("O1"), str(ids(ExitTest, "O1_problem"))
    values = {"at": gate(deal_id, "O2"), "test": test, "source": "call"}
    am.post(f"/crm/opportunity/{deal_id}/proof", said="First", **values)
    answer = am.post(f"/crm/opportunity/{deal_id}/proof", said="Second", **values)
    assert answer.status_code == 409
    assert "Somebody noted a proof of this meanwhile." in answer.text


def test_the_signed_contract_is_uploaded_in_the_sheet_and_wins(am: Browser) -> None:
    deal_id = bank("O5")
    at, test = gate(deal_id, "O6"), str(ids(ExitTest, "O6_contract"))
    refused = am.post(f"/crm/opportunity/{deal_id}/gate", at=at)
    assert refused.status_code == 422
    assert "The signed contract is on file" in refused.text
    sent = {"at": at, "test": test, "kind": "contract"}
    am.client.post(f"/crm/opportunity/{deal_id}/proof/file", data=sent, files={"file": ("c.txt", b"Signed.")})
    assert seen("am", File.evidence) == {"contract"}
    am.post(f"/crm/opportunity/{deal_id}/gate", at=at)
    assert stored(deal_id).state == "won"


def test_the_verbs_of_the_page_lead_to_the_sheet_with_what_was_typed(am: Browser) -> None:
    deal_id = bank("O5")
    answer = am.post_named(
        f"/crm/opportunity/{deal_id}/do/win", {"win.closed_on": days(-1).isoformat(), "win.why": "At last"}
    )  # fmt: skip
    place = answer.headers["location"]
    assert place.startswith(f"/crm/opportunity/{deal_id}/gate?")
    assert f"closed_on={days(-1).isoformat()}" in place
    Browser("lead").post(f"/crm/opportunity/{deal_id}/gate", at=place, override="In the post.")
    found = stored(deal_id)
    assert (found.state, found.closed_on) == ("won", days(-1))


# --- the board ------------------------------------------------------------------------------------------------


def test_a_refused_card_opens_the_sheet_and_leads_back_to_the_board(am: Browser) -> None:
    deal_id, board = bank("O5"), "/crm/opportunity/board?q=Bank"
    values = {"to": str(ids(Stage, "O6")), "next": board}
    part_ = am.post(f"/crm/opportunity/{deal_id}/move", is_fragment=True, **values)
    assert part_.status_code == 422
    sheet = re.search(r'data-why data-sheet="([^"]+)"', part_.text)
    assert sheet
    whole = am.post(f"/crm/opportunity/{deal_id}/move", **values)
    assert whole.headers["location"] == sheet[1].replace("&amp;", "&")
    assert f'href="{board}"' in am.get(whole.headers["location"]).text


# --- who passes -----------------------------------------------------------------------------------------------


def test_only_who_leads_is_offered_the_pass_and_the_deal_shows_it(am: Browser) -> None:
    deal_id = bank("O5")
    at, lead = gate(deal_id, "O6"), Browser("lead")
    assert 'name="override"' not in am.get(at).text
    assert "they may pass it with a reason" in am.get(at).text
    assert am.post(f"/crm/opportunity/{deal_id}/gate", at=at, override="Mine.").status_code == 403
    assert 'name="override"' in lead.get(at).text
    empty = lead.post(f"/crm/opportunity/{deal_id}/gate", at=at, override="")
    assert (empty.status_code, "Say why the deal may go on all the same." in empty.text) == (422, True)
    assert lead.post(f"/crm/opportunity/{deal_id}/gate", at=at, override="In the post.").status_code == 303
    text = text_of(part(am.get(f"/crm/opportunity/{deal_id}").text, "p-deal-tests"))
    assert "Passed by override: 1" in text
    assert "In the post. Negotiation → Signed" in text


def test_a_deal_that_moved_meanwhile_is_not_moved_again(am: Browser) -> None:
    deal_id = bank("O1")
    sent = {"at": gate(deal_id, "O2"), "from": str(ids(Stage, "O0"))}
    assert am.post_named(f"/crm/opportunity/{deal_id}/gate", sent).status_code == 409


@pytest.mark.parametrize(("who", "status"), [("am2", 404), ("exec", 403)])
def test_others_neither_prove_nor_pass(am: Browser, who: str, status: int) -> None:
    deal_id, other = bank("O1"), Browser(who)
    assert other.get(gate(deal_id, "O2")).status_code == (404 if status == 404 else 200)
    for path in ("gate", "proof"):
        sent = {"at": gate(deal_id, "O2"), "test": "1", "said": "x", "source": "call"}
        answer = other.post(f"/crm/opportunity/{deal_id}/{path}", **sent)
        assert answer.status_code in (status, 403)
    assert stored(deal_id).stage_id == ids(Stage, "O1")


# --- a life that ended ----------------------------------------------------------------------------------------


def test_the_page_of_a_reopened_deal_tells_its_first_life(am: Browser) -> None:
    with acting("am") as session:
        found = stand(session, "O4")
        lose(session, found, reason_id=id_of(session, Reason, code="coverage"), closed_on=days(-3))
        session.flush()
        reopen(session, found, why="They called again.")
        deal_id = found.id
    text = text_of(part(am.get(f"/crm/opportunity/{deal_id}").text, "p-deal-tests"))
    assert re.search(r"Lost on \d+ \w+( \d{4})?\. .+ Opened again on \d+ \w+\. · am · They called again\.", text)


def test_a_lost_deal_reopened_keeps_its_first_life_countable(fresh_carrier: str) -> None:
    with acting("keeper") as session:
        save(session, Rival(code="r", name_zh="对手"))
    with acting("am") as session:
        found, reason = stand(session, "O4"), id_of(session, Reason, code="coverage")
        winner = id_of(session, Rival, code="r")
        lose(session, found, reason_id=reason, won_by_id=winner, closed_on=days(-3))
        session.flush()
        reopen(session, found, why="They called again.")
        assert (found.state, found.reason_id, found.closed_on) == ("open", None, None)
        kept = last_move(session)
        assert (kept.from_state, kept.reason_id, kept.won_by_id, kept.closed_on) == ("lost", reason, winner, days(-3))
        losses = select(StageMove).where(col(StageMove.to_state) == "lost")
        assert [(each.reason_id, each.won_by_id) for each in session.scalars(losses)] == [(reason, winner)]


def test_a_loss_that_came_from_a_file_is_kept_when_the_deal_opens_again(fresh_carrier: str) -> None:
    with acting("am") as session:
        found = stand(session, "O4")
        found.state, found.closed_on, found.reason_id = "lost", days(-9), id_of(session, Reason, code="coverage")
        session.flush()
        reopen(session, found)
        assert (last_move(session).closed_on, last_move(session).reason_id) == (
            days(-9),
            id_of(session, Reason, code="coverage"),
        )


def test_others_do_not_see_what_proves_a_deal(fresh_carrier: str) -> None:
    with acting("am") as session:
        test = id_of(session, ExitTest, code="O1_problem") or 0
        save(session, ExitProof(opportunity_id=deal(session).id, test_id=test, said="x", source="call"))
    assert len(seen("am", ExitProof.id)) == len(seen("lead", ExitProof.id)) == 1
    assert seen("am2", ExitProof.id) == seen("am3", ExitProof.id) == set()
