"""The rows behind every number of these pages: which ones an address names, and how such an address is written."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import Invalid
from core.i18n import _
from reports.past import words
from reports.past.ask import PATH, Ask
from reports.past.change import both, moved_days, parts
from reports.past.compare import PARTS
from reports.past.data import Line
from reports.past.lines import NONE, STATES, Want, lines, number
from reports.past.passages import passages
from reports.stages import StageOf, all_stages
from web.kit.requests import address, number_of

PAGE = 50
GROUPS = {"decided": ("won", "lost")}
COURSE = ("entered", "on", "won", "lost")


@dataclass(frozen=True)
class Found:
    """A page of rows. `what` says in words which rows they are; `is_change` that each moved the sum."""

    what: str
    rows: tuple[Line, ...]
    count: int
    page: int
    is_change: bool = False

    @property
    def has_more(self) -> bool:
        return self.page * PAGE < self.count


def href(ask: Ask, *, on: str = "", **said: str) -> str:
    """Of the rows that this says: `state`, `stage`, `part`, `days`, `change`, `course`."""
    return address(f"{PATH}/list", [*ask.pairs(**({"on": on} if on else {})), *((k, v) for k, v in said.items() if v)])


def key(row_id: int | None) -> str:
    return str(row_id) if row_id else NONE


def found(ask: Ask, said: Mapping[str, str]) -> Found:
    """Raises Invalid for rows that there are not."""
    stages = all_stages(ask.session)
    page = max(1, number_of(said.get("page", "")) or 1)
    if said.get("change"):
        return _changed(ask, said["change"], stages, page)
    if said.get("course"):
        return _on_course(ask, said["course"], said.get("stage", ""), stages, page)
    want = _want(ask, said, page)
    return Found(_what(said, stages), tuple(lines(ask, want, stages)), number(ask, want, stages), page)


def _want(ask: Ask, said: Mapping[str, str], page: int) -> Want:
    state = said.get("state") or "open"
    if state not in (*STATES, *GROUPS, "waits"):
        raise _strange(state)
    return Want(
        states=("won",) if state == "waits" else GROUPS.get(state, (state,)),
        stage=_key(said.get("stage", "")), part=_key(said.get("part", "")), days=_days(said.get("days", "")),
        waits=state == "waits", closed_since=ask.since if said.get("decided") or state == "decided" else None,
        offset=(page - 1) * PAGE, limit=PAGE,
    )  # fmt: skip


def _key(typed: str) -> str:
    if typed and typed != NONE and number_of(typed) is None:
        raise _strange(typed)
    return typed


def _days(typed: str) -> tuple[int, int | None] | None:
    if not typed:
        return None
    low, dots, high = typed.partition("..")
    first, last = number_of(low), number_of(high) if high else None
    if first is None or not dots or (high and last is None) or max(first, last or 0) > 99_999:
        raise _strange(typed)
    return first, last


def _strange(typed: str) -> Invalid:
    return Invalid(_("“{text}” is not one of the choices.", text=typed))


def _what(said: Mapping[str, str], stages: dict[int, StageOf]) -> str:
    state = said.get("state") or "open"
    named = {"waits": _("Signed, not provisioned"), "decided": _("Decided")}
    stage = stages.get(number_of(said.get("stage", "")) or 0)
    first = named.get(state) or words.state(state)
    return _("{what}: {name}", what=first, name=stage.name) if stage else first


def _changed(ask: Ask, why: str, stages: dict[int, StageOf], page: int) -> Found:
    if why not in (*PARTS, "later", "earlier"):
        raise _strange(why)
    read = both(ask)
    changes = (moved_days(ask, read) if why in ("later", "earlier") else parts(ask, read)).get(why, [])
    shown = changes[(page - 1) * PAGE : page * PAGE]
    changed = {change.deal: change.amount for change in shown}
    want = Want(ids=tuple(read.spans[deal] for deal in changed), changed=changed)
    rows = lines(ask, want, stages) if shown else []
    return Found(words.part(why), tuple(rows), len(changes), page, is_change=True)


def _on_course(ask: Ask, what: str, stage: str, stages: dict[int, StageOf], page: int) -> Found:
    if what not in COURSE:
        raise _strange(what)
    passed = next((p for p in passages(ask, stages) if str(p.stage.id) == stage), None)
    held = {"entered": "entered", "on": "went_on", "won": "won", "lost": "lost"}[what]
    ids: list[int] = getattr(passed, held) if passed else []
    shown = tuple(ids[(page - 1) * PAGE : page * PAGE])
    rows = lines(ask, Want(ids=shown), stages) if shown else []
    name = passed.stage.name if passed else ""
    return Found(_("{what}: {name}", what=words.entered(what), name=name), tuple(rows), len(ids), page)
