"""What the environment says, read without Django: lists, networks, allowances. What cannot be read is kept for the
settings check, which names it; nothing here fails a start."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

# (events, seconds). A machine of two processors answers some two hundred calls a second: the allowance of a token or a
# person is met only by a program in a loop. A failed log-in is what nobody does sixty times in ten minutes, not even a
# bureau of two hundred people behind one address.
USUAL_RATES: dict[str, tuple[int, float]] = {
    "login": (60, 600.0),
    "stranger": (600, 300.0),
    "link": (60, 600.0),
    "token": (12_000, 60.0),
    "person": (6_000, 60.0),
    "export": (240, 60.0),
    "photo": (30, 60.0),
}


@dataclass(frozen=True)
class Rates:
    """The allowances in force, and the parts of the text that say nothing."""

    limits: dict[str, tuple[int, float]]
    unread: list[str] = field(default_factory=list)


def listed(name: str, usual: str = "") -> list[str]:
    """A list with commas."""
    return [part.strip() for part in os.environ.get(name, usual).split(",") if part.strip()]


def is_on(name: str) -> bool:
    """A switch: 1 is on, anything else is off."""
    return os.environ.get(name) == "1"


def rates(name: str) -> Rates:
    """ "off", or "login=30/600,export=20/60" beside what is usual."""
    parts = listed(name)
    if parts == ["off"]:
        return Rates({})
    limits, unread = dict(USUAL_RATES), []
    for part in parts:
        found = re.fullmatch(r"(\w+)=([1-9]\d{0,6})/([1-9]\d{0,5})", part)
        if found and found[1] in USUAL_RATES:
            limits[found[1]] = (int(found[2]), float(found[3]))
        else:
            unread.append(part)
    return Rates(limits, unread)


def without_secrets(url: str) -> str:
    """An address as it may be shown: no password, neither before the host nor among the options."""
    parts = urlsplit(url)
    told, _at, place = parts.netloc.rpartition("@")
    user = told.partition(":")[0]
    options = "&".join(option for option in parts.query.split("&") if "pass" not in option.lower())
    shown = f"{parts.scheme}://{user}@{place}" if user else f"{parts.scheme}://{place}"
    return f"{shown}{parts.path}?{options}".rstrip("?") if url else ""


def whole_number(name: str, usual: int) -> int:
    """A whole number; what is none counts as the usual one."""
    told = os.environ.get(name, "")
    return int(told) if re.fullmatch(r"\d{1,12}", told) else usual
