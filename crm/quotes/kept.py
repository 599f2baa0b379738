"""What a quote says beside its prices: of a draft as it is today, of an issued one as it was on its day.

A client that was named with a quote had agreed to it: whoever reads that paper later reads the name, too.
"""

from typing import Any

from core.db import ActorSession
from crm.quotes.cases import ReferenceClient, cases
from crm.quotes.clauses import clauses
from crm.quotes.logos import Printed, logo_in_use, printed
from crm.quotes.quotes import Quote
from crm.quotes.views import CaseText, ClauseText, Words

Row = dict[str, str]


def kept_words(session: ActorSession, quote: Quote) -> dict[str, Any]:
    """What `kept` holds from the issue on."""
    logo = logo_of(session, quote)
    return {
        "clauses": [_clause_row(each) for each in clauses_of(session, quote)],
        "references": [_case_row(each) for each in cases_of(session, quote)],
        "logo": {"id": logo.id, "key": logo.key, "digest": logo.digest} if logo else None,
    }


def clauses_of(session: ActorSession, quote: Quote) -> tuple[ClauseText, ...]:
    if is_kept(quote):
        return tuple(_kept_clause(row) for row in quote.kept["clauses"])
    return tuple(
        ClauseText(code=each.code, title=_words(each.name_zh, each.name_en), text=_words(each.text_zh, each.text_en))
        for each in clauses(session) if each.code in quote.clauses
    )  # fmt: skip


def cases_of(session: ActorSession, quote: Quote) -> tuple[CaseText, ...]:
    """Those that were chosen, that agree today, and that whoever reads may name."""
    if is_kept(quote):
        return tuple(_kept_case(row) for row in quote.kept.get("references", ()))
    chosen = quote.references or ()
    return tuple(case_text(each) for each in cases(session) if each.code in chosen) if chosen else ()


def case_text(case: ReferenceClient) -> CaseText:
    return CaseText(code=case.code, name=_words(case.name, case.name_en), story=_words(case.story, case.story_en))


def logo_of(session: ActorSession, quote: Quote) -> Printed | None:
    if is_kept(quote):
        kept = quote.kept.get("logo")
        return Printed(kept["id"], kept["key"], kept["digest"]) if kept else None
    return printed(logo_in_use(session))


def is_kept(quote: Quote) -> bool:
    return quote.state != "draft" and quote.kept.get("clauses") is not None


def _words(zh: str, en: str | None) -> Words:
    return Words(zh or en or "", en or zh)


def _clause_row(each: ClauseText) -> Row:
    return {
        "code": each.code, "title_zh": each.title.zh, "title_en": each.title.en, "text_zh": each.text.zh,
        "text_en": each.text.en,
    }  # fmt: skip


def _kept_clause(row: Row) -> ClauseText:
    title, text = Words(row["title_zh"], row["title_en"]), Words(row["text_zh"], row["text_en"])
    return ClauseText(code=row["code"], title=title, text=text)


def _case_row(each: CaseText) -> Row:
    return {
        "code": each.code, "name_zh": each.name.zh, "name_en": each.name.en, "story_zh": each.story.zh,
        "story_en": each.story.en,
    }  # fmt: skip


def _kept_case(row: Row) -> CaseText:
    name, story = Words(row["name_zh"], row["name_en"]), Words(row["story_zh"], row["story_en"])
    return CaseText(code=row["code"], name=name, story=story)
