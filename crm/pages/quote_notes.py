"""What a proposal says of the quote's lines, which a change of the lines draws anew."""

from core.i18n import _
from crm.pages.quote_seen import Seen
from web.kit import format as texts


def note_of(seen: Seen, code: str) -> str:
    lines = seen.view.lines
    if code == "prices":
        return _("lines: {n} · {total}", n=len(lines), total=texts.money(seen.view.gross))
    if code == "promises":
        promised = sum(line.promise is not None for line in lines)
        none = _("No line promises anything.") if seen.is_editable else ""
        return _("{n} promised", n=promised) if promised else none
    return ""
