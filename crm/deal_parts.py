"""What hangs on a deal, read in one statement: from its lines to its tags."""

from typing import Any

from sqlalchemy import BigInteger, Date, String, case, cast, literal, null, or_, select, union_all

from core.access import table_of
from core.db import ActorSession
from crm.deal_checks import DealCheck
from crm.opportunities import Opportunity
from crm.opportunity_lines import OPPORTUNITY_LINE
from crm.opportunity_rivals import OPPORTUNITY_RIVAL
from crm.opportunity_verbs import OPPORTUNITY
from crm.playbook.reading import papers
from crm.products import PRODUCT
from crm.rivals import RIVAL
from crm.suggestions import Suggestion
from crm.tenders import TENDER

MOST_PARTS = 60
KINDS = ("line", "rival", "tender", "file", "check", "paper", "suggestion", "contract", "tag", "quote")

Parts = dict[str, list[Any]]


def parts(session: ActorSession, deal: Opportunity) -> Parts:
    """By kind, each in its own order. Read once per session, unless it writes."""
    kept: dict[int, Parts] = session.info.setdefault("crm.deal_parts", {})
    if deal.id not in kept or session.info["writes"]:
        kept[deal.id] = _read(session, deal)
    return kept[deal.id]


def _read(session: ActorSession, deal: Opportunity) -> Parts:
    made = (_lines, _rivals, _tenders, _files, _checks, _papers, _drawn, _contracts, _tags, _quotes)
    kinds = [each(deal) for each in made]
    found: Parts = {kind: [] for kind in KINDS}
    for row in session.execute(union_all(*(select(kind.limit(MOST_PARTS).subquery()) for kind in kinds))):
        found[row.kind].append(row)
    return {kind: sorted(rows, key=lambda row: row.id) for kind, rows in found.items()}


def _part(kind: str, table: Any, name: Any, sub: Any, **values: Any) -> Any:
    """The columns that all kinds share: numbers n1 to n4, days d1 to d3, words."""
    numbers = (cast(values.get(f"n{i}", null()), BigInteger).label(f"n{i}") for i in range(1, 5))
    days = (values[f"d{i}"].label(f"d{i}") if f"d{i}" in values else _no_day(i) for i in range(1, 4))
    words = cast(values.get("words", null()), String).label("words")
    head = literal(kind).label("kind"), table.c.id.label("id"), cast(name, String).label("name")
    return select(*head, cast(sub, String).label("sub"), *numbers, *days, words)


def _own_name(name: Any, named: Any) -> Any:
    """Empty where it only repeats the name of what it stands for, in whichever language."""
    return case((or_(name == named.c.name_zh, name == named.c.name_en), ""), else_=name)


def _no_day(number: int) -> Any:
    return cast(null(), Date).label(f"d{number}")


def _lines(deal: Opportunity) -> Any:
    line, product = OPPORTUNITY_LINE.table, PRODUCT.table.alias()
    made = _part(
        "line", line, _own_name(line.c.name, product), PRODUCT.title_in(product),
        n1=line.c.quantity, n2=line.c.one_off, n3=line.c.monthly, n4=line.c.months,
    )  # fmt: skip
    joined = made.select_from(line.outerjoin(product, product.c.id == line.c.product_id))
    return joined.where(line.c.opportunity_id == deal.id, line.c.archived_at.is_(None)).order_by(line.c.id)


def _rivals(deal: Opportunity) -> Any:
    tie, rival = OPPORTUNITY_RIVAL.table, RIVAL.table.alias()
    made = _part(
        "rival", tie, _own_name(tie.c.offer, rival), RIVAL.title_in(rival), n1=tie.c.price, words=tie.c.likes
    )  # fmt: skip
    joined = made.select_from(tie.outerjoin(rival, rival.c.id == tie.c.rival_id))
    return joined.where(tie.c.opportunity_id == deal.id, tie.c.archived_at.is_(None)).order_by(tie.c.id)


def _tenders(deal: Opportunity) -> Any:
    """All of the client, since each locks; n4 names the deal that one belongs to."""
    tender = TENDER.table
    flags = {"n2": tender.c.is_ours, "n3": tender.c.is_cancelled}
    days = {"d1": tender.c.noticed_on, "d2": tender.c.deadline_on, "d3": tender.c.awarded_on}
    values = {"n1": tender.c.budget, "n4": tender.c.opportunity_id, **_as_numbers(flags), **days}
    made = _part("tender", tender, tender.c.name, tender.c.agency, **values)
    own = tender.c.opportunity_id == deal.id
    whose = or_(own, tender.c.account_id == deal.account_id) if deal.account_id else own
    return made.select_from(tender).where(whose, tender.c.archived_at.is_(None)).order_by(tender.c.noticed_on.desc())


def _as_numbers(flags: dict[str, Any]) -> dict[str, Any]:
    return {name: case((column, 1), else_=0) for name, column in flags.items()}


def _files(deal: Opportunity) -> Any:
    file = table_of("crm_file")
    made = _part("file", file, file.c.name, file.c.mime, n1=file.c.size).select_from(file)
    mine = file.c.entity == OPPORTUNITY.stem, file.c.record_id == deal.id, file.c.archived_at.is_(None)
    return made.where(*mine).order_by(file.c.id)


def _checks(deal: Opportunity) -> Any:
    check = table_of(str(DealCheck.__tablename__))
    made = _part(
        "check", check, check.c.question, null(), n1=check.c.score, n2=check.c.version, d1=check.c.checked_on,
        words=check.c.note,
    )  # fmt: skip
    live = check.c.opportunity_id == deal.id, check.c.archived_at.is_(None)
    return made.select_from(check).where(*live).order_by(check.c.id)


def _papers(deal: Opportunity) -> Any:
    """What proves something about the client or the deal; n1 is the record that it hangs on."""
    file = table_of("crm_file")
    made = _part("paper", file, file.c.evidence, file.c.entity, n1=file.c.record_id).select_from(file)
    proving = papers(deal.account_id or 0, deal_id=deal.id)
    return made.where(proving).order_by(file.c.id)


def _drawn(deal: Opportunity) -> Any:
    """The newest suggestions of the deal: n1 to n4 are weapon, step, person and activity."""
    drawn = table_of(str(Suggestion.__tablename__))
    made = _part(
        "suggestion", drawn, drawn.c.answer, drawn.c.level, n1=drawn.c.weapon_id, n2=drawn.c.step_id,
        n3=drawn.c.person_id, n4=drawn.c.activity_id, words=drawn.c.candidates,
    )  # fmt: skip
    return made.select_from(drawn).where(drawn.c.opportunity_id == deal.id).order_by(drawn.c.id.desc())


def _contracts(deal: Opportunity) -> Any:
    contract = table_of("crm_contract")
    made = _part("contract", contract, contract.c.name, contract.c.supplier, d1=contract.c.signed_on)
    own = contract.c.opportunity_id == deal.id, contract.c.archived_at.is_(None)
    return made.select_from(contract).where(*own).order_by(contract.c.id)


def _quotes(deal: Opportunity) -> Any:
    """The versions that count: those that a newer one replaces are left out."""
    quote = table_of("crm_quote")
    made = _part("quote", quote, quote.c.name, quote.c.state, n1=quote.c.gross, d1=quote.c.valid_until)
    own = quote.c.opportunity_id == deal.id, quote.c.archived_at.is_(None), quote.c.state != "replaced"
    return made.select_from(quote).where(*own).order_by(quote.c.id.desc())


def _tags(deal: Opportunity) -> Any:
    tag, tie = table_of("crm_tag"), table_of("crm_tagging").alias()
    tied = select(tie.c.tag_id).where(
        tie.c.entity == OPPORTUNITY.stem, tie.c.record_id == deal.id, tie.c.archived_at.is_(None)
    )
    return _part("tag", tag, tag.c.name, tag.c.tone).select_from(tag).where(tag.c.id.in_(tied)).order_by(tag.c.id)


def own_tenders(rows: list[Any], deal: Opportunity) -> list[Any]:
    """Those of the deal, and those of its client that name no deal."""
    return [row for row in rows if row.n4 in (deal.id, None)]
