"""What a command prints and writes: one JSON object, JSON lines, a file that is there whole or not at all."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from liangcao.foundation.kernel.errors import Invalid


def json_text(value: Any) -> str:
    """One line of JSON; dates, UUIDs and the like as text."""
    return json.dumps(value, ensure_ascii=False, default=str)


def print_json(value: Any) -> None:
    """One JSON object on one line."""
    print(json_text(value))


def write_file(path: str, produce: Callable[[BinaryIO], object]) -> Path:
    """Let `produce` write the file. It appears under its name only when it is whole; "-" is standard output.

    Raises Invalid FOLDER_MISSING, and OSError as the system does (full disk, no permission).
    """
    if path == "-":
        produce(sys.stdout.buffer)
        return Path("-")
    target = Path(path)
    if target.exists() and not target.is_file():
        # A pipe or a device takes the bytes as they come; a folder says so itself.
        with target.open("wb") as file:
            produce(file)
        return target
    if not target.parent.is_dir():
        raise Invalid(
            "FOLDER_MISSING",
            f"没有目录 {target.parent},请先建立",
            f"There is no folder {target.parent}; make it first",
            field="output",
        )
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            produce(file)
        os.chmod(draft, 0o666 & ~_umask())
        os.replace(draft, target)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    return target


def _umask() -> int:
    held = os.umask(0)
    os.umask(held)
    return held
