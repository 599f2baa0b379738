"""The client on a page: a button on the client's page makes the paper."""

from core.db import ActorSession
from core.module import Panel
from crm.accounts import ACCOUNT, Account
from reports.client.gather import FILTER
from reports.client.gather import PERMISSION as PERMISSION
from web.kit.rendering import render


def panels() -> tuple[Panel, ...]:
    return (Panel(ACCOUNT.stem, button, PERMISSION, place="side", order=95),)


def button(_session: ActorSession, account: Account) -> str:
    return render("reports/client.html", fields=((FILTER, str(account.id)),))
