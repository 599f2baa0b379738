"""One occasion that was split over several days or clients, so that each part stays below the ceiling."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from core.i18n import N_
from crm.playbook.findings import Finding
from web.kit.format import money

DAYS = 2


@dataclass(frozen=True)
class Part:
    """One commitment: `ours` are the people of ours who took part, its owner among them; `amount` in fen."""

    activity_id: int
    account_id: int | None
    person_id: int
    on: date
    amount: int
    supplier: str | None
    ours: frozenset[int]


def splits(own: Sequence[Part], others: Iterable[Part], *, per_occasion: int | None) -> tuple[Finding, ...]:
    """What the approver of `own` (the parts of one use) should know of other uses of the same kind.

    A part of another use is near when people of ours are the same and the days lie at most two apart. Over several
    days: near parts for one person together pass the ceiling of one occasion. Over several clients: near parts at the
    same place or supplier, or from the same giver to the same client, together pass that ceiling for as many people
    as this use has.
    """
    near = [part for part in others if any(_is_near(part, one) for one in own)]
    if per_occasion is None or not near:
        return ()
    return (*_over_days(own, near, per_occasion), *_over_clients(own, near, per_occasion))


def _is_near(part: Part, one: Part) -> bool:
    is_other = part.activity_id != one.activity_id
    return is_other and abs((part.on - one.on).days) <= DAYS and not part.ours.isdisjoint(one.ours)


def _over_days(own: Sequence[Part], near: Sequence[Part], ceiling: int) -> Iterable[Finding]:
    for person_id in sorted({one.person_id for one in own} & {part.person_id for part in near}):
        total = sum(part.amount for part in (*own, *near) if part.person_id == person_id)
        if total > ceiling:
            message = N_("Perhaps one occasion split over days: {total} for one person within {n} days.")
            yield Finding("split_days", message, (("total", money(total)), ("n", DAYS)))


def _over_clients(own: Sequence[Part], near: Sequence[Part], ceiling: int) -> Iterable[Finding]:
    alike = [part for part in near if any(_is_alike(part, one) for one in own)]
    total = sum(part.amount for part in (*own, *alike))
    if alike and total > ceiling * len({one.person_id for one in own}):
        message = N_("Perhaps one occasion split over several uses: {total} in {n} uses by the same people of ours.")
        uses = {part.activity_id for part in (*own, *alike)}
        yield Finding("split_clients", message, (("total", money(total)), ("n", len(uses))))


def _is_alike(part: Part, one: Part) -> bool:
    is_same_place = bool(one.supplier) and part.supplier is not None and _plain(part.supplier) == _plain(one.supplier)
    return is_same_place or (one.account_id is not None and part.account_id == one.account_id)


def _plain(name: str | None) -> str:
    return "".join((name or "").split()).casefold()
