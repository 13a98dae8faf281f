"""Files of routing instances: looked through line by line, then read by PyVRP."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from liangcao.foundation.kernel.errors import Invalid, Refusal, raise_all
from liangcao.operations.dispatch.routing.solomon import is_solomon, to_vrplib

FILE_MAX = 64 << 20
PROBLEMS_MOST = 50
STOPS_MAX = 100_000
# How a plain file's distances become whole numbers, and by how much they are multiplied.
ROUNDINGS = {"round": 1, "trunc": 1, "dimacs": 10, "exact": 1000}
_ROWS_OF_ALL = {"NODE_COORD_SECTION", "DEMAND_SECTION", "TIME_WINDOW_SECTION", "SERVICE_TIME_SECTION"}
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


@dataclass(frozen=True)
class Instance:
    """An instance as PyVRP holds it. `rounding` is the convention for its distances, `scale` the factor by which that
    multiplies a cost; `vehicles` are the places of the vehicles of each type, from 0."""

    name: str
    data: Any
    rounding: str
    scale: int
    vehicles: tuple[tuple[int, ...], ...]

    @property
    def is_mixed(self) -> bool:
        """Whether the vehicles differ."""
        return len(self.vehicles) > 1


def read_instance(path: Path, *, rounding: str | None = None) -> Instance:
    """The instance of a file. Without `rounding` by its kind, as the best known costs are told: one decimal cut off
    with time windows ("dimacs"), three decimals for a mixed fleet ("exact"), else to the nearest whole number.

    Raises Invalid with every problem and its line: FILE_UNREADABLE, SECTION_MISSING, NUMBER_INVALID, ROWS_MISSING,
    FIELD_UNSUPPORTED.
    """
    text = _text(path)
    if is_solomon(text):
        text = to_vrplib(text)
    _check_lines(text)
    fields = set(re.findall(r"^\s*([A-Z_]+)\b", text, re.MULTILINE))
    mixed = (
        bool(re.search(r"^\s*TYPE\s*:\s*HFVRP", text, re.MULTILINE)) or "VEHICLES_UNIT_DISTANCE_COST_SECTION" in fields
    )
    chosen = rounding or ("dimacs" if "TIME_WINDOW_SECTION" in fields else "exact" if mixed else "round")
    data = _as_pyvrp(text, chosen)
    return Instance(path.stem, data, chosen, ROUNDINGS[chosen], tuple(_vehicles(data)))


def _text(path: Path) -> str:
    if not path.is_file():
        raise Invalid("FILE_UNREADABLE", f"没有这个文件:{path}", f"There is no such file: {path}", field="instance")
    if path.stat().st_size > FILE_MAX:
        raise Invalid(
            "FILE_UNREADABLE",
            f"文件超过 {FILE_MAX >> 20} MB",
            f"The file is larger than {FILE_MAX >> 20} MB",
            field="instance",
        )
    return path.read_text(encoding="utf-8", errors="replace")


def _check_lines(text: str) -> None:
    """What PyVRP would stumble over, with the line where it stands."""
    problems: list[Refusal] = []
    size, section, rows = _dimension(text, problems), "", 0
    for row, line in enumerate(text.splitlines(), start=1):
        word = line.strip()
        if not word or word == "EOF" or ":" in word:
            continue
        if word.endswith("_SECTION"):
            _check_rows(problems, section, rows, size)
            section, rows = word, 0
        elif section:
            rows += 1
            _check_numbers(problems, row, section, word)
        if len(problems) >= PROBLEMS_MOST:
            break
    _check_rows(problems, section, rows, size)
    for needed in ("NODE_COORD_SECTION|EDGE_WEIGHT_SECTION", "DEPOT_SECTION"):
        if not re.search(rf"^\s*(?:{needed})\s*$", text, re.MULTILINE):
            told = needed.partition("|")[0]
            problems.append(
                Invalid("SECTION_MISSING", f"文件中没有 {told}", f"The file has no {told}", field="instance")
            )
    raise_all(problems)


def _dimension(text: str, problems: list[Refusal]) -> int:
    found = re.search(r"^\s*DIMENSION\s*:\s*(\d{1,9})\s*$", text, re.MULTILINE)
    if found and 2 <= int(found[1]) <= STOPS_MAX:
        return int(found[1])
    problems.append(
        Invalid(
            "SECTION_MISSING",
            f"文件中没有 DIMENSION,或不在 2–{STOPS_MAX:,} 之间;支持 CVRPLIB、Solomon 和 VRPLIB 格式",
            f"The file has no DIMENSION between 2 and {STOPS_MAX:,}; formats are CVRPLIB, Solomon and VRPLIB",
            field="instance",
        )
    )
    return 0


def _check_numbers(problems: list[Refusal], row: int, section: str, line: str) -> None:
    if section.startswith("VEHICLES_"):  # Depots, clients or reloads may stand there as lists.
        return
    wrong = next((word for word in line.split() if not _NUMBER.fullmatch(word)), None)
    if wrong is not None:
        problems.append(
            Invalid(
                "NUMBER_INVALID",
                f"“{wrong[:40]}”不是数",
                f"{wrong[:40]!r} is no number",
                sheet=section,
                row=row,
            )
        )


def _check_rows(problems: list[Refusal], section: str, rows: int, size: int) -> None:
    if section in _ROWS_OF_ALL and size and rows != size:
        problems.append(
            Invalid(
                "ROWS_MISSING",
                f"{section} 有 {rows} 行,DIMENSION 是 {size}",
                f"{section} has {rows} rows, DIMENSION is {size}",
                field="instance",
            )
        )


def _as_pyvrp(text: str, rounding: str) -> Any:
    """PyVRP reads files only."""
    import pyvrp

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "instance.vrp"
        copy.write_text(text, encoding="utf-8")
        try:
            return pyvrp.read(copy, round_func=rounding)
        except (ValueError, TypeError, KeyError, IndexError, OverflowError, RuntimeError) as error:
            told = " ".join(str(error).split())[:200]
            raise Invalid(
                "FIELD_UNSUPPORTED",
                f"文件中有不支持或互相矛盾的内容:{told}",
                f"The file holds what is not supported, or contradicts itself: {told}",
                field="instance",
            ) from error


def _vehicles(data: Any) -> list[tuple[int, ...]]:
    """The places of the vehicles of each type: PyVRP keeps them in its names, in the order of the file."""
    places, first = [], 0
    for kind in data.vehicle_types():
        named = [word for word in kind.name.split(",") if word.strip().isdigit()]
        own = tuple(int(word) for word in named) or tuple(range(first, first + kind.num_available))
        first += kind.num_available
        places.append(own)
    return places
