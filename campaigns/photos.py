"""Photos of a visit: read, turned upright, made small and written again, so that nothing of the camera's notes is left.

Where a photo was taken, when, and with which phone is nobody's business: only the picture is kept.
"""

import io
from pathlib import PurePath
from threading import Lock

from PIL import Image, ImageOps, UnidentifiedImageError

from core.errors import Invalid
from core.i18n import _

MOST, LONGEST_SIDE, QUALITY = 2, 1600, 80
MOST_BYTES = 20 * 2**20
# A JPEG is read small from the start; the others are unfolded whole, a few kB to hundreds of MB if they mean harm.
MOST_POINTS = {"JPEG": 60_000_000, "PNG": 24_000_000, "WEBP": 24_000_000}
# One at a time, so that many senders together need no more memory than one.
_unfolding = Lock()


def cleaned(name: str, content: bytes) -> tuple[str, bytes]:
    """Name and content of the photo as it is kept, a JPEG. Raises Invalid for what is no photo."""
    if len(content) > MOST_BYTES:
        raise Invalid(_("The photo is larger than {n} MB.", n=MOST_BYTES // 2**20))
    stem = PurePath(name.replace("\\", "/")).stem[:60] or "photo"
    return f"{stem}.jpg", _rewritten(content)


def _rewritten(content: bytes) -> bytes:
    """A picture's size is looked at before its points are read: a small file may claim a huge picture."""
    try:
        with _unfolding, Image.open(io.BytesIO(content), formats=tuple(MOST_POINTS)) as picture:
            if picture.width * picture.height > MOST_POINTS[picture.format or "PNG"]:
                raise Invalid(_("The photo has too many points. Take it at a lower resolution."))
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Invalid(_("This is not a photo that can be read. Accepted are JPEG, PNG and WebP.")) from error
    kept = io.BytesIO()
    # A fresh picture of the points alone: no profile, comment or note travels along.
    plain = Image.new("RGB", upright.size)
    plain.paste(upright)
    plain.save(kept, "JPEG", quality=QUALITY, optimize=True)
    return kept.getvalue()
