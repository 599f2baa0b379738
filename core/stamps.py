"""What a paper says of itself, so that it can be traced: its seal, and how it differs from the figures of today."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from core.i18n import language

Json = dict[str, Any]
# When the figures were read is said beside them: it is no change of theirs.
TIMES = ("made_at",)


class Figures(Protocol):
    """What every report gathers: a frozen dataclass. `rows` is how many records its figures were counted from."""

    @property
    def made_at(self) -> datetime: ...

    @property
    def reader(self) -> str: ...

    @property
    def rows(self) -> int: ...


@dataclass(frozen=True)
class Difference:
    """A figure that is another one now. `where` names it by the fields that lead to it: `totals.amount`."""

    where: str
    before: Any
    now: Any


def plain_figures(data: Any) -> Json:
    """A report's data as JSON holds them."""
    found: Json = json.loads(json.dumps(asdict(data), default=_plain, ensure_ascii=False))
    return found


def seal_of(data: Any) -> str:
    """SHA-256 of the figures with their reader, time and filters, and of the paper's language: 64 hex digits."""
    said = {"kind": type(data).__qualname__, "language": language(), "figures": plain_figures(data)}
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def differences(before: Any, now: Any, where: str = "") -> Iterator[Difference]:
    """Every figure that differs, in the order of the report; of a list of another length, its length."""
    if before == now or where in TIMES:
        return
    if isinstance(before, dict) and isinstance(now, dict):
        for name in [*before, *(name for name in now if name not in before)]:
            yield from differences(before.get(name), now.get(name), f"{where}.{name}" if where else name)
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for number, (was, stands) in enumerate(zip(before, now, strict=True), start=1):
            yield from differences(was, stands, f"{where}[{number}]")
    elif isinstance(before, list) and isinstance(now, list):
        yield Difference(f"{where}.count", len(before), len(now))
    else:
        yield Difference(where, before, now)


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"a report's data hold {type(value).__name__}, which a seal cannot cover")
