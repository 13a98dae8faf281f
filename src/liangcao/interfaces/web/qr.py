"""QR codes on pages, drawn here: nothing leaves the machine."""

from __future__ import annotations

import segno
from django.utils.safestring import SafeString


def qr(text: str, *, scale: int = 3, has_fixed_size: bool = False) -> SafeString:
    """An inline SVG of a QR code. `scale`: pixels a module; without `has_fixed_size` the style sheet says how large."""
    drawn = segno.make(text, error="m", micro=False)
    # Safe: segno writes paths of numbers; the text itself is not in the drawing.
    return SafeString(drawn.svg_inline(scale=scale, border=3, omitsize=not has_fixed_size, light="#fff"))
