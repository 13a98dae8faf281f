"""Which frame a page has that officials and outsiders share."""

from __future__ import annotations

from typing import Any


def frame_of(request: Any) -> str:
    """The desk's, the portal's, or the plain one for somebody without an appointment."""
    if request.organisation is not None:
        return "frame_portal.html"
    if request.bureau is not None and not request.actor.is_outside:
        return "frame_desk.html"
    return "frame_plain.html"
