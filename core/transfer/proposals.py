"""Proposes a mapping from the headings of a file, in either language: what the file's author most likely meant."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from core.access import Actor
from core.entity import Entity
from core.fields import FieldView
from core.i18n import LANGUAGES, translate
from core.record import Reference
from core.transfer.fields import importable
from core.transfer.mapping import Mapping, Source
from core.transfer.read import Sheet
from core.transfer.words import squashed

SURE, LIKELY, NEAR, GUESS = 1.0, 0.9, 0.8, 0.6
_ALIKE = 0.86
ANY = "*"

# Words for what every entity has: its name and its code. Words of one business belong to the field's `also`.
_NAME_ENDS = ("name", "title", "名称", "名", "全称")
_CODE_ENDS = ("code", "id", "no", "number", "编码", "编号", "代码", "号")


@dataclass(frozen=True)
class Proposal:
    """A mapping, and for each field of it how sure the guess is (1 is certain). `unused` headings met no field."""

    mapping: Mapping
    confidence: dict[str, float]
    unused: tuple[str, ...]


def propose(actor: Actor, entity: Entity, sheet: Sheet) -> Proposal:
    """Each field takes at most one column, and each column fills at most one field: the surest pairs first."""
    views = importable(actor, entity)
    words = {view.name: dict(_words(entity, view)) for view in views}
    pairs = [
        (score, -place, view, header)
        for place, header in enumerate(sheet.headers)
        for view in views
        if (score := _score(squashed(header), words[view.name])) > 0
    ]
    taken: dict[str, tuple[str, float]] = {}
    used: set[str] = set()
    for score, _place, view, header in sorted(pairs, key=lambda pair: (-pair[0], -pair[1], pair[2].name)):
        if view.short not in taken and header not in used:
            taken[view.short] = (header, score)
            used.add(header)
    ordered = sorted(taken, key=lambda name: sheet.headers.index(taken[name][0]))
    fields = {name: Source(column=taken[name][0]) for name in ordered}
    unused = tuple(header for header in sheet.headers if header not in used)
    return Proposal(Mapping(fields=fields, entity=entity.stem), {name: taken[name][1] for name in ordered}, unused)


def _score(header: str, words: dict[str, float]) -> float:
    if not header:
        return 0.0
    if header in words:
        return words[header]
    if any(word.startswith(ANY) and header.endswith(word[1:]) for word in words):
        return GUESS
    if len(header) < 5:
        return 0.0
    best = max((SequenceMatcher(None, header, word).ratio() for word in words if len(word) > 4), default=0.0)
    return round(best * NEAR, 2) if best >= _ALIKE else 0.0


def _words(entity: Entity, view: FieldView) -> Iterator[tuple[str, float]]:
    """What a heading for the field may say, the surest last."""
    column = view.column.property.columns[0]
    labels = [squashed(translate(view.label, language)) for language in LANGUAGES]
    titles = [squashed(translate(entity.label, language)) for language in LANGUAGES]
    if view.name == _title_name(entity):
        yield from ((title, LIKELY) for title in titles)
        yield from ((f"{title}{end}", LIKELY) for title in titles for end in _NAME_ENDS)
        yield from ((end, NEAR) for end in _NAME_ENDS[:3])
        yield f"{ANY}名称", GUESS
    elif view.name in ("code", "username"):
        yield from ((f"{title}{end}", LIKELY) for title in titles for end in _CODE_ENDS)
        yield from ((end, NEAR) for end in ("code", "id", "编码", "编号", "代码"))
        yield from ((f"{ANY}{end}", GUESS) for end in ("code", "编码", "编号", "代码"))
    if view.kind == "ref":
        yield from ((f"{label}{end}", NEAR) for label in labels for end in (*_NAME_ENDS, *_CODE_ENDS))
    yield from ((squashed(word), LIKELY) for word in column.info.get("also", ()))
    yield from ((word, SURE) for word in (*labels, squashed(view.short), squashed(view.name)))


def _title_name(entity: Entity) -> str:
    if issubclass(entity.model, Reference):
        return "name_zh"
    return str(entity.title.key) if entity.title is not None else "name"
