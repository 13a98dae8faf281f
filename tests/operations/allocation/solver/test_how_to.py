"""The page that shows the solver as a library says what the solver does."""

from __future__ import annotations

import doctest
from pathlib import Path

PAGE = Path(__file__).parents[4] / "docs" / "how-to" / "use-the-solver.md"


def test_every_example_of_the_page_prints_what_the_page_says() -> None:
    run = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert run.attempted > 15
    assert run.failed == 0
