"""Photos of codes: drawn by the writers of the libraries, laid on grey cardboard, turned, blurred, with noise."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
import segno
import zxingcpp
from PIL import Image, ImageFilter, ImageOps

CARDBOARD = 190


def drawn(text: str, carrier: str = "QRCode", *, module: int = 6, gs1: bool = False) -> Any:
    """A code in black on white with a blank around it. GS1 data are given in brackets."""
    if carrier == "QRCode" and not gs1:
        buffer = BytesIO()
        segno.make(text, micro=False).save(buffer, kind="png", scale=module, border=4)
        return Image.open(buffer).convert("L")
    code = zxingcpp.create_barcode(text, zxingcpp.barcode_format_from_str(carrier), **({"gs1": True} if gs1 else {}))
    picture = Image.fromarray(np.array(code.to_image(scale=module)))
    return ImageOps.expand(picture, module * 10, 255)


def scene(*codes: Any, angle: float = 0, blur: float = 0, noise: float = 0) -> Any:
    """The codes one below the other on cardboard."""
    width, height = max(code.width for code in codes) + 80, sum(code.height + 60 for code in codes) + 60
    picture = Image.new("L", (width, height), CARDBOARD)
    top = 60
    for code in codes:
        picture.paste(code, (40, top))
        top += code.height + 60
    picture = picture.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=CARDBOARD)
    picture = picture.filter(ImageFilter.GaussianBlur(blur)) if blur else picture
    if noise:
        grains = np.random.default_rng(1).normal(0, noise, (picture.height, picture.width))
        picture = Image.fromarray((np.asarray(picture) + grains).clip(0, 255).astype(np.uint8))
    return picture


def as_file(picture: Any, kind: str = "JPEG", **more: Any) -> bytes:
    """The picture as a phone would send it."""
    buffer = BytesIO()
    picture.save(buffer, kind, **more)
    return buffer.getvalue()


def photo_of(*texts: str, **how: Any) -> bytes:
    """A photo of QR codes with these texts."""
    return as_file(scene(*(drawn(text) for text in texts), **how))
