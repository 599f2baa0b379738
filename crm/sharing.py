"""Whoever has a deal works its client too. For imports: a file of deals often says nothing of whose the clients are."""

from typing import Any

from core.db import get
from core.entity import Verb
from core.i18n import N_
from crm.accounts import Account
from crm.coowners import add_coowner


def share_account(session: Any, deal: Any) -> None:
    """The deal's owner becomes a co-owner of its client, unless it is the owner's own. Asked once for each pair."""
    pair = (deal.account_id, deal.owner_id)
    known: set[tuple[int, int]] = session.info.setdefault("crm.shared_accounts", set())
    if None in pair or pair in known:
        return
    known.add(pair)
    account = get(session, Account, deal.account_id)
    if account.owner_id != deal.owner_id:
        add_coowner(session, account, user_id=deal.owner_id)


# No page offers it: a mapping names it.
SHARE = Verb("share_account", N_("Let the owner work the client too"), share_account, offered=lambda _deal: False)
