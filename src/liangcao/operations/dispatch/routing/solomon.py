"""The text format of Solomon's instances (Operations Research 35, 1987), written again in that of VRPLIB."""

from __future__ import annotations

import re

from liangcao.foundation.kernel.errors import Invalid

_COLUMNS = 7


def is_solomon(text: str) -> bool:
    """Whether the text has the headings of Solomon's files."""
    return bool(re.search(r"^\s*CUST(?:OMER)?\b", text, re.MULTILINE)) and "NODE_COORD_SECTION" not in text


def to_vrplib(text: str) -> str:
    """The same instance with sections. The first row is the depot, its due date the end of the day.

    Raises Invalid NUMBER_INVALID with its line, SECTION_MISSING.
    """
    lines = text.splitlines()
    vehicles, capacity = _fleet(lines)
    rows = [_row(number, line) for number, line in enumerate(lines, start=1) if _is_row(line)]
    if not rows:
        raise Invalid("SECTION_MISSING", "CUSTOMER 之后没有数据行", "No rows follow CUSTOMER", field="instance")
    name = next((line.strip() for line in lines if line.strip()), "")

    def section(title: str, *columns: int) -> list[str]:
        told = (" ".join(row[column] for column in columns) for row in rows)
        return [title, *(f"{place} {values}" for place, values in enumerate(told, start=1))]

    return "\n".join(
        [
            f"NAME : {name}", "TYPE : CVRPTW", f"DIMENSION : {len(rows)}", f"VEHICLES : {vehicles}",
            f"CAPACITY : {capacity}", "EDGE_WEIGHT_TYPE : EUC_2D", *section("NODE_COORD_SECTION", 1, 2),
            *section("DEMAND_SECTION", 3), *section("TIME_WINDOW_SECTION", 4, 5), *section("SERVICE_TIME_SECTION", 6),
            "DEPOT_SECTION", "1", "-1", "EOF",
        ]
    )  # fmt: skip


def _fleet(lines: list[str]) -> tuple[str, str]:
    """The numbers below NUMBER and CAPACITY."""
    for place, line in enumerate(lines):
        if line.split()[:2] == ["NUMBER", "CAPACITY"] and place + 1 < len(lines):
            found = lines[place + 1].split()
            if len(found) == 2 and all(word.isascii() and word.isdigit() for word in found):
                return found[0], found[1]
    raise Invalid(
        "SECTION_MISSING",
        "没有车辆数和载量(NUMBER CAPACITY)",
        "The number of vehicles and their capacity are missing (NUMBER CAPACITY)",
        field="instance",
    )


def _is_row(line: str) -> bool:
    words = line.split()
    return len(words) >= _COLUMNS - 1 and words[0].lstrip("+-").isdigit()


def _row(number: int, line: str) -> list[str]:
    words = line.split()
    wrong = next((word for word in words if not re.fullmatch(r"-?\d+(?:\.\d*)?", word)), None)
    if wrong is not None or len(words) != _COLUMNS:
        raise Invalid(
            "NUMBER_INVALID",
            f"应有 {_COLUMNS} 个数,现为“{line.strip()[:60]}”",
            f"{_COLUMNS} numbers are expected, it is {line.strip()[:60]!r}",
            row=number,
        )
    return words
