"""What is the matter with each row of an import, found from what stands in it now."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Count

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.quantity import QUANTITY_MAX
from liangcao.interfaces.intake.catalogue import is_base_unit
from liangcao.interfaces.intake.importing.kinds import Importer, importers
from liangcao.interfaces.intake.importing.phones import is_phone_wrong
from liangcao.interfaces.intake.importing.reasons import FOUND_ANEW, is_wrong
from liangcao.interfaces.intake.models import ImportRow, ImportRun
from liangcao.interfaces.intake.reading.characters import likeness
from liangcao.reference.catalog.models import Item
from liangcao.reference.catalog.queries import items_by_id

_AT_ONCE = 500
_PHONES = ("contact", "phone")
_LONGEST = {
    "lot": 60, "remark": 200, "contact": 60, "phone": 40, "address": 200, "organisation": 80, "item": 80, "unit": 20,
}  # fmt: skip


class Judge:
    """Judges rows of one import. What it must know of the database it reads once."""

    def __init__(self, run: ImportRun, by: Actor, at: datetime) -> None:
        self.run, self.by = run, by
        self.importer: Importer = importers()[run.kind]
        self.today = business_date(at)
        self.facts: Any = None
        self.items: dict[int, Item] = {}

    def judge(self, rows: Sequence[ImportRow], *, twice: frozenset[tuple[Any, ...]] | None = None) -> None:
        """Set `reasons` and `status` of the rows. `twice`: the names that several rows of the import share."""
        self.items = items_by_id(row.item_id for row in rows if row.item_id)
        same = self.twice() if twice is None else twice
        seen = self._seen(row.digest for row in rows)
        for row in rows:
            if row.status == "done":
                continue
            reasons = self._reasons(row, same, seen)
            is_known = "ALREADY_THERE" in reasons
            row.reasons = reasons
            if row.status == "left_out" and not is_known and row.changed_by:
                continue
            wrong = any(is_wrong(code) for code in reasons)
            row.status = "left_out" if is_known else "wrong" if wrong else "confirm" if reasons else "good"

    def _reasons(self, row: ImportRow, same: frozenset[tuple[Any, ...]], seen: Mapping[str, int]) -> list[str]:
        found = [code for code in row.told if code not in FOUND_ANEW]
        if self.importer.flows is not None:
            found += self._goods(row)
        if self.importer.names_organisation and row.organisation_id is None:
            found.append("ORGANISATION_UNKNOWN" if row.values.get("organisation") else "ORGANISATION_MISSING")
        if self.importer.names_store and row.store_id is None:
            found.append("STORE_UNKNOWN")
        if any(len(row.values.get(key, "")) > most for key, most in _LONGEST.items()):
            found.append("TOO_LONG")
        if any(is_phone_wrong(row.values.get(key, "")) for key in _PHONES):
            found.append("PHONE_WRONG")
        if self.importer.check is not None:
            found += self.importer.check(self, row)
        name = name_of(self.importer, row)
        if name is not None and name in same:
            found.append("SAME_ITEM_TWICE" if self.importer.flows is not None else "NAME_TWICE")
        if row.digest in seen:
            found.append("SEEN_BEFORE")
        settled = frozenset(row.settled)
        return [code for code in dict.fromkeys(found) if code not in settled]

    def _goods(self, row: ImportRow) -> list[str]:
        values, found = row.values, []
        item = self.items.get(row.item_id) if row.item_id else None
        if item is None:
            named = values.get("item")
            found.append("ITEM_MISSING" if not named else "ITEM_UNSURE" if row.candidates else "ITEM_UNKNOWN")
        flows = self.importer.flows or frozenset()
        if values.get("per") or values.get("flow") not in flows:
            found.append("ONLY_STOCK")
        quantity = number_of(values.get("quantity", ""))
        if quantity is None:
            if values.get("quantity"):
                found += [] if "QUANTITY_TOO_LARGE" in row.told else ["QUANTITY_NOT_A_NUMBER"]
            else:
                found += self._no_amount(row)
        elif item is not None:
            found += self._amount(row, item, quantity)
        return found

    def _no_amount(self, row: ImportRow) -> list[str]:
        """A blank amount is unknown; one that could not be read is what the reader says of it."""
        if any(is_wrong(code) for code in row.told):
            return []
        return ["QUANTITY_UNKNOWN" if self.importer.may_be_unknown else "QUANTITY_MISSING"]

    def _amount(self, row: ImportRow, item: Item, quantity: Decimal) -> list[str]:
        pieces = pieces_in(item, row)
        if pieces is None:
            return ["UNIT_UNKNOWN"]
        told = ["PACK_FROM_FILE"] if _is_files_own(item, row) else []
        whole = quantity * pieces
        if whole != whole.to_integral_value():
            return ["QUANTITY_NOT_WHOLE"]
        if whole < 1:
            return ["QUANTITY_ZERO" if whole == 0 else "QUANTITY_NEGATIVE"]
        return ["QUANTITY_TOO_LARGE"] if whole > QUANTITY_MAX else told

    def twice(self) -> frozenset[tuple[Any, ...]]:
        """What several rows that are not left out name alike."""
        rows = ImportRow.objects.visible_to(self.by).filter(run=self.run).exclude(status="left_out")
        if self.importer.flows is None:
            counted = Counter(name_of(self.importer, row) for row in rows.only("values").iterator(chunk_size=2000))
            return frozenset(name for name, count in counted.items() if name is not None and count > 1)
        if self.importer.kind != "requisitions":
            return frozenset()
        pairs = rows.exclude(organisation=None).exclude(item=None).values("organisation_id", "item_id")
        many = pairs.annotate(n=Count("pk")).filter(n__gt=1).values_list("organisation_id", "item_id")
        return frozenset(many)

    def _seen(self, digests: Iterable[str]) -> dict[str, int]:
        """Digests of rows that an earlier import of the bureau took over, and the import."""
        wanted = sorted(set(digests))
        found: dict[str, int] = {}
        for first in range(0, len(wanted), 500):
            held = ImportRow.objects.visible_to(self.by).filter(
                run__bureau_id=self.run.bureau_id, status="done", digest__in=wanted[first : first + 500]
            )
            found.update(held.exclude(run=self.run).values_list("digest", "run_id"))
        return found


def name_of(importer: Importer, row: ImportRow) -> tuple[Any, ...] | None:
    """What must stand once in a file: a unit's need of an item, an organisation, an item."""
    if importer.kind == "requisitions":
        return (row.organisation_id, row.item_id) if row.organisation_id and row.item_id else None
    if importer.flows is None:
        name = row.values.get("item") if importer.kind == "items" else row.values.get("organisation")
        return (likeness(name),) if name else None
    return None


def pieces_in(item: Item, row: ImportRow) -> int | None:
    """Base units in the unit of a row: what a person said, the base unit (also where no unit is written), a pack; None
    where nobody knows. Needs the item's packs."""
    if row.factor:
        return row.factor
    unit = row.values.get("unit", "")
    if is_base_unit(unit, item):
        return 1
    pack = next((pack for pack in item.packs.all() if pack.name == unit), None)
    return pack.factor if pack else None


def _is_files_own(item: Item, row: ImportRow) -> bool:
    """Whether the row is converted by what the file says of its packs, which may hold another unit than the item's
    base unit, and the catalogue does not say the same."""
    if row.factor is None or row.values.get("pack_count") != str(row.factor):
        return False
    return (row.values.get("unit", ""), row.factor) not in {(pack.name, pack.factor) for pack in item.packs.all()}


def number_of(text: str) -> Decimal | None:
    """The number in a value, or None. Thousands separators and blanks do not matter."""
    try:
        number = Decimal(text.replace(",", "").replace("，", "").strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < Decimal(10) ** 15 else None


def quantity_of(row: ImportRow, item: Item) -> int | None:
    """The row's quantity in base units; None where it is unknown. Of good rows only."""
    number, pieces = number_of(row.values.get("quantity", "")), pieces_in(item, row)
    return None if number is None or pieces is None else int(number * pieces)


def day_in(row: ImportRow, key: str) -> date | None:
    """The day in a value, or None."""
    text = row.values.get(key, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def save_alike(rows: Iterable[ImportRow], fields: Sequence[str]) -> None:
    """Write these fields of many rows that hold few different values: one statement for those that become alike, which
    costs a tenth of a statement with a value for each row."""
    groups: dict[str, list[ImportRow]] = defaultdict(list)
    for row in rows:
        groups[json.dumps([getattr(row, field) for field in fields])].append(row)
    for held in groups.values():
        told = {field: getattr(held[0], field) for field in fields}
        for first in range(0, len(held), _AT_ONCE):
            ids = [row.pk for row in held[first : first + _AT_ONCE]]
            ImportRow.objects.filter(pk__in=ids).update(**told)
