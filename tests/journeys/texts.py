"""The texts of a page that a person sees or hears, and which of them went round the catalogue."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from sqlalchemy import create_engine, select
from sqlmodel import col

from core.access import Level
from core.approvals.rows import Approval, Seat
from core.people import Visit
from core.registry import registry
from crm import reference
from crm.files import File
from crm.notes import Note
from crm.suggestions import Suggestion

ROOT = Path(__file__).parents[2]
SPOKEN = ("aria-label", "title", "placeholder", "alt", "label", "data-label", "data-server-error", "data-net-error")
# What these tests type themselves: a word that nothing matches, and no number.
NO_SUCH, WRONG = "zzzzzz", "十二?"
TYPED = (NO_SUCH, WRONG)
FOREIGN = ".!"
SILENT = ("script", "style", "textarea")  # what stands in a textarea, somebody has typed
BRACKETED = re.compile(r"⟦[^⟦⟧]*⟧")
# Numbers, money, days and instants, however they are written, and single signs: keys, marks, separators.
FIGURES = re.compile(
    r"(?:HK)?[¥$€£+\-−±×%/.,:;·–—→()<>\d\s]+(?:[KMB]\b|[万亿]|kB\b|MB\b)?"
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r"|\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?: \d{4})?(?: \d\d:\d\d)?"
    r"|#?[\d*]+|\d{4}-Q[1-4]|\S"
    r"|[a-z_]+-[\w-]+\.(?:pdf|xlsx|csv)"  # a file's name
)
# What stands between two texts of one line.
BETWEEN = re.compile(r"\s·(?:[\s·]*\s|$)| …|、|, | – | × |：|: |\s{2,}")
RIGHT = re.compile(r"\b[a-z_]+(?:\.[a-z_]+){2}\b")
# A bar says what it belongs to, then how much it is.
BAR = re.compile(r"(?P<name>.+?) (?P<figure>[¥$\d][\d,.%]*)")
# The languages say their own names, and units of trade are written the same in both.
SAME_IN_ALL = {"中文", "English", "八方 Octant"}
LATIN = re.compile(r"[A-Za-z][A-Za-z'’-]+")
# Names of things that Chinese writes in Latin letters.
LATIN_IN_CHINESE = {
    "octant", "english", "ctrl", "enter", "esc", "cny", "excel", "csv", "xlsx", "pdf", "utf-", "gbk", "mb", "kb",
    "toml", "it", "vat", "png", "jpeg", "wilson",
}  # fmt: skip


@dataclass
class Reader(HTMLParser):
    """Collects the text nodes and the spoken attributes of a page, each with the element it stands in.

    What an element marks as written in a language of its own (`lang`) is left out: an amount in Chinese words, the
    paper that a client gets in the client's language.
    """

    found: list[tuple[str, str]] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        name = "".join([tag, *(f".{part}" for part in (values.get("class") or "").split()[:1])])
        if not self.is_foreign:
            self.found += [(f"{name}[{key}]", value) for key in SPOKEN if (value := values.get(key) or "").strip()]
        if tag not in ("meta", "link", "input", "br", "img", "hr", "path", "rect", "circle", "line", "polyline"):
            self.open.append(f"{name}{FOREIGN}" if "lang" in values and tag != "html" else name)

    @property
    def is_foreign(self) -> bool:
        return any(name.endswith(FOREIGN) for name in self.open)

    def handle_endtag(self, tag: str) -> None:
        while self.open and re.split(r"\.", self.open.pop())[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if text and self.open and not self.is_foreign and self.open[-1].split(".")[0] not in SILENT:
            self.found.append((" > ".join(self.open[-2:]), text))


def texts_of(html: str) -> list[tuple[str, str]]:
    reader = Reader()
    reader.feed(html)
    return reader.found


@dataclass(frozen=True)
class Data:
    """Every text that the database holds, whole and as words."""

    texts: frozenset[str]
    words: frozenset[str]

    def holds(self, piece: str) -> bool:
        return piece in self.texts

    def and_also(self, texts: Iterable[str]) -> "Data":
        """With what a test brings along, for instance in a file."""
        more = frozenset(texts)
        return Data(self.texts | more, self.words | words_of(more))


def words_of(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word.lower() for text in texts for word in LATIN.findall(text))


# Says of a page what it should not say.
Judge = Callable[[str], list[str]]


def data_of(url: str) -> Data:
    """From the tables of the entities: names, notes, codes."""
    engine = create_engine(url)
    found: set[str] = set()
    with engine.connect() as connection:
        for entity in registry().entities():
            coded = {view.name for view in entity.fields.values() if view.choices}  # shown in the catalogue's words
            columns = [
                column for column in entity.table.columns
                if column.name not in coded and str(column.type).startswith(("VARCHAR", "TEXT", "JSON"))
            ]  # fmt: skip
            rows: Iterable[Any] = connection.execute(select(*columns)) if columns else ()
            values = [value for row in rows for value in row if value]
            texts = [text for value in values for text in ([value] if isinstance(value, str) else value)]
            found |= {" ".join(text.split()) for text in texts}
        found |= set(connection.scalars(select(col(Visit.browser))))
        # Notes and files belong to records of any kind; they are no entities of their own.
        found |= {" ".join(text.split()) for text in connection.scalars(select(col(Note.body)))}
        found |= set(connection.scalars(select(col(File.name))))
        # So do requests; the log of suggestions is none either.
        said = (Approval.reason, Approval.ended_why, Seat.comment, Suggestion.reason_text)
        found |= {" ".join(text.split()) for each in said for text in connection.scalars(select(col(each))) if text}
    engine.dispose()
    # The deal check is told in the trade's own words, in both languages.
    told = [each for row in reference.deal_check() for each in (row.name, row.question)]
    told += [row.name for row in reference.deal_bands()]
    found |= {text for each in told for text in (each.zh, each.en)}
    found |= {*TYPED, *(level.name.lower() for level in Level)}
    return Data(frozenset(found), words_of(found))


def judges_of(url: str, extra: Iterable[str] = ()) -> dict[str, Judge]:
    """By language: what a page of it may not say. The data are read again where a page seems to say something else."""
    known, messages = [data_of(url).and_also(extra)], english_messages()

    def judged(judge: Callable[[str, Data], list[str]], html: str) -> list[str]:
        found = judge(html, known[0])
        if found:
            known[0] = data_of(url).and_also(extra)
            found = judge(html, known[0])
        return found

    def chinese(html: str, data: Data) -> list[str]:
        return english_in_chinese(html, data, messages)

    return {"qps": partial(judged, outside_catalogue), "zh": partial(judged, chinese)}


def outside_catalogue(html: str, data: Data) -> list[str]:
    """Of a page in the pseudo-language: texts without brackets that are no data, number or date."""
    return [f"{where}: {text}" for where, text in texts_of(html) if not is_explained(text, data)]


def is_explained(text: str, data: Data) -> bool:
    if text in SAME_IN_ALL or data.holds(text):
        return True
    rest = text
    while BRACKETED.search(rest):
        rest = BRACKETED.sub(" ", rest)
    pieces = [piece.strip() for piece in BETWEEN.split(rest) if piece.strip()]
    return all(is_figure_or_data(piece, data) for piece in pieces)


def is_figure_or_data(piece: str, data: Data) -> bool:
    bar = BAR.fullmatch(piece)
    return (
        bool(FIGURES.fullmatch(piece))
        or piece in SAME_IN_ALL
        or data.holds(piece)
        or bool(bar and data.holds(bar["name"]))
    )


def english_in_chinese(html: str, data: Data, messages: frozenset[str]) -> list[str]:
    """Of a Chinese page: messages of the catalogue left in English, and Latin words that no data explains."""
    return [
        f"{where}: {text}"
        for where, text in texts_of(html)
        if not data.holds(text) and is_english(text, data, messages)
    ]


def is_english(text: str, data: Data, messages: frozenset[str]) -> bool:
    if FIGURES.fullmatch(text):
        return False
    words = {word.lower() for word in LATIN.findall(RIGHT.sub("", text))}
    return text in messages or bool(words - data.words - LATIN_IN_CHINESE)


def english_messages() -> frozenset[str]:
    """What the catalogues translate into something else."""
    found: set[str] = set()
    for file in ROOT.glob("*/locale/zh.po"):
        with file.open("rb") as stream:
            found |= {str(m.id) for m in read_po(stream) if m.id and m.string and m.string != m.id}
    return frozenset(found)
