"""The contract between handlers and templates: a handler fills one of these pages, a template draws it.

Texts arrive translated, values arrive formatted (`web.kit.format`); a template decides nothing but the look.
"""

from web.kit.views.boards import Activity, BoardPage, Card, Lane, Mark, Quick, Segment
from web.kit.views.common import Badge, Choice, Figure, Link, Option, Post, Step, Tab
from web.kit.views.forms import Conflict, Field, FormPage, FormSection, field
from web.kit.views.imports import (
    Answer,
    Column,
    MappingPage,
    PreviewPage,
    PreviewRow,
    Problem,
    ResultPage,
    Unknown,
    UnknownsPage,
    UploadPage,
    Verdict,
)
from web.kit.views.lists import Cell, Chip, Facet, Head, ListPage, Row
from web.kit.views.pages import AccessPage, AccessReason, ErrorPage, HomePage, JobPage, SignInPage, Todo
from web.kit.views.records import (
    Change,
    Entry,
    Event,
    Fact,
    HistoryPage,
    Panel,
    RecordPage,
    Section,
    Value,
    Verb,
)
from web.kit.views.shell import Crumb, Flash, Me, Menu, MenuGroup, Shell

__all__ = [
    "AccessPage", "AccessReason", "Activity", "Answer", "Badge", "BoardPage", "Card", "Cell", "Change", "Chip",
    "Choice", "Column", "Conflict", "Crumb", "Entry", "ErrorPage", "Event", "Facet", "Fact", "Field", "Figure", "Flash",
    "FormPage", "FormSection", "Head", "HistoryPage", "HomePage", "JobPage", "Lane", "Link", "ListPage",
    "MappingPage", "Mark", "Me", "Menu", "MenuGroup", "Option", "Panel", "Post", "PreviewPage", "PreviewRow",
    "Problem", "Quick", "RecordPage", "ResultPage", "Row", "Section", "Segment", "Shell", "SignInPage",
    "Step", "Tab", "Todo", "Unknown", "UnknownsPage", "UploadPage", "Value", "Verb", "Verdict", "field",
]  # fmt: skip
