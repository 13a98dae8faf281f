"""export --format epcis: the book, a period, a trace; what does not go together is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.factories.epcis import events_of
from tests.interfaces.commands.conftest import Shell
from tests.interfaces.commands.test_trace import first


@pytest.mark.parametrize(
    ("options", "zh", "en"),
    [
        (["--format", "epcis", "--kind", "stock"], "epcis 导出全部事件", "epcis holds all events"),
        (["--format", "jsonl", "--ref", "U05"], "只用于 --format epcis", "goes with --format epcis only"),
        (["--format", "epcis", "--from", "2020-02-05", "--to", "2020-02-01"], "早于开始日期", "before the start"),
        (["--format", "epcis", "--ref", "XX-1"], "没有找到“XX-1”", 'Nothing called "XX-1"'),
    ],
)
def test_what_does_not_go_together_is_refused(
    options: list[str], zh: str, en: str, shell: Shell, tmp_path: Path
) -> None:
    file = tmp_path / "events.jsonld"
    assert zh in shell.refused("export", *options, "-o", str(file))
    assert en in shell.refused("export", *options, "-o", str(file), language="en")
    assert not file.exists()


def test_book_period_and_trace(shell: Shell, tmp_path: Path, data_folder: Callable[[str], Path]) -> None:
    def exported(*options: str) -> list[dict[str, object]]:
        file = tmp_path / "events.jsonld"
        told = json.loads(shell.said("export", "--format", "epcis", "-o", str(file), "--json", *options))
        events = events_of(file.read_bytes(), data_folder("epcis"))
        assert told == {"file": str(file), "rows": len(events)}
        return events

    whole = exported()
    assert whole == exported()
    number = first(shell, "SELECT number FROM supply_source WHERE kind = 'purchase'")
    traced = exported("--ref", number)
    assert traced and len(traced) < len(whole) and all(event in whole for event in traced)
    assert exported("--from", "2031-01-01") == []
