"""A quote as the client gets it, as plain values: what a page or a paper shows, and nothing of the house's own."""

from dataclasses import dataclass
from datetime import date

from crm.quotes.tax import TaxPart


@dataclass(frozen=True)
class Words:
    """One text in both languages; where one is not known, both read alike."""

    zh: str
    en: str

    def of(self, language: str) -> str:
        return self.en if language == "en" else self.zh


@dataclass(frozen=True, kw_only=True)
class Promise:
    """`kind` is speed, repair, availability, delay or provision; values are hundredths of `unit` (mbps, hour, …).

    `is_kept` is None until it was measured.
    """

    kind: str
    unit: str
    promised: int
    measured: int | None
    measured_on: date | None
    is_kept: bool | None


@dataclass(frozen=True, kw_only=True)
class PricedLine:
    """Unit prices and amounts with tax, in fen; `net` + `tax` = `gross` is of the whole line over all its months."""

    id: int
    product_id: int
    code: str
    name: Words
    unit: Words
    quantity: int
    months: int
    list_one_off: int | None
    list_monthly: int | None
    one_off: int
    monthly: int
    discount: int
    vat: int
    needs_tax_desk: bool
    gross: int
    net: int
    tax: int
    promise: Promise | None

    @property
    def month_gross(self) -> int:
        """What all its units cost in a month."""
        return self.quantity * self.monthly

    @property
    def once_gross(self) -> int:
        return self.quantity * self.one_off


@dataclass(frozen=True, kw_only=True)
class ClauseText:
    code: str
    title: Words
    text: Words


@dataclass(frozen=True, kw_only=True)
class CaseText:
    """A client that may be named, and what was done for it."""

    code: str
    name: Words
    story: Words


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Somebody of the house who answers for the quote."""

    name: Words
    unit: Words
    email: str
    mobile: str


@dataclass(frozen=True, kw_only=True)
class QuoteView:
    """`language` is the one chosen for the client. `list_gross` is the total at list prices, `gross` the one offered.

    `firm` is the carrier's province, the seller; `is_frozen` says that no word of it changes any more. `parts` are
    those of the proposal.
    """

    id: int
    number: str
    version: int
    name: str
    state: str
    is_frozen: bool
    language: str
    priced_on: date
    valid_until: date
    sent_on: date | None
    accepted_on: date | None
    deal_id: int
    deal: str
    account_id: int | None
    client: Words
    client_code: str
    client_address: str
    firm: Words
    contact: Contact
    need: str
    solution: str
    plan: str
    lines: tuple[PricedLine, ...]
    taxes: tuple[TaxPart, ...]
    net: int
    tax: int
    gross: int
    list_gross: int
    discount: int
    in_words: str
    needs_tax_desk: bool
    clauses: tuple[ClauseText, ...]
    parts: tuple[str, ...]
    references: tuple[CaseText, ...]

    @property
    def month_gross(self) -> int:
        return sum(line.month_gross for line in self.lines)

    @property
    def once_gross(self) -> int:
        return sum(line.once_gross for line in self.lines)
