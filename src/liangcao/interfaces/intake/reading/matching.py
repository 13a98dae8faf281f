"""Lines with the items of the catalogue that they may mean; what is not certain is to be confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from liangcao.interfaces.intake.reading.catalogue import Catalogue
from liangcao.interfaces.intake.reading.lines import CONFIRM, GOOD, Line

ITEM_UNKNOWN, ITEM_UNSURE = "ITEM_UNKNOWN", "ITEM_UNSURE"


def with_candidates(lines: Iterable[Line], catalogue: Catalogue) -> Iterator[Line]:
    """Each line with its candidates. State and reasons say where none was found, or more than one may be meant."""
    for line in lines:
        yield _matched(line, catalogue)


def _matched(line: Line, catalogue: Catalogue) -> Line:
    candidates, is_certain = catalogue.match(line.item)
    if is_certain:
        return replace(line, candidates=candidates)
    reason = ITEM_UNSURE if candidates else ITEM_UNKNOWN
    reasons = line.reasons if reason in line.reasons else (*line.reasons, reason)
    return replace(line, candidates=candidates, reasons=reasons, state=CONFIRM if line.state == GOOD else line.state)
