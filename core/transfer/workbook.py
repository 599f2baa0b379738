"""Reads the first filled sheet of an XLSX file, after the archive itself was found harmless.

Nothing of the file reaches the parser as it came: the parts that a table needs are unpacked under limits, looked
through, and packed anew without compression. A lying size, a bomb, a far cell or an entity never gets that far.
"""

import re
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from typing import IO, Any

from core.errors import Invalid
from core.i18n import _

MEMBERS = 250
UNPACKED = 256 * 1024 * 1024
CELLS = 6_000_000
_RATIO = 250
_CHUNK = 1 << 20
_OVERLAP = 512

_ENTITY = re.compile(rb"<\x00?!\x00?(?:D\x00?O\x00?C\x00?T|E\x00?N\x00?T)", re.IGNORECASE)
_TAG = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(?:c|row)(?=[\s/>])")
_PLACED = re.compile(
    rb"<(?:[A-Za-z_][\w.-]*:)?(?:c|row)(?=\s)(?:\s+(?!r\s*=)[\w:.-]+\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'))*"
    rb"\s+r\s*=\s*[\"']([A-Z]{0,3})(\d{1,7})[\"']"
)
_NEEDED = re.compile(
    r"(\[Content_Types\]\.xml|_rels/.*|xl/(_rels/.*|workbook\.xml|styles\.xml|sharedStrings\.xml|worksheets/[^/]+\.xml))"
)


def read_workbook(data: bytes, *, rows: int, columns: int) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first sheet that has any, with their numbers."""
    with tempfile.TemporaryFile() as safe:
        _repack(data, safe, rows=rows, columns=columns)
        safe.seek(0)
        yield from _rows(safe)


def _rows(safe: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(safe)
        for index in range(len(book.sheet_names)):
            sheet = book.get_sheet_by_index(index)
            if sheet.start is not None and sheet.height:
                for number, row in enumerate(sheet.iter_rows(), start=1):
                    yield number, [cell_text(value) for value in row]
                return
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise _broken() from error
    except BaseException as error:
        # The parser is written in Rust; its panics are no Exception.
        if type(error).__name__ == "PanicException":
            raise _broken() from error
        raise


def _broken() -> Invalid:
    return Invalid(_("This workbook cannot be read. Open it in a spreadsheet program and save it as XLSX again."))


def cell_text(value: Any) -> str:
    """A typed cell as the one text that reads back the same: days in ISO form, numbers without rounding or exponent."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number_text(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
    return value.isoformat() if isinstance(value, date) else str(value)


def _number_text(value: float) -> str:
    """Fifteen digits, as a spreadsheet shows them."""
    from decimal import Decimal

    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    text = f"{Decimal(format(value, '.15g')):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# --- the archive ----------------------------------------------------------------------------------------------


def _repack(data: bytes, target: IO[bytes], *, rows: int, columns: int) -> None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as safe:
            parts = _parts(source)
            left = [CELLS]
            for part in parts:
                with source.open(part) as stream, safe.open(part.filename, "w", force_zip64=True) as copy:
                    limits = (rows, columns) if part.filename.startswith("xl/worksheets/") else None
                    _copy(stream, copy, limits, left)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError, KeyError) as error:
        raise _broken() from error
    except Exception as error:
        if type(error).__module__ in ("zlib", "_lzma", "lzma"):
            raise _broken() from error
        raise


def _parts(source: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The parts that a table needs. What no spreadsheet program writes is refused as a whole."""
    found = source.infolist()
    names = [part.filename for part in found]
    if len(found) > MEMBERS or len(set(names)) < len(names) or any(_is_unsafe(name) for name in names):
        raise _broken()
    if "xl/workbook.xml" not in names:
        raise Invalid(_("This is not a workbook of the kind XLSX."))
    parts = [part for part in found if _NEEDED.fullmatch(part.filename)]
    if sum(part.file_size for part in parts) > UNPACKED or any(_is_bomb(part) for part in parts):
        raise Invalid(_("This workbook is too large once it is unpacked."))
    return parts


def _is_unsafe(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")


def _is_bomb(part: zipfile.ZipInfo) -> bool:
    return part.file_size > 10 * _CHUNK and part.file_size > _RATIO * max(part.compress_size, 1)


def _copy(stream: IO[bytes], copy: IO[bytes], limits: tuple[int, int] | None, left: list[int]) -> None:
    """Copy one part, looking through it on the way. `left` counts the cells that may still come."""
    tail = b""
    widths: set[bytes] = set()
    last = 0
    while chunk := stream.read(_CHUNK):
        copy.write(chunk)
        seen = tail + chunk
        if _ENTITY.search(seen):
            raise _broken()
        if limits:
            # What may be cut at the chunk's end is looked at with the next one.
            cut = seen.rfind(b"<", max(len(seen) - _OVERLAP, 0))
            tail = seen[cut:] if cut >= 0 else b""
            last = max(last, _look_at_cells(seen[: len(seen) - len(tail)], widths, left))
        else:
            tail = seen[-32:]
    if limits:
        last = max(last, _look_at_cells(tail, widths, left))
        _demand_size(last, widths, limits)


def _look_at_cells(xml: bytes, widths: set[bytes], left: list[int]) -> int:
    """Every row and cell must say where it stands, or the parser's table could grow past any limit."""
    last = count = 0
    for match in _PLACED.finditer(xml):
        letters, number = match.groups()
        count += 1
        widths.add(letters)
        last = max(last, int(number))
    left[0] -= count
    if count != len(_TAG.findall(xml)) or left[0] < 0:
        raise _broken()
    return last


def _demand_size(last: int, widths: set[bytes], limits: tuple[int, int]) -> None:
    rows, columns = limits
    width = max((_column_number(letters) for letters in widths), default=0)
    if last > rows + 100:
        raise Invalid(_("The file has more than {n} rows. Import it in parts.", n=rows))
    if width > columns:
        raise Invalid(_("The file has {n} columns; at most {limit} can be read.", n=width, limit=columns))
    if last * width > CELLS:
        raise Invalid(_("This workbook is too large once it is unpacked."))


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
