"""The proposal of a quote: what is written and ticked, clients that agreed to be named, and the logo of the house."""

import io
from datetime import date
from typing import Any

import pytest
from PIL import Image

from core.actors import actor_for
from core.db import reading
from core.errors import Invalid
from core.i18n import use_language
from crm.accounts import Account
from crm.quotes.cases import ReferenceClient, cases
from crm.quotes.kept import logo_of
from crm.quotes.logos import measured
from crm.quotes.making import new_version
from crm.quotes.quotes import Quote
from crm.quotes.reading import QuoteView, quote_view
from tests.crm.browser import Browser, part, text_of
from tests.crm.quotes.quoting import priced, quoted
from tests.crm.quotes.test_quote_pages import proposal
from tests.crm.world import acting, days, id_of, one, save


@pytest.fixture
def am(fresh_carrier: str) -> Browser:
    priced()
    return Browser("am")


def agreed(client: str, code: str, **values: Any) -> None:
    with acting("operator") as session:
        account = id_of(session, Account, code=client) or 0
        values = {"agreed_on": days(-1), "agreed_how": "A letter", "story": f"A line for {code}.", **values}
        save(session, ReferenceClient(account_id=account, code=code, **values))


def view(quote: int, who: str = "am") -> QuoteView:
    with reading(actor_for(who)) as session:
        return quote_view(session, quote)


def post(am: Browser, quote: int, **typed: str) -> Any:
    return am.post_named(f"/crm/quote/{quote}/proposal", proposal(am, quote, **typed), is_fragment=True)


# --- what is written and ticked ---------------------------------------------------------------------------------


def test_words_and_ticks_are_saved_in_one_form(am: Browser) -> None:
    quote = quoted()
    answer = post(am, quote, need="Slow lines", parts="signature,need,prices", language="en")
    assert answer.status_code == 200
    seen = view(quote)
    assert (seen.need, seen.parts, seen.language) == ("Slow lines", ("need", "prices", "signature"), "en")
    with acting("am") as session:
        second = new_version(session, one(session, Quote, id=quote)).id
    assert view(second).parts == seen.parts


WRONG = (
    ({"parts": ""}, 422, "Tick at least one part"), ({"references": "R-X"}, 422, "no client that may be named"),
    ({"clauses": "nothing"}, 422, "There is no clause"), ({"valid_until": "soon"}, 422, "is not a date"),
    ({"valid_until": "2020-01-01"}, 422, "over before the day of its prices"), ({"mark": "old"}, 409, "Somebody else"),
)  # fmt: skip


def test_what_is_refused_keeps_every_word(am: Browser) -> None:
    quote = quoted()
    for typed, status, words in WRONG:
        answer = post(am, quote, solution="Two ways in", **typed)
        assert answer.status_code == status and words in text_of(answer.text), typed
        assert "Two ways in" in answer.text
    assert view(quote).solution == ""


def test_what_was_issued_is_not_edited_any_more(am: Browser) -> None:
    quote = quoted()
    line = view(quote).lines[0].id
    form = proposal(am, quote)
    for path in (f"/crm/quote/{quote}", f"/crm/quote_line/{line}"):
        assert f'href="{path}/edit"' in am.get(path).text
    am.post(f"/crm/quote/{quote}/issue")
    for path in (f"/crm/quote/{quote}", f"/crm/quote_line/{line}"):
        page = am.get(path).text
        assert f'href="{path}/edit"' not in page and f"{path}/archive" not in page
        refused = am.get(f"{path}/edit")
        assert refused.status_code == 403 and "Make a new version of the quote." in text_of(refused.text)
    assert am.post_named(f"/crm/quote/{quote}/proposal", form).status_code == 409


# --- clients that agreed ----------------------------------------------------------------------------------------


def test_only_who_agreed_and_who_is_seen_may_be_named(am: Browser) -> None:
    agreed("ACC0", "now")
    agreed("ACC1", "over", agreed_until=days(-1))
    agreed("ACC3", "hidden")
    with reading(actor_for("am")) as session:
        assert [each.code for each in cases(session)] == ["now"]
    page = part(am.get(f"/crm/quote/{quoted()}").text, "p-quote-proposal")
    assert "A line for now." in page and "A line for over." not in page and "A line for hidden." not in page


def test_who_was_named_stays_on_the_issued_paper_after_the_consent_ends(am: Browser) -> None:
    agreed("ACC0", "now", name="A harbour of the south")
    quote = quoted()
    post(am, quote, references="now", parts="references")
    am.post(f"/crm/quote/{quote}/issue")
    with acting("am") as session:
        one(session, ReferenceClient, code="now").agreed_until = days(-1)
    assert [each.name.zh for each in view(quote).references] == ["A harbour of the south"]
    with acting("am") as session:
        second = new_version(session, one(session, Quote, id=quote)).id
    assert view(second).references == ()


def test_a_draft_leaves_out_whoever_its_reader_may_not_name(am: Browser) -> None:
    agreed("ACC0", "now")
    quote = quoted()
    post(am, quote, references="now")
    with acting("operator") as session:
        one(session, ReferenceClient, code="now").account_id = id_of(session, Account, code="ACC3")
    assert view(quote).references == ()


@pytest.mark.parametrize("values", [{"agreed_on": date(2999, 1, 1)}, {"agreed_until": date(2000, 1, 1)}], ids=str)
def test_a_consent_has_its_days(fresh_carrier: str, values: dict[str, date]) -> None:
    with pytest.raises(Invalid):
        agreed("ACC0", "x", **values)


# --- the logo ---------------------------------------------------------------------------------------------------


def picture(width: int = 300, height: int = 90, kind: str = "PNG", color: str = "navy") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), color).save(out, kind)
    return out.getvalue()


def upload(who: Browser, name: str, content: bytes) -> Any:
    return who.client.post("/crm/logo", files={"logo": (name, content)})


BAD = (
    ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "PNG or JPEG"), ("logo.png", b"\x89PNG no", "not what"),
    ("logo.png", picture(kind="JPEG"), "not what"), ("logo.gif", picture(kind="GIF"), "PNG or JPEG"),
    ("logo.png", picture(4000, 3000), "too many points"), ("logo.png", picture(900, 20), "too long and thin"),
    ("logo.png", picture()[:200], "not what"), ("logo.png", b"\x89PNG" + b"0" * (2 * 2**20), "larger than 2 MB"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "content", "words"), BAD, ids=range(len(BAD)))
def test_only_a_picture_that_can_be_printed_becomes_the_logo(name: str, content: bytes, words: str) -> None:
    with use_language("en"), pytest.raises(Invalid) as refused:
        measured(name, content)
    assert words in str(refused.value)


def test_the_logo_is_uploaded_once_and_an_issued_quote_keeps_its_own(am: Browser) -> None:
    admin = Browser("admin")
    assert am.get("/crm/logo").status_code == 403 and upload(am, "logo.png", picture()).status_code == 403
    refused = upload(admin, "logo.svg", b"<svg/>")
    assert refused.status_code == 422 and "PNG or JPEG" in text_of(refused.text)
    assert upload(admin, "logo.png", picture()).status_code == 303
    first, second = quoted(), quoted(deal="DEAL1")
    am.post(f"/crm/quote/{first}/issue")
    used = logo(first)
    assert upload(admin, "new.jpg", picture(kind="JPEG")).status_code == 303
    assert logo(first) == used and logo(second) not in (used, None)
    assert am.get(f"/crm/logo/{used.id}/image").headers["content-type"] == "image/png"
    removed = admin.post("/crm/logo/remove")
    assert removed.status_code == 303 and logo(second) is None and logo(first) == used
    assert admin.post(f"/crm/logo/{used.id}/again").status_code == 303 and logo(second) == used


def logo(quote: int) -> Any:
    with reading(actor_for("am")) as session:
        return logo_of(session, one(session, Quote, id=quote))
