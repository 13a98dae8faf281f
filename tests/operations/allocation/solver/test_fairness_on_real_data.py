"""The page on fairness says what the data say: never more than there is, and nobody is worse off than under the rivals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks import fairness


@pytest.fixture
def folder(data_folder: Any) -> Path:
    return data_folder("getusppe").parent  # type: ignore[no-any-return]


def test_the_page_and_its_chart_are_what_the_data_say(folder: Path) -> None:
    text, drawing = fairness.page(folder)
    assert (fairness.DOCS / "fairness.md").read_text(encoding="utf-8") == text
    assert (fairness.DOCS / "fairness.svg").read_text(encoding="utf-8") == drawing


def test_never_over_committed_and_the_worst_off_is_never_worse_off(folder: Path) -> None:
    for case, outcomes in fairness.results(folder):
        assert outcomes["ours"].over == 0
        for key, rival in outcomes.items():
            assert outcomes["ours"].worst >= rival.worst, (case.name_en, key)
            assert outcomes["ours"].empty <= rival.empty, (case.name_en, key)


def test_the_source_promised_more_than_was_offered(folder: Path) -> None:
    _, over = fairness.offers(folder / "getusppe")
    assert over == 68


def test_a_case_by_hand() -> None:
    """10 pieces; one wants 12, one 6, one 2: half each is 6, 3, 1."""
    case = fairness.Case("", "", {("甲", "口罩"): 12, ("乙", "口罩"): 6, ("丙", "口罩"): 2}, {"口罩": 10})
    assert list(fairness.ours(case).values()) == [6, 3, 1]
    assert list(fairness.first_come(case).values()) == [10, 0, 0]
    assert fairness.same_number(case) == {("丙", "口罩"): 2, ("乙", "口罩"): 4, ("甲", "口罩"): 4}
    assert fairness.by_amount_asked(case) == {("甲", "口罩"): 6, ("乙", "口罩"): 3, ("丙", "口罩"): 1}
