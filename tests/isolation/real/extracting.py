"""What can be taken out of a file: the text of a PDF, the cells of a workbook, a table as it is."""

import io
import re
import shutil
import subprocess
import zipfile

from pypdf import PdfReader

from tests.reports.papers import are_all_fonts_embedded

CHINESE = re.compile("[\u4e00-\u9fff]{2}")


def text_of(content: bytes) -> bytes:
    """Without white space: a name may be broken over lines."""
    return b"".join(_text_of(content).split())


def _text_of(content: bytes) -> bytes:
    if content.startswith(b"%PDF"):
        return _by_tool(content) if shutil.which("pdftotext") else _by_library(content)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return b"".join(parts.read(name) for name in parts.namelist())
    return content


def _by_tool(content: bytes) -> bytes:
    return subprocess.run(["pdftotext", "-raw", "-", "-"], input=content, capture_output=True, check=True).stdout


def _by_library(content: bytes) -> bytes:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).encode()


def unreadable(content: bytes) -> str:
    """What keeps a PDF from reading the same on every machine, and from being copied from; nothing for other files."""
    if not content.startswith(b"%PDF"):
        return ""
    if not are_all_fonts_embedded(content):
        return "a font is not embedded"
    return "" if CHINESE.search(text_of(content).decode()) else "no Chinese can be selected"
