"""The end of every paper: what was asked, by whose rights, of how many records, and the seal by which it is known."""

from typing import Any

from reportlab.graphics.barcode.qr import QrCode
from reportlab.platypus import Flowable, Spacer, Table, TableStyle

from core.i18n import _
from core.settings import settings
from core.stamps import Figures
from reports.engine import fonts
from reports.engine.numbers import count, moment
from reports.engine.styles import INK, LINE_2, SMALL, color, style
from reports.engine.wrap import Text, plain, text

SIDE, LOW_SIDE, GAP = 66.0, 42.0, 12.0


def closing(
    data: Figures, scope: str, seal: str, width: float, *, is_for_client: bool = False, is_low: bool = False
) -> list[Flowable]:
    """A QR code of the seal, and beside it in words what it seals. A low one leaves to the foot what stands there."""
    look = style(SMALL, tone="quiet", spread=1.3 if is_low else 1.5)
    head = _("How to know this paper again") if is_for_client else _("Where these figures come from")
    ask = _("Send us the file, and we tell you whether it is unchanged.")
    how = ask if is_for_client else _("Whether a file is unchanged: octant verify FILE")
    lines = [
        *([] if is_low else [text(head, style(SMALL, bold=True, spread=1.5)), Text(plain(scope, 900), look)]),
        *([] if is_for_client else [text(_said(data), look)]),
        text(_("Seal (SHA-256 of the figures): {seal}", seal=seal), look),
        text(how, look),
    ]
    cells: list[Any] = [
        ("FONT", (0, 0), (-1, -1), fonts.REGULAR),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (0, 0), 0),
        ("LEFTPADDING", (1, 0), (1, 0), GAP),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 5 if is_low else 8),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
        ("LINEABOVE", (0, 0), (-1, 0), 0.5, color(LINE_2)),
    ]
    side = LOW_SIDE if is_low else SIDE
    body = Table([[_code(seal, side), lines]], colWidths=[side, width - side], style=TableStyle(cells))
    return [Spacer(1, 6 if is_low else 16), body]


def _said(data: Figures) -> str:
    slots = {"reader": data.reader, "n": count(data.rows), "moment": moment(data.made_at)}
    return _("With the rights of {reader} · records counted: {n} · data of {moment}", **slots)


def _code(seal: str, side: float) -> Flowable:
    """The address of the paper where the product has one, else the bare seal."""
    home = settings().public_url.rstrip("/")
    content = f"{home}/papers/{seal}" if home else f"octant-seal:{seal}"
    return QrCode(content, width=side, height=side, qrBorder=0, qrLevel="M", color=color(INK))
