"""Photos of a visit: read, turned upright, made small and written again, so that nothing of the camera's notes is left.

Where a photo was taken, when, and with which phone is nobody's business: only the picture is kept.
"""

import io
from pathlib import PurePath

from PIL import Image, ImageOps, UnidentifiedImageError

from core.errors import Invalid
from core.i18n import _

MOST, LONGEST_SIDE, QUALITY = 2, 1600, 80
MOST_BYTES, MOST_PIXELS = 20 * 2**20, 60_000_000
TYPES = ("JPEG", "PNG", "WEBP")


def cleaned(name: str, content: bytes) -> tuple[str, bytes]:
    """Name and content of the photo as it is kept, a JPEG. Raises Invalid for what is no photo."""
    if len(content) > MOST_BYTES:
        raise Invalid(_("The photo is larger than {n} MB.", n=MOST_BYTES // 2**20))
    stem = PurePath(name.replace("\\", "/")).stem[:60] or "photo"
    return f"{stem}.jpg", _rewritten(content)


def _rewritten(content: bytes) -> bytes:
    """A picture's size is looked at before its points are read: a small file may claim a huge picture."""
    try:
        with Image.open(io.BytesIO(content), formats=TYPES) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Invalid(_("The photo has too many points. Take it at a lower resolution."))
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Invalid(_("This is not a photo that can be read. Accepted are JPEG, PNG and WebP.")) from error
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    kept = io.BytesIO()
    # A fresh picture of the points alone: no profile, comment or note travels along.
    plain = Image.new("RGB", upright.size)
    plain.paste(upright)
    plain.save(kept, "JPEG", quality=QUALITY, optimize=True)
    return kept.getvalue()
