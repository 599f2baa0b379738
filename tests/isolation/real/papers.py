"""Every paper that may be asked for, by people of all kinds: made once beside everybody's rows, once where only those
rows are that the oracle lets its reader see. Both must be the same file, byte for byte.

So each number, name, rank and sentence of a paper is one that follows from its reader's own rows, whatever the paper
counts: no figure is checked by a formula of its own. The papers come from what is registered, workbooks and tables
from the routes. `python -m tests.isolation.real.papers NAME …` prints one JSON object. The words `fault TABLE` open
that table's rule to everybody first.
"""

import io
import json
import re
import secrets
import shutil
import sqlite3
import sys
import threading
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import make_url, select, true
from sqlmodel import col
from starlette.testclient import TestClient

from core import clock, jobs
from core.access import ACCESS, Actor
from core.actors import actor_for
from core.db import kernel_session, reading
from core.errors import Forbidden, Invalid, NotFound
from core.i18n import use_language
from core.lists import Query
from core.messages import message_for, told
from core.module import Report
from core.notices import KINDS, Notice, insert_notices
from core.papers import drawn
from core.passwords import token_digest
from core.people import User, Visit
from core.registry import registry
from core.settings import settings
from core.wall import forget_profiles
from tests import engines
from tests.isolation.real import database, figures, marks, oracle
from tests.isolation.real.asking import Person
from tests.isolation.real.pages import HOST
from tests.isolation.real.rows import World

LANGUAGE = "zh"
SHEETS = re.compile(r"/(xlsx|csv)$")
NUMBER = re.compile(r"\d[\d,.]*")
# What decides who somebody is: without these rows it would be another reader.
WHO = ("core_role", "core_user_role", "core_unit", "core_deputy")


@dataclass
class Reader:
    """What one person was given, and what of it was not theirs."""

    world: World
    name: str
    bad: list[str] = field(default_factory=list)
    papers: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    @cached_property
    def me(self) -> Person:
        return Person(self.world, self.world.users[self.name])

    def actor(self) -> Actor:
        return actor_for(self.name)

    def keeps(self, table: str, key: int) -> bool:
        """Whether the row stays where only this reader's rows are."""
        row = self.world.rows[table].get(key)
        is_me = table == "core_user" and key == self.me.id
        return table in WHO or is_me or (row is not None and oracle.may(self.me, "read", table, row))
