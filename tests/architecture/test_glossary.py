"""Every model has its row in the glossary: 中文 · English · code name."""

from __future__ import annotations

import re

from tests.architecture.test_foreign_keys import our_models
from tests.architecture.tree import ROOT


def code_names() -> set[str]:
    rows = [
        line
        for line in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("|")
    ]
    return {name for row in rows for name in re.findall(r"`([A-Za-z_.]+)`", row.split("|")[3])}


def test_every_model_has_a_glossary_row() -> None:
    missing = sorted({model.__name__ for model in our_models()} - code_names())
    assert not missing, f"docs/glossary.md has no row for {missing}"


def test_every_glossary_row_has_both_languages() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and "---" not in line][1:]
    incomplete = [row for row in rows if not all(cell.strip() for cell in row.strip("|").split("|")[:3])]
    assert rows
    assert not incomplete
