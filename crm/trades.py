"""Trades of clients, as the carrier groups its industry desks."""

from core.i18n import N_
from core.record import Reference
from crm.references import reference_entity
from crm.tables import live_unique


class Trade(Reference, table=True):
    __tablename__ = "crm_trade"
    __table_args__ = (live_unique("uq_crm_trade_code", "code"),)


TRADE = reference_entity(Trade, "crm.trade", N_("Trade"), N_("Trades"), outside=True)
