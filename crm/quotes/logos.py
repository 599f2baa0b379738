"""The company's logo on quotes and proposals: uploaded once, for all papers that are made from then on.

What was issued keeps the logo it was issued with: a file that was replaced stays on disk.
"""

import io
from dataclasses import dataclass
from threading import Lock
from typing import Any

from PIL import Image, UnidentifiedImageError
from sqlalchemy import BigInteger, CheckConstraint, select
from sqlmodel import Field, col

from core import clock
from core.errors import Invalid
from core.fields import ref, text
from core.files import store
from core.i18n import _
from core.record import Record

KINDS = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG"}
MOST_BYTES, MOST_POINTS, FLATTEST = 2 * 2**20, 8_000_000, 12
# One at a time, so that many senders together need no more memory than one.
_unfolding = Lock()


class Logo(Record, table=True):
    """An uploaded picture; the one that is not archived is in use. `key` is its name on disk."""

    __tablename__ = "crm_logo"
    __table_args__ = (CheckConstraint("width > 0 AND height > 0", name="points"),)
    name: str = text(200, required=True)
    key: str = Field(max_length=40)
    digest: str = Field(max_length=80)
    mime: str = Field(max_length=120)
    size: int = Field(sa_type=BigInteger)
    width: int
    height: int
    by_id: int | None = ref("core_user.id", label="Uploaded by")


@dataclass(frozen=True)
class Printed:
    """The logo of one paper: which row, and where its file lies."""

    id: int
    key: str
    digest: str


def logo_in_use(session: Any) -> Logo | None:
    live = select(Logo).where(col(Logo.archived_at).is_(None))
    found: Logo | None = session.scalars(live.order_by(col(Logo.id).desc()).limit(1)).first()
    return found


def printed(logo: Logo | None) -> Printed | None:
    return Printed(logo.id, logo.key, logo.digest) if logo else None


def use(session: Any, name: str, content: bytes) -> Logo:
    """Take a new picture into use. Raises Invalid for what is no PNG or JPEG that can be read."""
    width, height = measured(name, content)
    kept = store(name, content)
    retire(session)
    logo = Logo(
        name=kept.name, key=kept.key, digest=kept.digest, mime=kept.type, size=kept.size, width=width, height=height,
        by_id=session.actor.user_id,
    )  # fmt: skip
    session.add(logo)
    session.flush()
    return logo


def use_again(session: Any, logo: Logo) -> None:
    retire(session)
    logo.archived_at = None


def retire(session: Any) -> None:
    """Papers are made without a logo from now on."""
    for each in session.scalars(select(Logo).where(col(Logo.archived_at).is_(None))):
        each.archived_at = clock.now()


def measured(name: str, content: bytes) -> tuple[int, int]:
    """Width and height. The size is looked at before the points are read: a small file may claim a huge picture."""
    if len(content) > MOST_BYTES:
        raise Invalid(_("The logo is larger than {n} MB.", n=MOST_BYTES // 2**20))
    kind = KINDS.get(name.rpartition(".")[2].lower())
    if kind is None:
        raise Invalid(_("A logo is a PNG or JPEG file."))
    try:
        with _unfolding, Image.open(io.BytesIO(content), formats=(kind,)) as picture:
            width, height = picture.size
            _demand_size(width, height)
            picture.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Invalid(_("The content of “{name}” is not what its ending says.", name=name)) from error
    return width, height


def _demand_size(width: int, height: int) -> None:
    if width * height > MOST_POINTS:
        raise Invalid(_("The logo has too many points. Save it smaller."))
    if max(width, height) > FLATTEST * min(width, height):
        raise Invalid(_("The logo is too long and thin to be read on paper."))
