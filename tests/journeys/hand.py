"""A hand that works on pages by what is read there, and counts what it does: how long it would take a person.

The times are those of the keystroke-level model (Card, Moran and Newell): to think of the next thing and point at it,
and to type a letter. What the machine takes is not in them.
"""

from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator

THINK, POINT, PRESS, LETTER = 1.35, 1.1, 0.2, 0.28


@dataclass
class Hand:
    clicks: int = 0
    letters: int = 0
    fields: int = 0
    deeds: list[str] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return (self.clicks + self.fields) * (THINK + POINT + PRESS) + self.letters * LETTER

    def press(self, thing: Locator) -> None:
        self.clicks += 1
        self.deeds.append("press")
        thing.click()

    def write(self, box: Locator, text: str) -> None:
        self.fields += 1
        self.letters += len(text)
        self.deeds.append(text)
        box.fill(text)

    def choose(self, box: Locator, label: str) -> None:
        """Open the list, and press a line of it."""
        self.clicks += 2
        self.deeds.append(label)
        box.select_option(label=label)

    def attach(self, box: Locator, file: Path) -> None:
        """The browser's own window: find the file, press it, say open."""
        self.clicks += 3
        self.deeds.append(file.name)
        box.set_input_files(file)
