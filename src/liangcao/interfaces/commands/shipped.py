"""Tables that ship with the program, read without Django."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from importlib.resources import files


def rows(package: str, *path: str) -> Iterator[dict[str, str]]:
    """Rows of a CSV file that ships with a package."""
    text = files(package).joinpath(*path).read_text(encoding="utf-8")
    yield from csv.DictReader(io.StringIO(text, newline=""))
