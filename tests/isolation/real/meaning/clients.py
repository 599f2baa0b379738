"""What the rules of clients mean, of what lies below them, and of deals."""

from tests.isolation.real.asking import OWN, SHARED, SUBTREE, Ask
from tests.isolation.real.rows import Values


def owned(ask: Ask, row: Values) -> bool:
    """SUBTREE: what stands in my unit or below. TEAM: in my unit, or mine. OWN: mine. Without a unit only mine."""
    unit = ask.me.unit
    if unit and ask.level == SUBTREE:
        return bool(row[f"{unit['kind']}_id"] == unit["id"])
    in_my_unit = unit is not None and ask.level > OWN and row["unit_id"] == unit["id"]
    return in_my_unit or ask.is_mine(row["owner_id"])


def co_owned(ask: Ask, account: Values) -> bool:
    """A co-owner works the account and what hangs on it; removing is the owner's. Nobody outside co-owns."""
    if ask.verb == "delete" or ask.me.is_outside or not OWN <= ask.level < SUBTREE:
        return False
    ties = (row for row in ask.world.all("crm_account_coowner") if row["account_id"] == account["id"])
    return any(ask.is_mine(row["user_id"]) and not row["archived_at"] for row in ties)


def reached(ask: Ask, account_id: int | None) -> bool:
    row = ask.world.rows["crm_account"].get(account_id or 0)
    return row is not None and (owned(ask, row) or co_owned(ask, row))


def account(ask: Ask, row: Values) -> bool:
    handed = ask.verb == "read" and any(h["account_id"] == row["id"] for h in ask.handovers())
    return owned(ask, row) or co_owned(ask, row) or (handed and ask.level < SUBTREE)


def of_account(ask: Ask, row: Values) -> bool:
    return reached(ask, row["account_id"])


def owned_or_of_account(ask: Ask, row: Values) -> bool:
    return owned(ask, row) or (ask.level < SUBTREE and reached(ask, row["account_id"]))


def coowner(ask: Ask, row: Values) -> bool:
    """Who reaches the account as its owner or by the unit says who co-owns it: else a tie would grant itself."""
    if not ask.writes:
        return of_account(ask, row)
    above = ask.world.rows["crm_account"].get(row["account_id"])
    return above is not None and owned(ask, above)


def key_person(ask: Ask, row: Values) -> bool:
    """A firm sees who was ticked in a hand-over of that person's own account; clear, once the client has accepted."""
    return of_account(ask, row) or (ask.verb in ("read", "unmask") and _is_ticked(ask, row))


def _is_ticked(ask: Ask, person: Values) -> bool:
    handed = [h for h in ask.handovers() if h["account_id"] == person["account_id"]]
    agreed = {h["id"] for h in handed if h["accepted_at"] or ask.verb == "read"}
    ticks = (t for t in ask.world.all("agents_handover_person") if t["person_id"] == person["id"])
    return any(t["handover_id"] in agreed and not t["archived_at"] for t in ticks)


def contract(ask: Ask, row: Values) -> bool:
    return owned_or_of_account(ask, row) or _is_shared(ask, row, "shares_contracts")


def tender(ask: Ask, row: Values) -> bool:
    return of_account(ask, row) or _is_shared(ask, row, "shares_tenders")


def _is_shared(ask: Ask, row: Values, flag: str) -> bool:
    return ask.verb == "read" and any(h["account_id"] == row["account_id"] and h[flag] for h in ask.handovers())


def of_opportunity(ask: Ask, row: Values) -> bool:
    deal = ask.world.rows["crm_opportunity"].get(row["opportunity_id"])
    return deal is not None and owned_or_of_account(ask, deal)


def of_quote(ask: Ask, row: Values) -> bool:
    quote = ask.world.rows["crm_quote"].get(row["quote_id"])
    return quote is not None and of_opportunity(ask, quote)


def of_contract(ask: Ask, row: Values) -> bool:
    """Whom a contract is only shared with is not told of its renewal."""
    above = ask.world.rows["crm_contract"].get(row["contract_id"])
    return above is not None and ask.level > SHARED and contract(ask, above)
