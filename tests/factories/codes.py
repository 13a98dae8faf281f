"""Codes of an authenticator app, computed with the standard library only (RFC 6238): what the product must accept."""

from __future__ import annotations

import base64
import hmac
import struct
import time


def code_of(secret: str, *, periods: int = 0) -> str:
    """The six digits that an app shows now, or some periods of 30 seconds from now."""
    counter = int(time.time()) // 30 + periods
    key = base64.b32decode(secret.replace(" ", ""), casefold=True)
    found = hmac.new(key, struct.pack(">Q", counter), "sha1").digest()
    place = found[-1] & 0x0F
    return f"{(struct.unpack('>I', found[place : place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"
