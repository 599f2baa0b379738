"""Search by tokens: pairs of Chinese characters, whole Latin words, pinyin initials, the last four of a number.

A pair index finds two-character words on both databases, where trigram indexes find nothing. Company-form words
(有限公司, 集团 ...) are left out of matching unless the query has nothing else. Latin words match from their start.
"""

import re
import unicodedata
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Index,
    String,
    and_,
    bindparam,
    delete,
    event,
    exists,
    false,
    literal,
    or_,
    select,
    union_all,
)  # fmt: skip
from sqlmodel import Field, SQLModel

from core.access import ACCESS, protect_kernel
from core.audit import table_name
from core.db import ActorSession
from core.dialects import bulk_insert, id_slices
from core.entity import Entity
from core.fields import FieldView, view
from core.record import METADATA, Record
from core.wall import whole

_FORMS = re.compile("股份有限公司|有限责任公司|有限公司|集团公司|股份|集团|公司|总公司|分公司")
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_LATIN = re.compile(r"[0-9a-zA-ZÀ-ÿ]+")
_HIGHEST = "\uffff"
_SIZE = 32

_BYTEWISE = String(_SIZE).with_variant(String(_SIZE, collation="C"), "postgresql")


class Token(SQLModel, table=True):
    __tablename__ = "core_token"
    __table_args__ = (Index("ix_core_token_record", "entity", "record_id"),)
    entity: str = Field(primary_key=True, max_length=60)
    token: str = Field(primary_key=True, sa_type=_BYTEWISE)
    record_id: int = Field(primary_key=True, sa_type=BigInteger)


protect_kernel(Token, "core.token")


def tokens_of(text: str) -> set[str]:
    """What a stored text is found by."""
    found = {word.lower()[:_SIZE] for word in _LATIN.findall(text)}
    core_text = _FORMS.sub("", text) or text
    for run in _CHINESE.findall(core_text):
        found |= {run[i : i + 2] for i in range(len(run) - 1)} | {run[-1]}
    initials = _initials("".join(_CHINESE.findall(core_text)), core_text)
    return found | ({initials.lower()[:_SIZE]} if initials else set())


def _initials(chinese: str, text: str) -> str:
    """First letters of the pinyin. Only a text with a sign of several sounds needs the phrases around it."""
    if chinese and not _several_sounds().isdisjoint(chinese):
        return _spelled(text)
    return "".join(map(_initial, chinese))


def _spelled(text: str) -> str:
    # Its dictionaries take a third of a second to load, which a command that indexes nothing need not wait for.
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER, errors="ignore"))


@cache
def _initial(char: str) -> str:
    return _spelled(char)


@cache
def _several_sounds() -> frozenset[str]:
    """Signs that begin with another letter in some phrase than alone."""
    from pypinyin.constants import PHRASES_DICT

    pairs = (zip(phrase, sounds, strict=False) for phrase, sounds in PHRASES_DICT.items())
    spoken = {(char, sound[0][0]) for pair in pairs for char, sound in pair}
    return frozenset(char for char, letter in spoken if _plain(letter) != _initial(char))


def _plain(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0]


def needles_of(words: str) -> list[tuple[str, bool]]:
    """What a query asks for: (token, whether the token may go on)."""
    found: list[tuple[str, bool]] = [(word.lower()[:_SIZE], True) for word in _LATIN.findall(words)]
    core_words = _FORMS.sub(" ", words) if _CHINESE.search(_FORMS.sub("", words)) else words
    for run in _CHINESE.findall(core_words):
        found += [(run, True)] if len(run) == 1 else [(run[i : i + 2], False) for i in range(len(run) - 1)]
    return found


def own_condition(entity: Entity, words: str) -> ColumnElement[bool]:
    """The entity's rows that hold every word in their own texts."""
    needles = needles_of(words)
    return entity.table.c.id.in_(_ids(entity.stem, needles)) if needles and entity.search else false()


def search_condition(entity: Entity, words: str) -> ColumnElement[bool]:
    """The entity's rows that hold every word, in their own texts or in those of a record they name."""
    needles = needles_of(words)
    own = own_condition(entity, words)
    if not needles or not entity.search:
        return own
    named = [view(column) for column in entity.search if view(column).kind == "ref"]
    return or_(own, *(entity.table.c[v.name].in_(_visible_ids(v.target or "", needles)) for v in named))


def kinds_of(session: ActorSession, entities: list[Entity], words: str) -> list[Entity]:
    """Those entities of which any row at all, a hidden one too, holds a word: only they are worth asking."""
    needles = needles_of(words)
    if not needles or not entities:
        return []
    text, goes_on = _rarest_first(needles)[0]
    statement = _asking_for_kinds(tuple(entity.stem for entity in entities), goes_on)
    found = set(session.scalars(statement, {"text": text, "end": text + _HIGHEST}))
    return [entity for entity in entities if entity.stem in found]


@cache
def _asking_for_kinds(stems: tuple[str, ...], goes_on: bool) -> Any:
    token = whole(Token)
    text, end = bindparam("text", type_=_BYTEWISE), bindparam("end", type_=_BYTEWISE)
    holds = _holds(token, text, end if goes_on else None)
    held = {stem: exists(select(token.c.record_id).where(token.c.entity == stem, holds)) for stem in stems}
    return union_all(*(select(literal(stem)).where(is_held) for stem, is_held in held.items()))


def _visible_ids(table: str, needles: list[tuple[str, bool]]) -> Any:
    """Through the wall: a name that the actor may not see finds nothing that hangs on it."""
    target = METADATA.tables[table].alias()
    return select(target.c.id).where(target.c.id.in_(_ids(_stem_of(table), needles)))


def _stem_of(table: str) -> str:
    return ACCESS[table].stem


def _ids(stem: str, needles: list[tuple[str, bool]]) -> Any:
    """Ids that hold all needles; the first picks, the others narrow."""
    first, *rest = _rarest_first(needles)
    token = whole(Token)
    statement = select(token.c.record_id).where(token.c.entity == stem, _matches(token, first))
    for needle in rest:
        other = whole(Token)
        inner = select(other.c.record_id).where(other.c.entity == stem, _matches(other, needle))
        statement = statement.where(token.c.record_id.in_(inner))
    return statement


def _rarest_first(needles: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    return sorted(needles, key=lambda needle: (needle[1], -len(needle[0])))


def _matches(token: Any, needle: tuple[str, bool]) -> ColumnElement[bool]:
    text, goes_on = needle
    return _holds(token, text, text + _HIGHEST if goes_on else None)


def _holds(token: Any, text: Any, end: Any) -> ColumnElement[bool]:
    """The token is the text; with an end, any from the text on and before the end."""
    is_it: ColumnElement[bool] = token.c.token == text
    return is_it if end is None else and_(token.c.token >= text, token.c.token < end)


# --- keeping the index ----------------------------------------------------------------------------------------


@cache
def _searched(columns: tuple[Any, ...]) -> list[FieldView]:
    return [field for field in map(view, columns) if field.kind != "ref"]


def searched(entity: Entity) -> set[str]:
    """The columns whose texts are in the index."""
    return {field.name for field in _searched(entity.search)}


def _row_tokens(entity: Entity, row: Any) -> set[str]:
    found: set[str] = set()
    for field in _searched(entity.search):
        value = row[field.name] if not isinstance(row, Record) else getattr(row, field.name)
        if field.masked or field.kind == "phone":
            found |= {value[-4:]} if value and len(value) >= 8 else set()
        elif value:
            found |= tokens_of(str(value))
    return found


def index_rows(session: ActorSession, entity: Entity, rows: list[Any]) -> None:
    """Add the tokens of new rows. The caller has opened the session for writes."""
    bulk_insert(session, METADATA.tables["core_token"], token_rows(entity, rows))


def token_rows(entity: Entity, rows: list[Any]) -> list[dict[str, Any]]:
    """The index's rows of new records, without asking the database anything."""
    return [
        {"entity": entity.stem, "token": token, "record_id": row["id"] if not isinstance(row, Record) else row.id}
        for row in rows
        for token in _row_tokens(entity, row)
    ]


def forget(session: ActorSession, entity: Entity, ids: list[int]) -> None:
    table = METADATA.tables["core_token"]
    for part in id_slices(ids):
        session.connection().execute(delete(table).where(table.c.entity == entity.stem, table.c.record_id.in_(part)))


def reindex(session: ActorSession, entity: Entity, ids: list[int]) -> None:
    if not entity.search:
        return
    forget(session, entity, ids)
    table = whole(entity.table)
    for part in id_slices(ids):
        rows = session.connection().execute(select(table).where(table.c.id.in_(part))).mappings().all()
        index_rows(session, entity, list(rows))


@event.listens_for(ActorSession, "after_flush")
def _keep_index(session: ActorSession, _context: Any) -> None:
    from core.registry import registry

    for row in session.new | session.dirty:
        entity = registry().entity_of_table(table_name(row)) if isinstance(row, Record) else None
        if entity is None or not entity.search:
            continue
        if row in session.new:
            index_rows(session, entity, [row])
        elif session.is_modified(row):
            reindex(session, entity, [row.id])
