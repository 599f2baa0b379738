"""The Chinese texts of the reports are read once, as the application does at start."""

from pathlib import Path

import reports
from core.i18n import load_catalogue

load_catalogue(Path(reports.__file__).parent)
