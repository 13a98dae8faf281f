"""From a scanned code to what it is: an item, lots, a delivery, a count sheet – within the scope of who scans.

What does not exist and what one may not see are told alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.codes import MakerCode, OwnLabel, label_tag, read_code
from liangcao.foundation.kernel.errors import Conflict, Invalid, NotFound
from liangcao.ledger import queries as ledger
from liangcao.operations.dispatch import queries as dispatch
from liangcao.operations.passes import queries as passes
from liangcao.operations.passes.code import looks_like_pass
from liangcao.operations.stocktaking import queries as stocktaking
from liangcao.reference.catalog.queries import identifier_in_force
from liangcao.reference.parties.queries import bureaus


@dataclass(frozen=True)
class Scanned:
    """What a code led to. `kind`: "item" (a maker's code that is known), "unknown" (one that nobody has mapped yet),
    "dates" (the second of two bar codes: lot and dates alone), "lot", "delivery", "count", "pass".

    `lots` are those of our books that the code may mean, newest first; `quantity` counts base units in one pack.
    """

    kind: str
    code: MakerCode | None = None
    item: Any = None
    quantity: int | None = None
    lots: tuple[Any, ...] = ()
    delivery: Any = None
    sheet: Any = None
    permit: Any = None


def resolve(actor: Actor, text: str, *, bureau_id: int | None, at: datetime) -> Scanned:
    """What the code is. A number that was typed is looked for in the bureau `bureau_id` alone; a label, and what a lot
    of the maker's may be, in all bureaus in scope.

    Raises Invalid as `read_code`, NotFound.
    """
    if looks_like_pass(text):
        return _of_pass(actor, text, at)
    read = read_code(text, today=business_date(at))
    if isinstance(read, MakerCode):
        return _of_maker(actor, read, bureau_id)
    for look in _LOOKS[read.kind]:
        found = look(actor, read, bureau_id)
        if found is not None:
            return found
    raise NotFound(
        "没有这个码所指的单据或批次,或不在您的范围内",
        "Nothing that this code leads to is within your scope",
        field="code",
    )


def _of_pass(actor: Actor, text: str, at: datetime) -> Scanned:
    found = passes.verdict(actor, text, on=business_date(at))
    if found.word == "forged":
        raise Invalid(
            "PASS_FORGED",
            "通行证的码是伪造的或不完整:签字不符。请重扫一次;仍不符的不要放行",
            "The code of this pass is forged or incomplete: its signature is wrong. Scan again; do not let it through",
            field="code",
        )
    if found.held is None or not guard.can(actor, "view", "pass", bureau_id=found.held.bureau_id):
        raise NotFound(field="code")
    return Scanned("pass", permit=found.held)


def _of_maker(actor: Actor, code: MakerCode, bureau_id: int | None) -> Scanned:
    if not code.identifier:
        return Scanned("dates", code)
    known = identifier_in_force(actor, code.issuer, code.identifier)
    if known is None:
        return Scanned("unknown", code)
    return Scanned("item", code, known.item, known.quantity, _lots_of_maker(actor, code, known.item_id, bureau_id))


def _lots_of_maker(actor: Actor, code: MakerCode, item_id: int, bureau_id: int | None) -> tuple[Any, ...]:
    if not code.maker_lot or bureau_id is None or not guard.can(actor, "view", "ledger", bureau_id=bureau_id):
        return ()
    rows = ledger.lots(actor, bureau_id, item_id=item_id).filter(maker_lot=code.maker_lot)
    return tuple(rows.order_by("-arrived_on", "-code")[:20])


def _lot(actor: Actor, label: OwnLabel, bureau_id: int | None) -> Scanned | None:
    places = [bureau_id] if not label.tag else bureaus(actor).values_list("pk", flat=True)
    for place in places:
        if place is None or not guard.can(actor, "view", "ledger", bureau_id=place):
            continue
        found = _named(ledger.lots(actor, place).filter(code=label.number), label, "pk")
        if found is not None:
            return Scanned("lot", item=found.item, lots=(found,))
    return None


def _delivery(actor: Actor, label: OwnLabel, bureau_id: int | None) -> Scanned | None:
    rows = dispatch.deliveries(actor, bureau_id=None if label.tag else bureau_id).filter(number=label.number)
    found = _named(rows, label, "client_id")
    if found is None:
        return None
    seen = {"bureau_id": found.bureau_id, "organisation_id": found.organisation_id}
    may = guard.can(dispatch.reader_of(actor, found), "view", "delivery", **seen)
    return Scanned("delivery", delivery=found) if may else None


def _count(actor: Actor, label: OwnLabel, bureau_id: int | None) -> Scanned | None:
    places = [bureau_id] if not label.tag else bureaus(actor).values_list("pk", flat=True)
    for place in places:
        if place is None or not guard.can(actor, "view", "stock_count", bureau_id=place):
            continue
        found = _named(stocktaking.sheets(actor, place).filter(number=label.number), label, "client_id")
        if found is not None:
            return Scanned("count", sheet=found)
    return None


def _named(rows: Iterable[Any], label: OwnLabel, id_field: str) -> Any:
    """The row that the label was printed for; by a typed number the only one."""
    return next((row for row in rows if not label.tag or label_tag(getattr(row, id_field)) == label.tag), None)


_LOOKS = {"lot": (_lot,), "delivery": (_delivery,), "count": (_count,), "": (_lot, _delivery, _count)}


def lot_to_pick(actor: Actor, text: str, *, lines: Iterable[Any], bureau_id: int, at: datetime) -> Any:
    """The id of the lot that a code means for a delivery with these lines: one of theirs where the code may mean it,
    else the lot that was taken by mistake.

    Raises as `resolve`, Conflict PICK_UNCLEAR (no label, and no code with a lot), WRONG_LOT.
    """
    found = resolve(actor, text, bureau_id=bureau_id, at=at)
    wanted = {line.lot_id for line in lines}
    for lot in (*(lot for lot in found.lots if lot.pk in wanted), *found.lots):
        return lot.pk
    if found.item is not None and found.code is not None and found.code.maker_lot:
        item, maker_lot = found.item, found.code.maker_lot
        raise Conflict(
            "WRONG_LOT",
            f"拿错了:“{item.name}”生产批号 {maker_lot} 不在账上,这张单没有它",
            f'Wrong goods: the maker\'s lot {maker_lot} of "{item.english}" is not in the books, nor on this slip',
            field="code",
        )
    raise Conflict(
        "PICK_UNCLEAR",
        "这个码不能确认是哪个批次;请扫货上我们的批次标签,或带批号的 UDI 码",
        "This code does not tell the lot: scan our label of the lot, or a UDI code that holds the lot",
        field="code",
    )
