"""What can be taken out of a file: the text of a PDF, the cells of a workbook, a table as it is."""

import io
import shutil
import subprocess
import zipfile

from pypdf import PdfReader


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
