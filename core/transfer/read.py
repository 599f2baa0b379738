"""Reads an uploaded file into a `Sheet`, whatever its encoding, delimiter or program; or says why it cannot."""

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import PurePath

from core.errors import Invalid
from core.i18n import _
from core.settings import settings
from core.transfer.workbook import read_workbook

COLUMNS = 200
_DELIMITERS = (",", ";", "\t")
_NAMES = (".csv", ".tsv", ".txt", ".xlsx")
_SAMPLE = 100

Numbered = tuple[int, list[str]]


@dataclass(frozen=True)
class Sheet:
    """A table of texts, column by column. `lines` are the lines of the file, for people; `broken` rows say why."""

    name: str
    digest: str
    headers: tuple[str, ...]
    columns: tuple[list[str], ...]
    lines: list[int]
    encoding: str
    delimiter: str = ""
    broken: dict[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.lines)

    def column(self, header: str) -> list[str]:
        return self.columns[self.headers.index(header)]

    def row(self, index: int) -> tuple[str, ...]:
        return tuple(column[index] for column in self.columns)

    def samples(self, header: str, limit: int = 3) -> tuple[str, ...]:
        """The first different texts of a column."""
        found = dict.fromkeys(text for text in self.column(header)[:200] if text.strip())
        return tuple(found)[:limit]


def read_sheet(data: bytes, name: str) -> Sheet:
    """Read CSV (UTF-8, GBK/GB18030, UTF-16 with a mark; comma, semicolon, tab) or XLSX. Raises Invalid."""
    _demand_readable(data, name)
    if data.startswith(b"PK"):
        encoding, delimiter, rows = "xlsx", "", read_workbook(data, rows=settings().max_import_rows, columns=COLUMNS)
    else:
        text, encoding = decode(data)
        delimiter, skipped = _delimiter_of(text)
        del text  # It is decoded once more, bit by bit, while it is read.
        rows = _records(io.TextIOWrapper(io.BytesIO(data), encoding, newline=""), delimiter, skipped)
    return _sheet(PurePath(name.replace("\\", "/")).name, data, rows, encoding, delimiter)


def _demand_readable(data: bytes, name: str) -> None:
    suffix = PurePath(name.lower()).suffix
    if len(data) > settings().max_upload_mb * 1024 * 1024:
        raise Invalid(_("The file is larger than {n} MB.", n=settings().max_upload_mb))
    if suffix not in _NAMES:
        raise Invalid(_("Please give a CSV or XLSX file. “{name}” is neither.", name=name))
    if not data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        raise Invalid(_("The file is empty."))
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Invalid(_("This is an old or a protected Excel file. Save it as XLSX without a password."))
    if (suffix == ".xlsx") != data.startswith(b"PK"):
        raise Invalid(_("The content of the file is not what its name “{name}” says.", name=name))


# --- text -----------------------------------------------------------------------------------------------------


def decode(data: bytes) -> tuple[str, str]:
    """The text and the encoding's name. A file that is neither UTF nor Chinese is refused, never guessed."""
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "gb18030" and not _is_chinese(text):
            break
        if "\x00" in text:
            line = text.count("\n", 0, text.index("\x00")) + 1
            raise Invalid(_("Line {line} contains a character that no table has. Is it a text file?", line=line))
        return text, encoding
    raise Invalid(_("The letters of this file cannot be read. Save it as CSV in UTF-8."))


def _encodings(data: bytes) -> tuple[str, ...]:
    if data.startswith(b"\xef\xbb\xbf"):
        return ("utf-8-sig",)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    return ("utf-8", "gb18030")


def _is_chinese(text: str) -> bool:
    """Western letters read as GBK give rare characters: most of a true Chinese file is in the old, small set."""
    strange = [char for char in text[:200_000] if char > "\x7f"]
    common = len("".join(strange).encode("gb2312", errors="ignore")) // 2
    return common * 2 >= len(strange)


def _delimiter_of(text: str) -> tuple[str, int]:
    """The delimiter that gives the first lines the most regular width, and how many lines only say which it is."""
    first = text[:100].partition("\n")[0].strip().lower()
    if first.startswith("sep=") and len(first) == 5:
        return first[-1], 1
    return max(_DELIMITERS, key=lambda delimiter: _regularity(text[:100_000], delimiter)), 0


def _regularity(text: str, delimiter: str) -> tuple[bool, float, int]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    widths: list[int] = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                widths.append(len(row))
            if len(widths) == _SAMPLE:
                break
    except csv.Error:
        pass  # Too long a cell, or a quotation mark cut by the sample: what came before decides.
    if not widths:
        return False, 0.0, 0
    usual, count = Counter(widths).most_common(1)[0]
    return usual > 1, round(count / len(widths), 1), usual


def _records(stream: io.TextIOWrapper, delimiter: str, skipped: int) -> Iterator[Numbered]:
    """Each record with the line on which it starts."""
    for _line in range(skipped):
        stream.readline()
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    start = skipped + 1
    try:
        for row in reader:
            yield start, row
            start = skipped + reader.line_num + 1
    except csv.Error as error:
        raise Invalid(
            _(
                "Line {line} cannot be read: a quotation mark is out of place or left open, or a cell is too long.",
                line=start,
            )
        ) from error


# --- the table ------------------------------------------------------------------------------------------------


def _sheet(name: str, data: bytes, rows: Iterable[Numbered], encoding: str, delimiter: str) -> Sheet:
    head, filled = _heading((line, row) for line, row in rows if any(cell and not cell.isspace() for cell in row))
    titles = [" ".join(cell.split()) for cell in head]
    if len(titles) > COLUMNS:
        raise Invalid(_("The file has {n} columns; at most {limit} can be read.", n=len(titles), limit=COLUMNS))
    columns, lines, broken = _columns(filled, len(titles))
    if not lines:
        raise Invalid(_("The file has a heading, but no rows."))
    kept = [i for i, title in enumerate(titles) if title or any(cell.strip() for cell in columns[i])]
    headers = _unique([titles[i] or f"[{_letter(i)}]" for i in kept])
    return Sheet(
        name,
        hashlib.sha256(data).hexdigest(),
        headers,
        tuple(columns[i] for i in kept),
        lines,
        encoding,
        delimiter,
        broken,
    )


def _filled_cells(row: list[str]) -> int:
    return sum(1 for cell in row if cell and not cell.isspace())


def _heading(rows: Iterator[Numbered]) -> tuple[list[str], Iterator[Numbered]]:
    """The first row, or the one below a title: a single cell above rows of several."""
    first = list(islice(rows, 3))
    if not first:
        raise Invalid(_("The file is empty."))
    at = next((i for i, (_line, row) in enumerate(first) if _filled_cells(row) > 1), 0)
    return first[at][1], chain(first[at + 1 :], rows)


def _columns(rows: Iterable[Numbered], width: int) -> tuple[list[list[str]], list[int], dict[int, str]]:
    columns: list[list[str]] = [[] for _i in range(width)]
    adders = [column.append for column in columns]
    lines: list[int] = []
    broken: dict[int, str] = {}
    seen: dict[str, str] = {}
    limit = settings().max_import_rows
    for line, row in rows:
        if len(row) != width:
            row = _fitted(row, width, len(lines), broken)
        for add, cell in zip(adders, row, strict=True):
            add(seen.setdefault(cell, cell) if len(cell) < 60 else cell)
        lines.append(line)
        if len(seen) > 50_000:
            seen.clear()
        if len(lines) > limit:
            raise Invalid(_("The file has more than {n} rows. Import it in parts.", n=limit))
    return columns, lines, broken


def _fitted(row: list[str], width: int, index: int, broken: dict[int, str]) -> list[str]:
    """A row of another length than the heading is kept for show, and refused unless only empty cells are too many."""
    if len(row) < width or any(cell.strip() for cell in row[width:]):
        broken[index] = _("This line has {n} cells, the heading has {width}.", n=len(row), width=width)
    return (row + [""] * width)[:width]


def _letter(index: int) -> str:
    """The spreadsheet's name of a column: A, B ... Z, AA."""
    high, low = divmod(index, 26)
    return (_letter(high - 1) if high else "") + chr(65 + low)


def _unique(titles: list[str]) -> tuple[str, ...]:
    """A heading that stands twice gets a number, so that each column can be named."""
    used: dict[str, int] = {}
    found = []
    for title in titles:
        used[title] = used.get(title, 0) + 1
        name = title if used[title] == 1 else f"{title} ({used[title]})"
        while name in found:
            used[title] += 1
            name = f"{title} ({used[title]})"
        found.append(name)
    return tuple(found)
