"""What a rule says against something: its code to store and count, and the sentence that names it to a reader."""

from dataclasses import dataclass
from typing import NamedTuple

from core.i18n import _, pick


class Both(NamedTuple):
    """A name in both languages, shown in the reader's."""

    zh: str | None
    en: str | None


@dataclass(frozen=True)
class Finding:
    """`message` is a text of the catalogue: one finding reads in either language, whenever it is shown."""

    rule: str
    message: str
    slots: tuple[tuple[str, object], ...] = ()

    @property
    def sentence(self) -> str:
        return _(self.message, **{name: _shown(value) for name, value in self.slots})


class Refusal(Finding):
    """A finding that forbids."""


def _shown(value: object) -> object:
    return pick(value.zh, value.en) if isinstance(value, Both) else value
