"""How fair a plan is on published data, beside the ways in which scarce goods are usually given out.

`python -m benchmarks.fairness` writes the table and the chart of docs/fairness.md again; LIANGCAO_DATA names the folder
with the data sets. A test holds the page to what is computed here.
"""

from __future__ import annotations

import csv
import json
import os
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from liangcao.operations.allocation.solver import Ask, Round, Step, Stock, solve

DOCS = Path(__file__).parent.parent / "docs"
Wants = dict[tuple[str, str], int]
Held = dict[str, int]
STEPS = (Step("all", "request", "fill"),)
HOSPITAL_STOCK = Fraction(3, 5)


@dataclass(frozen=True)
class Case:
    """Who wants how much of what, in the order of the file or of the moments, and how much there is."""

    name_zh: str
    name_en: str
    wants: Wants
    held: Held


@dataclass(frozen=True)
class Outcome:
    """What a way of sharing comes to: the lowest share of a need that was met, the lowest of a unit over all it needs, the mean of the lowest tenth, needs with nothing,
    needs met in full, and by how many pieces of how many items more was promised than there is."""

    worst: Fraction
    unit: Fraction
    tenth: Fraction
    empty: int
    full: int
    over: int


def ours(case: Case) -> Wants:
    """The solver, by the one step that serves all alike."""
    stocks = tuple(Stock("库", item, item, None, pieces) for item, pieces in sorted(case.held.items()) if pieces)
    asks = tuple(Ask(who, item, wanted) for (who, item), wanted in case.wants.items())
    given = dict.fromkeys(case.wants, 0)
    for line in solve(Round(stocks, asks, STEPS)).lines:
        given[line.requester, line.item] = line.allocated
    return given


def first_come(case: Case) -> Wants:
    """Who asked first gets all he asked for, while there is any."""
    left, given = dict(case.held), {}
    for (who, item), wanted in case.wants.items():
        given[who, item] = min(wanted, left.get(item, 0))
        left[item] = left.get(item, 0) - given[who, item]
    return given


def same_number(case: Case) -> Wants:
    """Everybody is offered the same number; who wants less leaves the rest to the others, once."""
    given: Wants = {}
    for item, wanting in _by_item(case).items():
        left, waiting = case.held.get(item, 0), sorted(wanting, key=lambda pair: pair[1])
        for place, (who, wanted) in enumerate(waiting):
            given[who, item] = min(wanted, left // (len(waiting) - place))
            left -= given[who, item]
    return given


def by_amount_asked(case: Case) -> Wants:
    """In proportion to what was asked, rounded down; the rest to the largest remainders."""
    given: Wants = {}
    for item, wanting in _by_item(case).items():
        total, held = sum(wanted for _, wanted in wanting), case.held.get(item, 0)
        held = min(held, total)
        shares = {who: Fraction(held * wanted, total) for who, wanted in wanting}
        rest = held - sum(int(share) for share in shares.values())
        order = sorted(wanting, key=lambda pair: (-(shares[pair[0]] % 1), pair[0]))
        for place, (who, _) in enumerate(order):
            given[who, item] = int(shares[who]) + (place < rest)
    return given


def _by_item(case: Case) -> dict[str, list[tuple[str, int]]]:
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for (who, item), wanted in case.wants.items():
        found[item].append((who, wanted))
    return found


WAYS: dict[str, tuple[str, str, Callable[[Case], Wants]]] = {
    "ours": ("本系统(同比例,逐件)", "Liangcao (same fraction, to the piece)", ours),
    "asked": ("按申请数比例", "in proportion to what is asked", by_amount_asked),
    "same": ("人人一样多", "the same number for all", same_number),
    "first": ("先到先得", "first come, first served", first_come),
}


def outcome(case: Case, given: Wants) -> Outcome:
    """The figures of one way. Only items that somebody could get at all count: nobody is better off without stock."""
    shares = sorted(
        Fraction(given[key], wanted) for key, wanted in case.wants.items() if wanted and case.held.get(key[1], 0)
    )
    sums: Held = defaultdict(int)
    for (_, item), pieces in given.items():
        sums[item] += pieces
    return Outcome(
        worst=shares[0],
        unit=_worst_unit(case, given),
        tenth=sum(shares[: max(len(shares) // 10, 1)], Fraction(0)) / max(len(shares) // 10, 1),
        empty=sum(not share for share in shares),
        full=sum(share >= 1 for share in shares),
        over=sum(pieces > case.held.get(item, 0) for item, pieces in sums.items()),
    )


def _worst_unit(case: Case, given: Wants) -> Fraction:
    """The lowest share of all its pieces that a unit got, of items that anybody could get."""
    wanted: Held = defaultdict(int)
    got: Held = defaultdict(int)
    for key, pieces in case.wants.items():
        if case.held.get(key[1], 0):
            wanted[key[0]] += pieces
            got[key[0]] += given[key]
    return min(Fraction(got[who], pieces) for who, pieces in wanted.items())


def hospitals(folder: Path) -> Case:
    """The needs of hospitals in Hubei whose amount is known (0: not needed, 1: amount unknown), with stock for three
    fifths of each item."""
    wants: Wants = {}
    for path in sorted(folder.glob("*.json")):
        for entry in json.loads(path.read_text(encoding="utf-8")):
            cells = {cell["key"]: cell for cell in entry if cell}
            who = str(cells["医院名称"]["value"])
            for key, cell in cells.items():
                if cell["type"] == "supply" and isinstance(cell["value"], int) and cell["value"] > 1:
                    wants[who, key] = wants.get((who, key), 0) + cell["value"]
    total: Held = defaultdict(int)
    for (_, item), wanted in wants.items():
        total[item] += wanted
    held = {item: int(pieces * HOSPITAL_STOCK) for item, pieces in total.items()}
    return Case("湖北医院,库存为需求的六成", "hospitals in Hubei, stock for 60 % of the need", wants, held)


def offers(folder: Path) -> tuple[Case, int]:
    """What donors offered and what facilities were promised of it, in the order of the promises; and of how many pairs
    of donor and item more was promised than offered."""
    offered: dict[tuple[str, str], int] = defaultdict(int)
    for row in _rows(folder / "all_offers.csv"):
        offered[row["donorKey"], row["equipmentEnum"]] += _pieces(row["qty"])
    promised: dict[tuple[str, str], int] = defaultdict(int)
    wants: Wants = {}
    for row in sorted(_rows(folder / "all_matches.csv"), key=lambda row: (row["matchCreated"], row["matchkey"])):
        key = (row["facilitykey"], row["enumcode"])
        if pieces := _pieces(row["qty"]):
            wants[key] = wants.get(key, 0) + pieces
            promised[row["donorkey"], row["enumcode"]] += pieces
    held: Held = defaultdict(int)
    for pair in promised:
        held[pair[1]] += offered.get(pair, 0)
    over = sum(pieces > offered[pair] for pair, pieces in promised.items() if pair in offered)
    return Case("GetUsPPE:捐赠与承诺", "GetUsPPE: offers and promises", wants, dict(held)), over


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _pieces(text: str) -> int:
    """Blank and −1 stand for no number."""
    return max(int(float(text)), 0) if text.strip() else 0


def results(folder: Path) -> list[tuple[Case, dict[str, Outcome]]]:
    """Each case with the outcome of each way."""
    cases = [hospitals(folder / "wuhan2020_hospital_needs"), offers(folder / "getusppe")[0]]
    return [(case, {key: outcome(case, way(case)) for key, (_, _, way) in WAYS.items()}) for case in cases]


def table(found: list[tuple[Case, dict[str, Outcome]]], *, english: bool) -> str:
    """The table of the page, in Markdown."""
    heads = (
        (
            "needs",
            "way",
            "worst-off need",
            "worst-off unit",
            "lowest tenth, mean",
            "got nothing",
            "met in full",
            "over-committed items",
        )
        if english
        else ("需求", "办法", "最差的一项", "最差的单位", "最差一成平均", "一件没有", "足额", "超量承诺的物资")
    )
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    for case, outcomes in found:
        name = case.name_en if english else case.name_zh
        for key, row in outcomes.items():
            way = WAYS[key][1 if english else 0]
            count = f"{name} ({len(case.wants):,})"
            lines.append(
                f"| {count} | {way} | {_percent(row.worst)} | {_percent(row.unit)} | {_percent(row.tenth)} | {row.empty} | {row.full} | {row.over} |"
            )
    return "\n".join(lines)


def _percent(share: Fraction) -> str:
    permille = int(share * 1000)
    return f"{permille // 10}.{permille % 10} %"


def chart(found: list[tuple[Case, dict[str, Outcome]]]) -> str:
    """Share of need met of the worst-off tenth, as bars, and how many got nothing: SVG without anything from outside."""
    width, bar, gap, left = 720, 22, 34, 300
    rows = [(case, key, row) for case, outcomes in found for key, row in outcomes.items()]
    height = len(rows) * bar + len(found) * gap + 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'font-family="Noto Sans SC, Microsoft YaHei, sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    y, before = 4, ""
    for case, key, row in rows:
        if case.name_zh != before:
            y += gap - 10
            before = case.name_zh
            parts.append(f'<text x="8" y="{y}" font-weight="600">{case.name_zh} · {case.name_en}</text>')
            y += 10
        length = int(row.tenth * (width - left - 190))
        colour = "#1f5fad" if key == "ours" else "#9fb4cc"
        parts.append(f'<text x="{left - 8}" y="{y + 14}" text-anchor="end">{WAYS[key][0]}</text>')
        parts.append(f'<rect x="{left}" y="{y + 3}" width="{max(length, 1)}" height="14" fill="{colour}"/>')
        parts.append(
            f'<text x="{left + max(length, 1) + 6}" y="{y + 14}">{_percent(row.tenth)},一件没有 {row.empty}</text>'
        )
        y += bar
    return "\n".join([*parts, "</svg>", ""])


def page(folder: Path) -> tuple[str, str]:
    """The page and its chart."""
    found = results(folder)
    _, over = offers(folder / "getusppe")
    text = (DOCS / "fairness.md").read_text(encoding="utf-8")
    for mark, english in (("zh", False), ("en", True)):
        start, end = f"<!-- table {mark} -->\n", f"<!-- end {mark} -->"
        head, _, rest = text.partition(start)
        text = head + start + table(found, english=english) + "\n" + end + rest.partition(end)[2]
    assert str(over) in text, f"the page tells another number of over-matched pairs than {over}"
    return text, chart(found)


def main() -> None:
    """Write both files again."""
    text, drawing = page(Path(os.environ["LIANGCAO_DATA"]))
    (DOCS / "fairness.md").write_text(text, encoding="utf-8")
    (DOCS / "fairness.svg").write_text(drawing, encoding="utf-8")


if __name__ == "__main__":
    main()
