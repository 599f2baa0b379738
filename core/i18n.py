"""Two languages on every screen. English is the source text; a module's `locale/zh.po` holds the Chinese.

Catalogues are read into memory at start: no compiled files, no build step. A third language, `qps`, marks
every translated text with brackets, so that a test sees what went round the catalogue.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from babel.messages.pofile import read_po

LANGUAGES = ("zh", "en")
PSEUDO = "qps"

_language: ContextVar[str] = ContextVar("language", default="zh")
_messages: dict[str, str] = {}
_conflicts: dict[str, set[str]] = {}


def load_catalogue(folder: Path) -> None:
    """Add the Chinese texts of one package. The first text given for a message stays."""
    file = folder / "locale" / "zh.po"
    if file.exists():
        with file.open("rb") as stream:
            for message in read_po(stream, locale="zh_Hans_CN"):
                if message.id and isinstance(message.id, str) and message.string:
                    _add(message.id, str(message.string))


def _add(message: str, text: str) -> None:
    first = _messages.setdefault(message, text)
    if text != first:
        _conflicts.setdefault(message, {first}).add(text)


def conflicts() -> dict[str, set[str]]:
    """Messages that the catalogues loaded so far put into different words: the reader would get those of the first."""
    return dict(_conflicts)


def language() -> str:
    return _language.get()


@contextmanager
def use_language(code: str) -> Iterator[None]:
    token = _language.set(code)
    try:
        yield
    finally:
        _language.reset(token)


def set_language(code: str) -> None:
    _language.set(code)


def _(message: str, **slots: object) -> str:
    """The message in the current language, its `{name}` slots filled. Slots are replaced, never evaluated."""
    text = translate(message, _language.get())
    for name, value in slots.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def translate(message: str, code: str) -> str:
    if code == "zh":
        return _messages.get(message, message)
    return f"⟦{message}⟧" if code == PSEUDO and message else message


def is_translated(message: str) -> bool:
    return message in _messages


def N_(message: str) -> str:
    """Mark a text for the catalogue where it is written; it is translated where it is shown."""
    return message


def pick(zh: str | None, en: str | None) -> str:
    """The text of a configuration row in the current language; the other one where it is missing."""
    first, second = (en, zh) if _language.get() == "en" else (zh, en)
    return first or second or ""


load_catalogue(Path(__file__).parent)
