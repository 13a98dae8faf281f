"""The codes in a photo: found, read, and the photo forgotten. What a code means is asked of `scanning`, as for any
other.

What a stranger's picture may cost is bounded before it is opened: bytes, kind, pixels, scans of a JPEG; then by how
many times it is looked over, and by reading one photo at a time in each process.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from threading import BoundedSemaphore
from typing import Any

from liangcao.foundation.files import pictures
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel import gs1
from liangcao.foundation.kernel.codes import LONGEST
from liangcao.foundation.kernel.errors import Invalid, Refusal, Unavailable
from liangcao.interfaces.intake.scanning import Scanned, resolve

MOST_CODES = 12
# Sides in pixels: of the first look, and of the further ones that a photo gets in which nothing was found.
SIDE, SMALL_SIDE = 2800, 1600
# Bar codes are searched along rows and columns; these are the angles between.
ANGLES = (18, 36, 54, 72)
LENGTH_OF_ITF = 14
SECONDS_TO_WAIT = 20.0
_SLOT = BoundedSemaphore(1)
_FORMATS = "QRCode|DataMatrix|Code128|EAN13|EAN8|UPCA|UPCE|ITF14"
# No request holds these, so the way of a typed code does not either.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True)
class CodeRead:
    """A code of the photo as a scanner would have sent it (separators as ␝), and what it is to the reader: `found`, or
    why it is refused."""

    text: str
    found: Scanned | None
    refusal: Refusal | None


def read_photo(actor: Actor, content: bytes, *, bureau_id: int | None, at: datetime) -> list[CodeRead]:
    """The codes in the photo, from top to bottom, with what each is to the reader.

    Raises as `texts_in`, and Invalid PHOTO_NONE_KNOWN where several codes were found and every one is refused.
    """
    read = [_meant(actor, text, bureau_id, at) for text in texts_in(content)]
    refused = [each.refusal for each in read if each.refusal is not None]
    if len(read) > 1 and len(refused) == len(read):
        raise Invalid(
            "PHOTO_NONE_KNOWN",
            f"照片里有 {len(read)} 个码,都不能用:" + ";".join(refusal.zh for refusal in refused[:3]),
            f"None of the {len(read)} codes in the photo is of use: "
            + "; ".join(refusal.en for refusal in refused[:3]),
            field="photo",
            problems=refused,
        )
    return read


def the_one(read: list[CodeRead]) -> CodeRead | None:
    """The code that is meant: the only one, or the only one that is understood; None where a person must choose."""
    understood = [each for each in read if each.found is not None] if len(read) > 1 else read
    return understood[0] if len(understood) == 1 else None


def _meant(actor: Actor, text: str, bureau_id: int | None, at: datetime) -> CodeRead:
    try:
        return CodeRead(text, resolve(actor, text, bureau_id=bureau_id, at=at), None)
    except Refusal as refusal:
        return CodeRead(text, None, refusal)


def texts_in(content: bytes) -> list[str]:
    """The texts of the codes in a JPEG, PNG or WebP, from top to bottom, each once.

    Raises PhotoTooLarge; Invalid PHOTO_EMPTY, PHOTO_HEIC, PHOTO_KIND, PHOTO_BROKEN, PHOTO_PIXELS, PHOTO_NO_CODE,
    PHOTO_CODES_MANY; Unavailable PHOTO_BUSY.
    """
    pictures.check_bytes(content)
    if not _SLOT.acquire(timeout=SECONDS_TO_WAIT):
        raise Unavailable(
            "PHOTO_BUSY",
            "正在识别别人的照片,请过一会儿再拍,或手工输入",
            "Other photos are being read: take it again in a moment, or type",
            field="photo",
        )
    try:
        found = _found_in(_opened(content))
    finally:
        _SLOT.release()
    if not found:
        raise Invalid(
            "PHOTO_NO_CODE",
            "照片里没有找到码。请靠近些、光线亮些、拿稳,把整个码连同四周的空白拍进去;仍不行请手工输入",
            "No code was found in the photo. Go closer, give it light, hold still, and have the whole code with the "
            "blank around it in the picture; or type",
            field="photo",
        )
    if len(found) > MOST_CODES:
        raise Invalid(
            "PHOTO_CODES_MANY",
            f"照片里有 {len(found)} 个不同的码,超过 {MOST_CODES} 个;请靠近,只拍要用的那一个",
            f"The photo shows {len(found)} different codes, more than {MOST_CODES}: go closer, to the one you want",
            field="photo",
        )
    return found


def _opened(content: bytes) -> Any:
    """The picture in grey, at most SIDE long."""
    with pictures.opened(content) as picture:
        # A JPEG is made smaller and grey while it is read.
        picture.draft("L", (SIDE, SIDE))
        return _on_white(picture)


def _on_white(picture: Any) -> Any:
    from PIL import Image

    if not picture.has_transparency_data:
        grey = picture.convert("L")
        grey.thumbnail((SIDE, SIDE))
        return grey
    clear = picture.convert("RGBA")
    clear.thumbnail((SIDE, SIDE))
    return Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear).convert("L")


def _found_in(picture: Any) -> list[str]:
    """The texts of the first look that finds any."""
    for look in _looks(picture):
        found = _texts(look)
        if found:
            return found
    return []


def _looks(picture: Any) -> Iterator[Any]:
    """The picture; then small, sharpened and turned. How it was held does not matter: each look tries all sides."""
    from PIL import Image, ImageFilter

    yield picture
    small = picture.copy()
    small.thumbnail((SMALL_SIDE, SMALL_SIDE))
    yield small.filter(ImageFilter.UnsharpMask(4, 250, 0))
    # Corners in any other grey would move the line between black and white.
    middle = small.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    for angle in ANGLES:
        yield small.rotate(angle, Image.Resampling.BILINEAR, expand=True, fillcolor=middle)


def _texts(picture: Any) -> list[str]:
    import zxingcpp

    # Plain keeps the separators of GS1 data; the readable form would put brackets instead.
    read = zxingcpp.read_barcodes(
        picture, formats=zxingcpp.barcode_formats_from_str(_FORMATS), text_mode=zxingcpp.TextMode.Plain
    )
    return _in_order((each.position.top_left, _as_scanned(each)) for each in read if _is_whole(each))


def _is_whole(code: Any) -> bool:
    """Whether the code has a text, and is no part of a longer one: ITF has neither a sign for its end nor a check of
    its own, and one that is seen askew reads as a short one."""
    import zxingcpp

    return bool(code.text) and (code.symbology != zxingcpp.BarcodeFormat.ITF or len(code.text) == LENGTH_OF_ITF)


def _in_order(placed: Iterable[tuple[Any, str]]) -> list[str]:
    return list(dict.fromkeys(text for _corner, text in sorted(placed, key=lambda each: (each[0].y, each[0].x))))


def _as_scanned(code: Any) -> str:
    """As a scanner types it: the carrier's name where it says that the data are GS1's."""
    import zxingcpp

    carrier = code.symbology_identifier if code.content_type == zxingcpp.ContentType.GS1 else ""
    # Longer than any code of ours is refused as that; the rest of it does not matter.
    text = (carrier + code.text)[: LONGEST + 1].replace(gs1.SEPARATOR, "␝")
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)
