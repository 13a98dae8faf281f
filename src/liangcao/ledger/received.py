"""From a unit back to its sources: which lots it got, who they came from, through which store. Reads a trace only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from liangcao.ledger.kinds import AccountKind
from liangcao.ledger.models import Lot, Posting, StockAccount
from liangcao.ledger.trace import Band, ItemTrace, Node, Trace
from liangcao.reference.parties.models import Organisation


@dataclass(frozen=True)
class ReceivedLot:
    """What a unit got of one lot, and by which documents. `quantity` is what it got less what it gave back; `held` is
    what of it lies with the unit now. In base units."""

    lot: Lot
    origins: tuple[StockAccount, ...]
    stores: tuple[tuple[StockAccount, int], ...]
    quantity: int
    held: int
    moves: tuple[tuple[UUID, str], ...]


def received_lots(trace: Trace) -> list[ReceivedLot]:
    """The lots that the traced unit got, in the order of the trace; none when no unit is traced."""
    if trace.party is None:
        return []
    by_lot: dict[UUID, list[Posting]] = defaultdict(list)
    for row in trace.postings:
        by_lot[row.lot_id].append(row)
    found = [_received(lot, by_lot[lot.pk], trace.party.pk) for lot in trace.lots]
    return [each for each in found if each.quantity or each.held]


def _received(lot: Lot, rows: Iterable[Posting], party_id: int) -> ReceivedLot:
    origins: dict[int, StockAccount] = {}
    accounts: dict[int, StockAccount] = {}
    by_account: dict[int, int] = defaultdict(int)
    moves: dict[UUID, str] = {}
    held = 0
    for row in rows:
        if row.source.kind == AccountKind.OUTSIDE:
            origins[row.source_id] = row.source
        coming, going = _is_with(row.target, party_id), _is_with(row.source, party_id)
        if coming == going:
            held += row.quantity * (_is_in_hand(row.target, party_id) - _is_in_hand(row.source, party_id))
            continue
        other, sign = (row.source, 1) if coming else (row.target, -1)
        accounts[other.pk] = other
        by_account[other.pk] += sign * row.quantity
        held += sign * row.quantity
        moves[row.move_id] = row.move.number
    stores = tuple((accounts[pk], quantity) for pk, quantity in _levelled(by_account).items())
    return ReceivedLot(lot, tuple(origins.values()), stores, sum(by_account.values()), held, tuple(moves.items()))


def _is_with(account: StockAccount, party_id: int) -> bool:
    """Whether the goods are the unit's affair: in its hands, or used up by it."""
    return account.party_id == party_id and account.kind in (AccountKind.RECIPIENT, AccountKind.CONSUMED)


def _is_in_hand(account: StockAccount, party_id: int) -> bool:
    return account.party_id == party_id and account.kind == AccountKind.RECIPIENT


def _levelled(by_account: dict[int, int]) -> dict[int, int]:
    """What was given back to another account than it came from counts off the others, the largest first."""
    left = {pk: quantity for pk, quantity in by_account.items() if quantity > 0}
    back = -sum(quantity for quantity in by_account.values() if quantity < 0)
    for pk in sorted(left, key=lambda each: (-left[each], each)):
        taken = min(back, left[pk])
        left[pk] -= taken
        back -= taken
    return {pk: quantity for pk, quantity in left.items() if quantity}


def back_to_sources(trace: Trace) -> list[tuple[ItemTrace, list[ReceivedLot]]]:
    """For each item the way from the sources through the stores to the unit, as a trace to draw, and its lots."""
    by_item: dict[int, list[ReceivedLot]] = defaultdict(list)
    for each in received_lots(trace):
        by_item[each.lot.item_id].append(each)
    return [(_drawn(lots, trace.party), lots) for lots in by_item.values()]


# Keys of the places in the drawing: the sources keep their accounts' ids; a store and the unit, which stand for several
# accounts, get keys that no account has.
_UNIT = -1000


def _drawn(lots: list[ReceivedLot], unit: Organisation | None) -> ItemTrace:
    item = lots[0].lot.item
    nodes: dict[int, Node] = {}
    quantity: dict[tuple[int, int], int] = defaultdict(int)
    moves: dict[tuple[int, int], dict[UUID, str]] = defaultdict(dict)
    for each in lots:
        origin = _node(nodes, each.origins[0]) if each.origins else 0
        for account, pieces in each.stores:
            through = _node(nodes, account)
            for way in ((origin, through), (through, _UNIT)):
                if way[0] != way[1]:
                    quantity[way] += pieces
                    moves[way].update(each.moves if way[1] == _UNIT else {each.lot.move_id: each.lot.move.number})
    total, held = sum(each.quantity for each in lots), sum(each.held for each in lots)
    nodes[_UNIT] = Node(_UNIT, AccountKind.RECIPIENT, str(unit), 0, unit.pk if unit else 0, total)
    bands = tuple(Band(*way, pieces, tuple(moves[way].items())) for way, pieces in quantity.items())
    kinds = {"recipient": held, "consumed": total - held}
    shown = {kind: pieces for kind, pieces in kinds.items() if pieces}
    return ItemTrace(item.pk, item.code, item.name, item.base_unit, total, shown, tuple(nodes.values()), bands)


def _node(nodes: dict[int, Node], account: StockAccount) -> int:
    """Sources by their account; what came through a store by the store, whichever of its accounts it left."""
    if account.store_id:
        key, kind, name = _UNIT - account.store_id, AccountKind.STORE, str(account.store)
    else:
        key, kind, name = account.pk, AccountKind.OUTSIDE, str(account.party)
    nodes.setdefault(key, Node(key, kind, name, account.store_id, account.party_id, 0))
    return key
