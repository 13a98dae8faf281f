"""No published figure of the seed documents stands in code or in a template: figures come from data files only."""

from __future__ import annotations

import csv
import io
import re
import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.architecture.tree import SOURCE, page_files, python_files, short

SMALLEST = 1000
NUMBER = re.compile(r"(?<![\w.#-])\d[\d_,]*(?![\w.])")


def figures(folder: Path) -> set[int]:
    with (folder / "figures.csv").open(encoding="utf-8-sig", newline="") as file:
        quantities = [row["quantity"].strip() for row in csv.DictReader(file)]
    return {int(text) for text in quantities if text.isdigit() and int(text) >= SMALLEST}


def numbers_in(path: Path) -> Iterator[tuple[int, int]]:
    """(line, value) of every whole number: in Python only literals and strings, never comments."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        for number, line in enumerate(text.splitlines(), 1):
            yield from ((number, value) for value in values(line))
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in (tokenize.NUMBER, tokenize.STRING):
            yield from ((token.start[0], value) for value in values(token.string))


def values(text: str) -> list[int]:
    return [int(re.sub("[_,]", "", found)) for found in NUMBER.findall(text)]


def is_round(value: int) -> bool:
    """20,000 may as well be a time limit: outside the demo's own code such a number says nothing."""
    return len(str(value).rstrip("0")) == 1


def test_no_figure_of_the_seeds_is_a_literal(data_folder: Callable[[str], Path]) -> None:
    wanted = figures(data_folder("seeds"))
    assert len(wanted) > 20
    demo = SOURCE / "interfaces" / "commands"
    found = [
        f"{short(path)}:{line} {value}"
        for path in [*python_files(), *page_files()]
        for line, value in numbers_in(path)
        if value in wanted and (demo in path.parents or not is_round(value))
    ]
    assert not found
