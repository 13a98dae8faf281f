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


def early_code_of(secret: str, *, periods: int = 0, left: float = 10) -> str:
    """As `code_of`, with at least so many seconds of the period left: time for a slow machine to send it."""
    rest = 30 - time.time() % 30
    if rest < left:
        time.sleep(rest + 0.1)
    return code_of(secret, periods=periods)
