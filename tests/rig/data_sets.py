"""Data sets that tests read but the repository may not carry."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.rig.strictness import missing


@pytest.fixture(scope="session")
def data_folder() -> Callable[[str], Path]:
    """`data_folder("seeds")` is that folder below LIANGCAO_DATA."""

    def find(name: str) -> Path:
        root = os.environ.get("LIANGCAO_DATA")
        if not root:
            missing(f"data set {name}: LIANGCAO_DATA names no folder")
        path = Path(root) / name
        if not path.is_dir():
            missing(f"data set {name}: there is no {path}")
        return path

    return find
