"""How texts are compared and shortened: full-width as half-width, capitals as small, blanks as one."""

import re
import unicodedata
from functools import cache

_PUNCTUATION = re.compile(r"[\W_]+")
_STARTS = re.compile(r"'*[=+\-@＝＋－＠]")
_GUARDED = re.compile(r"'+[=+\-@＝＋－＠]")


def same(text: str) -> str:
    """The form in which two texts are the same: `ＧＴＸ  pro ` and `gtx Pro`."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def squashed(text: str) -> str:
    """Without blanks and signs: `GTX Pro` and `GTXPro` come close to each other."""
    return _PUNCTUATION.sub("", same(text))


def readable(text: str) -> str:
    """Without the blanks and the invisible signs before a text, which could hide a formula from a careless check."""
    at = next((i for i, char in enumerate(text) if unicodedata.category(char)[0] not in "ZC"), len(text))
    return text[at:]


def guarded(text: str) -> str:
    """A text that no spreadsheet runs as a formula. `unguarded` gives the text back."""
    plain = readable(text)
    return f"'{plain}" if _STARTS.match(plain) else plain


def unguarded(text: str) -> str:
    """A text without the quotation mark that an export puts before what a spreadsheet would run."""
    return text[1:] if _GUARDED.match(text) else text


@cache
def _latin(char: str) -> str:
    from pypinyin import lazy_pinyin

    return " ".join(lazy_pinyin(char)) + " "


def slug(text: str, sign: str) -> str:
    """The words of a text in small Latin letters, joined by the sign: for codes and user names."""
    spelled = "".join(_latin(char) if "\u3400" <= char <= "\u9fff" else char for char in text)
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", errors="ignore").decode().lower()
    return sign.join(re.findall(r"[a-z0-9]+", plain))
