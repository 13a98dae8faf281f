"""A small bureau with its people, stores, items and units, made through actions only.

Two worlds side by side are two bureaus: what belongs to one must be invisible to the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from liangcao.foundation.identity.actor import DESK_ROLES, Actor, Grant
from liangcao.ledger import actions as ledger
from liangcao.ledger.entries import AccountRef, NewLot, PostedMove, PostingLine
from liangcao.ledger.models import Book
from liangcao.reference.catalog import actions as catalog
from liangcao.reference.catalog.models import Category, Item
from liangcao.reference.parties import actions as parties
from liangcao.reference.parties.models import Bureau, Emergency, Organisation, Region, Store

TODAY = date(2020, 2, 3)
NOON = datetime(2020, 2, 3, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai


@dataclass(frozen=True)
class World:
    """Everything a test needs to name."""

    bureau: Bureau
    book: Book
    emergency: Emergency
    system: Actor
    desk: dict[str, Actor]
    store: Store
    second_store: Store
    mask: Item
    n95: Item
    alcohol: Item
    suit: Item
    donor: Organisation
    supplier: Organisation
    upper_level: Organisation
    producer: Organisation
    hospital: Organisation
    second_hospital: Organisation
    town: Organisation
    second_town: Organisation
    third_town: Organisation
    enterprise: Organisation

    def actor(self, role: str) -> Actor:
        """The desk actor with this one role."""
        return self.desk[role]

    def requester(self, organisation: Organisation) -> Actor:
        """Somebody who speaks for an outside unit."""
        return Actor(
            user_id=10_000 + organisation.pk,
            name=f"{organisation.name}申领人",
            grants=(Grant("requester", self.bureau.pk, organisation.pk),),
        )

    def outside(self, party: Organisation) -> AccountRef:
        """The source account of a party."""
        return AccountRef("outside", 0, party.pk)

    def stock(self, store: Store | None = None) -> AccountRef:
        """The stock account of a store."""
        return AccountRef("store", (store or self.store).pk)

    def put_in(
        self,
        item: Item,
        quantity: int,
        *,
        party: Organisation | None = None,
        source_kind: str = "gift",
        at: datetime = NOON,
        expires_on: date | None = None,
    ) -> tuple[UUID, PostedMove]:
        """Bring goods straight into the first store; returns the lot and the move."""
        lot = uuid4()
        moved = ledger.post_move(
            book_id=self.book.pk,
            kind="receipt",
            business_date=at.astimezone(NOON.tzinfo).date(),
            lines=[PostingLine(lot, self.outside(party or self.donor), self.stock(), quantity)],
            cause_kind="source",
            cause_ref="JZ-test",
            by=self.system,
            at=at,
            client_id=uuid4(),
            new_lots=[
                NewLot(lot, item.pk, source_kind, f"JZ-{lot.hex[:8]}#1", no_lot_reason="散装", expires_on=expires_on)
            ],
        )
        return lot, moved

    def post(self, kind: str, *lines: PostingLine, at: datetime = NOON, **more: object) -> PostedMove:
        """Post lines as the system, dated the day of `at`."""
        arguments: dict[str, object] = {
            "business_date": TODAY,
            "client_id": uuid4(),
            "cause_kind": "test",
            "cause_ref": "t",
        } | more
        return ledger.post_move(book_id=self.book.pk, kind=kind, lines=lines, by=self.system, at=at, **arguments)  # type: ignore[arg-type]


def make_world(code: str = "shili") -> World:
    """A bureau called `code` with one person in each role."""
    region, _ = Region.objects.get_or_create(code="330784", defaults={"name": "示例市", "level": 3})
    bureau = parties.add_bureau(code=code, name=f"示例市经信局 {code}", region=region, by_name="建账员", at=NOON)
    system = Actor.system("建账员", bureau.pk)
    emergency = parties.open_emergency(
        bureau_id=bureau.pk, name="新冠肺炎疫情防控", started_on=date(2020, 1, 23), by=system, at=NOON
    )
    book = ledger.open_book(bureau_id=bureau.pk, by=system, at=NOON - timedelta(days=20))
    desk = {
        role: Actor(user_id=bureau.pk * 100 + number, name=f"{role} 甲", grants=(Grant(role, bureau.pk),))
        for number, role in enumerate(sorted(DESK_ROLES), start=1)
    }
    return World(
        bureau=bureau, book=book, emergency=emergency, system=system, desk=desk, **_stores(bureau, system), **_items(system),
        **_organisations(bureau, system),
    )  # fmt: skip


def _stores(bureau: Bureau, by: Actor) -> dict[str, Store]:
    def add(code: str, name: str, hazard_classes: str = "") -> Store:
        return parties.add_store(
            bureau_id=bureau.pk, code=code, name=name, hazard_classes=hazard_classes, shelves=("A-01",), by=by, at=NOON
        )

    return {"store": add("S1", "一号库"), "second_store": add("S2", "二号库", "flammable")}


def _items(by: Actor) -> dict[str, Item]:
    if Category.objects.filter(code="test").exists():
        return {name: Item.objects.get(code=f"T-{name}") for name in ("mask", "n95", "alcohol", "suit")}
    category = catalog.add_category(code="test", name="防护用品", by=by, at=NOON)

    def add(key: str, name: str, unit: str, **more: object) -> Item:
        return catalog.add_item(code=f"T-{key}", name=name, base_unit=unit, category=category, by=by, at=NOON, **more)  # type: ignore[arg-type]

    made = {
        "mask": add("mask", "一次性医用口罩", "只"),
        "n95": add("n95", "医用防护口罩 N95", "只", standard="GB 19083-2010"),
        "alcohol": add("alcohol", "75%酒精", "升", hazard_class="flammable"),
        "suit": add("suit", "医用防护服", "套", lot_tracked=True),
    }
    catalog.add_pack(item=made["mask"], name="箱", factor=480, by=by, at=NOON)
    catalog.add_pack(item=made["mask"], name="包", factor=10, by=by, at=NOON)
    catalog.add_substitute(item=made["n95"], substitute=made["mask"], by=by, at=NOON)
    return made


_UNITS: dict[str, tuple[str, str, dict[str, int]]] = {
    "donor": ("示例捐赠人", "donor", {}),
    "supplier": ("示例供应商", "supplier", {}),
    "upper_level": ("示例市保障组", "upper_level", {}),
    "producer": ("示例口罩厂", "producer", {}),
    "hospital": ("示例医院一", "hospital", {"beds": 500}),
    "second_hospital": ("示例医院二", "hospital", {"beds": 200}),
    "town": ("示例东镇", "township", {"population": 50_000}),
    "second_town": ("示例西镇", "township", {"population": 30_000}),
    "third_town": ("示例南镇", "township", {"population": 19_999}),
    "enterprise": ("示例企业一", "enterprise", {"headcount": 320}),
}


def _organisations(bureau: Bureau, by: Actor) -> dict[str, Organisation]:
    return {
        key: parties.add_organisation(
            bureau_id=bureau.pk, code=f"U{number:02d}", name=name, kind=kind, is_example=True, by=by, at=NOON, **sizes
        )
        for number, (key, (name, kind, sizes)) in enumerate(_UNITS.items(), start=1)
    }
