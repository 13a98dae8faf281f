"""Pictures that somebody sends: what one may cost is bounded before it is opened (bytes, kind, pixels, scans of a
JPEG); what is kept is drawn anew, so that nothing but the picture is kept: no place, no camera, no hidden file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from liangcao.foundation.kernel.errors import Invalid, Refusal

MOST_BYTES = 10 * 1024 * 1024
# What phones call 50 megapixels has 49.9 to 50.3 million.
MOST_PIXELS = 51_000_000
# A progressive JPEG has some ten scans, each of which goes over the whole picture; a small file can hold thousands.
MOST_SCANS = 60
# Sides in pixels of what is kept: a label can be read on a photo, a name in a signature.
PHOTO_SIDE, SIGNATURE_WIDTH, SIGNATURE_HEIGHT = 1600, 900, 450
# Fewer dark pixels are a touch of the finger, not a name.
LEAST_INK = 60
_DARK = 128
_KINDS = (re.compile(rb"\xff\xd8\xff"), re.compile(rb"\x89PNG\r\n\x1a\n"), re.compile(rb"RIFF.{4}WEBP", re.DOTALL))
_HEIC = re.compile(rb".{4}ftyp(?:hei[cmsx]|hev[cmsx]|mif1|msf1|avif|avis)", re.DOTALL)
_START_OF_SCAN = b"\xff\xda"


class PhotoTooLarge(Invalid):
    """More bytes than a photo has."""

    status = 413


def check_bytes(content: bytes, *, field: str = "photo") -> None:
    """Raise PhotoTooLarge, or Invalid PHOTO_EMPTY, PHOTO_HEIC, PHOTO_KIND, PHOTO_BROKEN: what its bytes tell."""
    if len(content) > MOST_BYTES:
        raise PhotoTooLarge(
            "PHOTO_TOO_LARGE",
            f"照片超过 {MOST_BYTES // 1024**2} MB;请在相机设置里选小一些的尺寸再拍",
            f"The photo has more than {MOST_BYTES // 1024**2} MB: choose a smaller size in the camera's settings",
            field=field,
        )
    if not content:
        raise Invalid("PHOTO_EMPTY", "没有收到照片,请再拍一次", "No photo arrived: take it again", field=field)
    if _HEIC.match(content):
        raise Invalid(
            "PHOTO_HEIC",
            "这张照片是 HEIC 格式,读不了。iPhone 请在“设置 › 相机 › 格式”选“兼容性最佳”;安卓请在相机设置里关掉“高效图片(HEIF)”,再拍一次",
            "This photo is in the format HEIC, which is not read here. iPhone: Settings › Camera › Formats › Most "
            "Compatible. Android: turn off high-efficiency pictures (HEIF) in the camera's settings. Take it again",
            field=field,
        )
    if not any(kind.match(content) for kind in _KINDS):
        raise Invalid(
            "PHOTO_KIND",
            "这个文件不是照片;请拍照,或选 JPEG、PNG、WebP 图片",
            "This file is no photo: take one, or choose a JPEG, PNG or WebP picture",
            field=field,
        )
    if content.startswith(b"\xff\xd8") and content.count(_START_OF_SCAN) > MOST_SCANS:
        raise _broken(field)


@contextmanager
def opened(content: bytes, *, field: str = "photo") -> Iterator[Any]:
    """The Pillow image of checked bytes, its size known before any of its pixels.

    Whatever goes wrong while it is read inside the block becomes Invalid PHOTO_PIXELS or PHOTO_BROKEN.
    """
    from PIL import Image

    try:
        picture = Image.open(BytesIO(content), formats=("JPEG", "PNG", "WEBP"))
        if picture.width * picture.height > MOST_PIXELS:
            raise _too_many_pixels(field)
        yield picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels(field) from None
    except Refusal:
        raise
    except Exception:  # What a forged picture makes of a reader of pictures is any fault at all.
        raise _broken(field) from None


def redrawn_photo(content: bytes, *, field: str = "photo") -> bytes:
    """A JPEG of the same picture, upright, at most PHOTO_SIDE long. Raises as `check_bytes` and `opened`."""
    from PIL import Image, ImageOps

    check_bytes(content, field=field)
    with opened(content, field=field) as picture:
        picture.draft("RGB", (PHOTO_SIDE, PHOTO_SIDE))
        upright = ImageOps.exif_transpose(picture).convert("RGBA")
        upright.thumbnail((PHOTO_SIDE, PHOTO_SIDE))
        flat = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright).convert("RGB")
        return _written(flat, "JPEG", quality=82)


def redrawn_signature(content: bytes, *, field: str = "signature") -> bytes:
    """A small PNG in black and white of a drawn name. Raises as `redrawn_photo`; Invalid SIGNATURE_MISSING for a sheet
    without ink."""
    from PIL import Image

    check_bytes(content, field=field)
    with opened(content, field=field) as picture:
        clear = picture.convert("RGBA")
        clear.thumbnail((SIGNATURE_WIDTH, SIGNATURE_HEIGHT))
        grey = Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear).convert("L")
        inked = grey.point(lambda level: 0 if level < _DARK else 255)
        if inked.histogram()[0] < LEAST_INK:
            raise no_signature(field)
        return _written(inked.convert("1"), "PNG", optimize=True)


def no_signature(field: str = "signature") -> Invalid:
    """Nobody has drawn his name."""
    return Invalid("SIGNATURE_MISSING", "请在方框里手写签名", "Draw your name in the box", field=field)


def _written(picture: Any, kind: str, **options: Any) -> bytes:
    drawn = BytesIO()
    picture.save(drawn, kind, **options)
    return drawn.getvalue()


def _broken(field: str) -> Invalid:
    return Invalid(
        "PHOTO_BROKEN",
        "照片没有传全或已损坏,请再拍一次",
        "The photo is incomplete or damaged: take it again",
        field=field,
    )


def _too_many_pixels(field: str) -> Invalid:
    return Invalid(
        "PHOTO_PIXELS",
        f"照片超过 {MOST_PIXELS // 1_000_000 * 100} 万像素;请在相机设置里选小一些的尺寸再拍",
        f"The photo has more than {MOST_PIXELS // 1_000_000} megapixels: choose a smaller size in the camera",
        field=field,
    )
