"""One posting, or one fact of a lot, as an event of EPCIS 2.0: what, when, where, why, in the words of the CBV 2.0.

Pure mapping: rows in, plain JSON values out. Why it is shaped so: docs/decisions/0060-epcis.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from liangcao.foundation.kernel.clock import LOCAL, business_date, day_end
from liangcao.ledger.entries import NONE_ID
from liangcao.ledger.kinds import AccountKind
from liangcao.ledger.models import Book, Lot, LotFact, Move, Posting, StockAccount

Plain = dict[str, Any]
# The space of our own identifiers. They are UUIDs: nobody assigned us a GS1 company prefix, a domain or a URN name.
NAMESPACE = UUID("6f0c7c52-9b7e-4c1e-8d1a-2f6f6b1c60a4")
EXTENSION = f"urn:uuid:{NAMESPACE}#"
ADD, OBSERVE, DELETE = "ADD", "OBSERVE", "DELETE"
# Measures have a code of UN/ECE Recommendation 20; what is counted has none.
MEASURES = {
    "升": "LTR", "毫升": "MLT", "千克": "KGM", "公斤": "KGM", "克": "GRM", "吨": "TNE", "米": "MTR", "平方米": "MTK",
    "立方米": "MTQ",
}  # fmt: skip
TRANSACTIONS = {
    "receipt": "recadv", "direct": "recadv", "delivery": "recadv", "issue": "desadv", "emergency_issue": "desadv",
    "return": "rma", "inspection": "testres",
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """Why something happened: action, business step and disposition of the CBV, what it says of the lot for good."""

    action: str
    biz_step: str = ""
    disposition: str = ""
    lasting: tuple[tuple[str, str], ...] = ()

    def words(self) -> Plain:
        """The fields of an event."""
        told: Plain = {"action": self.action}
        if self.biz_step:
            told["bizStep"] = self.biz_step
        if self.disposition:
            told["disposition"] = self.disposition
        if self.lasting:
            told["persistentDisposition"] = {way: [value] for way, value in self.lasting}
        return told


PASSED = (("set", "conformant"), ("unset", "non_conformant"))
FAILED = (("set", "non_conformant"), ("unset", "conformant"))
# CBV's “reserving” hands out serial numbers: it is not for stock kept for somebody. That is a TransactionEvent.
_STEPS: dict[tuple[str, str], Step] = {
    ("outside", "receiving"): Step(ADD, "receiving", "in_progress"),
    ("outside", "store"): Step(ADD, "receiving", "available"),
    ("outside", "quarantine"): Step(ADD, "receiving", "unavailable"),
    ("outside", "recipient"): Step(ADD, "receiving", "available"),
    ("receiving", "store"): Step(OBSERVE, "accepting", "available"),
    ("receiving", "quarantine"): Step(OBSERVE, "holding", "unavailable"),
    ("store", "quarantine"): Step(OBSERVE, "holding", "unavailable"),
    ("quarantine", "store"): Step(OBSERVE, "inspecting", "conformant", PASSED),
    ("store", "reserved"): Step(ADD, "", "unavailable"),
    ("reserved", "store"): Step(DELETE, "", "available"),
    ("store", "transit"): Step(OBSERVE, "shipping", "in_transit"),
    ("reserved", "transit"): Step(OBSERVE, "shipping", "in_transit"),
    ("transit", "store"): Step(OBSERVE, "receiving", "returned"),
    ("transit", "quarantine"): Step(OBSERVE, "receiving", "returned"),
    ("recipient", "store"): Step(OBSERVE, "receiving", "returned"),
    ("recipient", "quarantine"): Step(OBSERVE, "receiving", "returned"),
    ("store", "store"): Step(OBSERVE, "transporting", "available"),
}
_STEPS_BY_TARGET: dict[str, Step] = {
    "recipient": Step(OBSERVE, "receiving", "available"),
    "consumed": Step(DELETE, "dispensing", "dispensed"),
    "loss": Step(DELETE, "decommissioning", "inactive"),
    "outside": Step(DELETE, "shipping", "returned"),
}
_COUNTED = {ADD: Step(ADD, "stock_taking", "available"), DELETE: Step(DELETE, "stock_taking", "unknown")}
_REJECTED = Step(DELETE, "inspecting", "non_conformant", FAILED)
_OTHER = Step(OBSERVE, "other", "in_progress")
# What a fact says of the lot; other facts (cost, earmark, consent) are nobody else's business.
FACT_STEPS: dict[tuple[str, str], Step] = {
    ("recalled", "yes"): Step(OBSERVE, "holding", "recalled", (("set", "recalled"),)),
    ("recalled", "no"): Step(OBSERVE, "", "", (("unset", "recalled"),)),
    ("frozen", "yes"): Step(OBSERVE, "holding", "unavailable", (("set", "unavailable"),)),
    ("frozen", "no"): Step(OBSERVE, "", "", (("unset", "unavailable"),)),
    ("quality", "held"): Step(OBSERVE, "inspecting", "unavailable"),
    ("quality", "accepted"): Step(OBSERVE, "inspecting", "conformant", PASSED),
    ("quality", "rejected"): Step(OBSERVE, "inspecting", "non_conformant", FAILED),
}
_ARRIVING = {AccountKind.OUTSIDE, AccountKind.TRANSIT, AccountKind.RECIPIENT}
_GONE = {AccountKind.TRANSIT, AccountKind.LOSS, AccountKind.CONSUMED}
CORRECTIONS = {"expires_on": "expirationDate", "maker_lot": "makerLot"}
TOLD_FACTS = frozenset({"recalled", "frozen", "quality", *CORRECTIONS})


def step_of(move_kind: str, source: str, target: str) -> Step:
    """Why a posting of this kind of document happened."""
    found = _STEPS.get((source, target)) or _STEPS_BY_TARGET.get(target) or _OTHER
    if move_kind in ("count", "opening") and found.action in _COUNTED:
        return _COUNTED[found.action]
    return _REJECTED if move_kind == "inspection" and target == "loss" else found


@dataclass(frozen=True)
class Version:
    """What an event says of a posting: the first time all of it, after a partial reversal what is left of it."""

    event_id: UUID
    quantity: int
    recorded_at: datetime

    @classmethod
    def first(cls, row: Posting) -> Version:
        """The event of a posting as it was written."""
        return cls(uuid5(NAMESPACE, f"{row.move_id}/{row.line}"), row.quantity, row.move.recorded_at)

    def less(self, taken: int, row: Posting, by: Posting) -> Version:
        """What is left when the posting `by` of a reversal has taken pieces off."""
        made = uuid5(NAMESPACE, f"{row.move_id}/{row.line}/{by.move_id}/{by.line}")
        return Version(made, self.quantity - taken, by.move.recorded_at)


class Places:
    """Identifiers of the stores, units and items of a book, and the names of those that were used."""

    def __init__(self, book: Book) -> None:
        self._space = uuid5(NAMESPACE, f"{book.code}/{book.opened_at.astimezone(UTC).isoformat()}")
        self._bureau = book.bureau
        self.stores: dict[str, Any] = {}
        self.sites: dict[str, Any] = {}
        self.parties: dict[str, Any] = {}
        self.items: dict[str, Any] = {}

    def _urn(self, name: str) -> str:
        return uuid5(self._space, name).urn

    def _known(self, table: dict[str, Any], name: str, thing: Any) -> str:
        urn = self._urn(name)
        table[urn] = thing
        return urn

    def store(self, account: StockAccount) -> str:
        """A store as a location."""
        return self._known(self.stores, f"store/{account.store.code}", account.store)

    def site(self, account: StockAccount) -> str:
        """The place of a unit as a location."""
        return self._known(self.sites, f"site/{account.party.code}", account.party)

    def party(self, account: StockAccount) -> str:
        """A unit as a party."""
        return self._known(self.parties, f"party/{account.party.code}", account.party)

    def bureau(self) -> str:
        """The bureau as a party."""
        return self._known(self.parties, "bureau", self._bureau)

    def item(self, lot: Lot) -> str:
        """An item as a class of goods."""
        return self._known(self.items, f"item/{lot.item.code}", lot.item)

    def reservation(self, account: StockAccount) -> str:
        """What is kept in a store for a unit, as a business transaction."""
        return self._urn(f"reservation/{account.store.code}/{account.party.code}")


def posting_event(row: Posting, version: Version, places: Places) -> Plain:
    """A posting as an event."""
    source, target = row.source, row.target
    kinds = {source.kind, target.kind}
    is_reservation = kinds == {AccountKind.STORE, AccountKind.RESERVED}
    step = step_of(row.move.kind, source.kind, target.kind)
    event: Plain = {"type": "TransactionEvent" if is_reservation else "ObjectEvent"}
    event |= _when(row.move, version.event_id, version.recorded_at)
    event["bizTransactionList"] = _transactions(row, places)
    event |= step.words()
    event["quantityList"] = [_quantity(row.lot, version.quantity)]
    event |= _where(source, target, places)
    ilmd = _ilmd(row.lot) if step.action == ADD and not is_reservation else {}
    if ilmd:
        event["ilmd"] = ilmd
    held = {"liangcao:from": source.kind, "liangcao:to": target.kind}
    return event | _described(row.move, row.lot, places) | held


def declared(event: Plain, *, by: Move, corrective: UUID | None) -> Plain:
    """The same event once more with the declaration that it was wrong: it did not happen, or `corrective` is right."""
    declaration: Plain = {
        "declarationTime": moment_text(by.recorded_at),
        "reason": "incorrect_data" if corrective else "did_not_occur",
    }
    if corrective:
        declaration["correctiveEventIDs"] = [corrective.urn]
    return event | {"errorDeclaration": declaration | {"liangcao:number": by.number}}


def fact_event(fact: LotFact, places: Places) -> Plain:
    """A fact of a lot (stopped, recalled, passed, a corrected date) as an event about the whole lot."""
    step = FACT_STEPS.get((fact.fact, fact.value), Step(OBSERVE))
    made = uuid5(NAMESPACE, f"{fact.move_id}/{fact.fact}/{fact.lot_id}")
    event: Plain = {"type": "ObjectEvent", **_when(fact.move, made, fact.move.recorded_at), **step.words()}
    event["quantityList"] = [{"epcClass": fact.lot_id.urn}]
    event |= _described(fact.move, fact.lot, places)
    if fact.fact in CORRECTIONS:
        event[f"liangcao:{CORRECTIONS[fact.fact]}"] = fact.value
    return event


def _when(move: Move, event_id: UUID, recorded_at: datetime) -> Plain:
    """A late entry has a day but no hour: it counts as the end of its day."""
    late = move.business_date < business_date(move.recorded_at)
    happened = day_end(move.business_date) - timedelta(milliseconds=1) if late else move.recorded_at
    offset = happened.astimezone(LOCAL).strftime("%z")
    return {
        "eventID": event_id.urn,
        "eventTime": moment_text(happened),
        "eventTimeZoneOffset": f"{offset[:3]}:{offset[3:]}",
        "recordTime": moment_text(recorded_at),
    }


def moment_text(at: datetime) -> str:
    """A moment as ISO 8601 in the bureau's time."""
    return at.astimezone(LOCAL).isoformat(timespec="milliseconds")


def _transactions(row: Posting, places: Places) -> list[Plain]:
    """The document, and what was kept for whom."""
    document: Plain = {"bizTransaction": row.move_id.urn}
    if row.move.kind in TRANSACTIONS:
        document = {"type": TRANSACTIONS[row.move.kind]} | document
    kept = next((each for each in (row.source, row.target) if each.kind == AccountKind.RESERVED), None)
    return [document, {"bizTransaction": places.reservation(kept)}] if kept else [document]


def _quantity(lot: Lot, quantity: int) -> Plain:
    told: Plain = {"epcClass": lot.pk.urn, "quantity": quantity}
    measure = MEASURES.get(lot.item.base_unit)
    return told | {"uom": measure} if measure else told


def _where(source: StockAccount, target: StockAccount, places: Places) -> Plain:
    """Where it was seen, where it is afterwards, and between whom it went. On the road, and when it is gone, it is
    nowhere."""
    told: Plain = {}
    before, after = _place(source, places), _place(target, places)
    seen = after if source.kind in _ARRIVING and after else before or after
    if seen:
        told["readPoint"] = {"id": seen}
    if after and target.kind not in _GONE:
        told["bizLocation"] = {"id": after}
    if before == after and AccountKind.TRANSIT not in (source.kind, target.kind):
        return told
    told["sourceList"] = [{"type": kind, "source": urn} for kind, urn in _holder(source, places, is_target=False)]
    if target.kind != AccountKind.LOSS:
        ends = _holder(target, places, is_target=True)
        told["destinationList"] = [{"type": kind, "destination": urn} for kind, urn in ends]
    return told


def _place(account: StockAccount, places: Places) -> str:
    """The store, or the unit's own place; nothing for what lies outside."""
    if account.store_id != NONE_ID:
        return places.store(account)
    return "" if account.kind == AccountKind.OUTSIDE else places.site(account)


def _holder(account: StockAccount, places: Places, *, is_target: bool) -> list[tuple[str, str]]:
    """Who has the goods at one end of the way; what is on the road left the store for a unit."""
    if account.store_id == NONE_ID or (is_target and account.kind == AccountKind.TRANSIT):
        return [("possessing_party", places.party(account))]
    return [("possessing_party", places.bureau()), ("location", places.store(account))]


def _ilmd(lot: Lot) -> Plain:
    """What the maker says of the lot."""
    told = {
        "cbvmda:lotNumber": lot.maker_lot,
        "cbvmda:itemExpirationDate": lot.expires_on.isoformat() if lot.expires_on else "",
        "liangcao:productionDate": lot.produced_on.isoformat() if lot.produced_on else "",
    }
    return {name: value for name, value in told.items() if value}


def _described(move: Move, lot: Lot, places: Places) -> Plain:
    """Our own numbers, so that a person finds the document and the lot again."""
    return {
        "liangcao:number": move.number,
        "liangcao:kind": move.kind,
        "liangcao:lot": lot.code,
        "liangcao:item": places.item(lot),
        "liangcao:unit": lot.item.base_unit,
    }
