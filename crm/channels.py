"""Channels: where a sale comes from and through whom a campaign reaches its clients."""

from core.fields import text
from core.i18n import N_
from core.record import Reference
from crm.references import reference_entity
from crm.tables import live_unique


class Channel(Reference, table=True):
    __tablename__ = "crm_channel"
    __table_args__ = (live_unique("uq_crm_channel_code", "code"),)
    note_zh: str | None = text(200)
    note_en: str | None = text(200)


CHANNEL = reference_entity(
    Channel, "crm.channel", N_("Channel"), N_("Channels"), outside=True, fields=(Channel.note_zh, Channel.note_en)
)
