"""The papers of a quote: what stands on them, in whose language, and that an issued one is the same paper for all."""

import io
from pathlib import Path

import pytest
from PIL import Image

import crm
from core import clock
from core.access import Actor
from core.actors import actor_for
from core.errors import Invalid, NotFound
from core.i18n import load_catalogue, use_language
from core.lists import Query
from core.papers import drawn, found
from core.verify import verify
from crm.accounts import Account
from crm.quotes.cases import ReferenceClient
from crm.quotes.logos import use
from crm.quotes.making import new_version
from crm.quotes.quotes import Quote
from crm.quotes.requests import issue
from tests.crm.conftest import carrier as carrier
from tests.crm.conftest import fresh_carrier as fresh_carrier
from tests.crm.quotes.quoting import priced, quoted
from tests.crm.world import acting, id_of, one, save
from tests.reports import papers

load_catalogue(Path(str(crm.__file__)).parent)
LONG = "珠江三角洲电子信息制造业集团股份有限公司华南生产基地二期智能工厂专线与云主机一体化改造"


@pytest.fixture
def quote(fresh_carrier: str) -> int:
    priced()
    made = quoted()
    change(made, need="我们三个厂区的网络一到下午就卡。\n希望一次解决。", solution="双路由专线。" * 60, plan=LONG * 20)
    return made


def change(quote_id: int, **values: object) -> None:
    with acting("operator") as session:
        row = one(session, Quote, id=quote_id)
        for name, value in values.items():
            setattr(row, name, value)


def paper(kind: str, quote_id: int, actor: Actor | None = None) -> bytes:
    query = Query(filters={"quote": (str(quote_id),)})
    return drawn(actor or actor_for("am"), found(kind), query=query)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_quote_says_prices_taxes_and_the_total_in_words_in_the_language_of_the_client(
    quote: int, language: str
) -> None:
    change(quote, language=language)
    with use_language("en" if language == "zh" else "zh"):
        content = paper("quote", quote)
    said = papers.text_of(content)
    assert "人民币柒万柒仟叁佰元整" in said
    for figure in ("77,300.00", "900.00×36", "9%", "6%", "250.00"):
        assert figure in said
    assert ("Totalincludingtax" in said) == (language == "en")
    assert ("价税合计" in said) == (language == "zh")
    assert ("Draft" in said) == (language == "en")
    assert papers.are_all_fonts_embedded(content)


def test_a_proposal_begins_with_a_cover_and_holds_the_client_s_own_words(quote: int) -> None:
    content = paper("proposal", quote)
    pages = papers.read(content).pages
    assert "我们三个厂区的网络一到下午就卡" not in "".join(pages[0].extract_text().split())
    assert "我们三个厂区的网络一到下午就卡" in papers.text_of(content)
    outline = [entry["/Title"] for entry in papers.read(content).outline]
    assert outline[:4] == ["您的需求", "解决方案", "计划", "价格"]
    for lines in papers.lines_of(content):
        assert all(line.right <= 596 - 40 for line in lines)


def test_only_the_ticked_parts_are_printed_in_their_order(quote: int) -> None:
    with acting("operator") as session:
        agreed = ReferenceClient(
            account_id=id_of(session, Account, code="ACC1") or 0, code="R1", name=LONG, story=LONG * 4,
            agreed_on=clock.today(), agreed_how="A letter",
        )  # fmt: skip
        save(session, agreed)
    change(quote, parts=["need", "references", "signature"], references=["R1"])
    content = paper("proposal", quote)
    outline = [entry["/Title"] for entry in papers.read(content).outline]
    assert outline[:3] == ["您的需求", "成功案例", "如何确认"]
    said = papers.text_of(content)
    assert LONG in said and "900.00×36" not in said and "双路由专线" not in said
    change(quote, parts=["plan"], plan="")
    assert len(papers.read(paper("proposal", quote)).pages) == 1
    assert "900.00×36" in papers.text_of(paper("quote", quote))


def picture(color: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (600, 180), color).save(out, "PNG")
    return out.getvalue()


def pictures(content: bytes) -> int:
    return sum(len(page.images) for page in papers.read(content).pages)


@pytest.mark.parametrize("kind", ["quote", "proposal"])
def test_the_logo_is_printed_and_an_issued_paper_keeps_its_own_to_the_byte(quote: int, kind: str) -> None:
    assert pictures(paper(kind, quote)) == 0
    with acting("operator") as session:
        use(session, "logo.png", picture("navy"))
    with acting("am") as session:
        issue(session, one(session, Quote, id=quote))
    first = paper(kind, quote)
    assert pictures(first) == 1
    with acting("operator") as session:
        use(session, "logo.png", picture("red"))
    assert paper(kind, quote) == first
    with acting("am") as session:
        second = new_version(session, one(session, Quote, id=quote)).id
    assert pictures(paper(kind, second)) == 1


def test_what_nobody_wrote_has_no_heading(quote: int) -> None:
    change(quote, need=None, solution=" ", plan="")
    outline = [entry["/Title"] for entry in papers.read(paper("proposal", quote)).outline]
    assert outline[0] == "价格"


def test_an_issued_quote_is_the_same_paper_whoever_makes_it_and_after_it_was_sent(quote: int) -> None:
    change(quote, state="approved")
    first = paper("quote", quote)
    change(quote, state="sent")
    assert paper("quote", quote, actor_for("lead")) == first
    assert verify(first).verdict == "ours"
    assert verify(first[:-1]).verdict == "changed"


def test_whoever_does_not_see_the_deal_gets_no_paper_of_it(quote: int) -> None:
    with pytest.raises(NotFound):
        paper("proposal", quote, actor_for("am2"))


def test_without_a_quote_there_is_a_sentence(quote: int) -> None:
    for named in ((), ("x",), ("1", "2")):
        with pytest.raises(Invalid):
            drawn(actor_for("am"), found("quote"), query=Query(filters={"quote": named}))


def test_the_house_s_own_is_on_no_paper(quote: int) -> None:
    """The depth of the discount, 9.93 %, is no number of it; the digits of a code or of a fingerprint are none."""
    numbers = papers.numbers_of(paper("proposal", quote))
    assert {"900.00", "36", "12", "50"} <= numbers
    assert not {"993", "9.93"} & numbers
