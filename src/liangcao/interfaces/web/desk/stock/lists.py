"""The lists of stock: by item, by store and item, places, lots, entries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.desk.accounts import (
    account_name,
    entries_address,
    kind_name,
    lot_address,
    move_address,
    places_address,
)
from liangcao.interfaces.web.desk.filters import day_asked, item_options, store_options
from liangcao.interfaces.web.listing import Empty, Filter, Listing
from liangcao.interfaces.web.templatetags.words import named, said
from liangcao.ledger import queries as ledger
from liangcao.ledger.kinds import ACCOUNT_NAMES, SOURCE_KINDS
from liangcao.ledger.past_balances import balances_then
from liangcao.oversight.briefing.queries import check_day
from liangcao.reference.catalog.queries import items_by_id
from liangcao.reference.parties.queries import stores

IDLE_DAYS = 14
SHOWN_KINDS = ("store", "reserved", "quarantine", "transit", "recipient", "loss")


@dataclass(frozen=True)
class StockRow:
    """One item (of one store, when `store` is given) and where its pieces are, in base units."""

    item: Any
    store: Any
    on_hand: int
    free: int
    reserved: int
    quarantine: int
    transit: int
    expiring: int
    idle: int

    @property
    def pinyin(self) -> str:
        """For sorting Chinese names."""
        return self.item.pinyin or self.item.name

    @property
    def place(self) -> str:
        """For sorting by store."""
        return self.store.code if self.store else ""


def stock_rows(request: Any, *, on: date, store: Any = None) -> list[StockRow]:
    """Every item that the bureau (or the store) holds or has on the way."""
    store_id = store.pk if store else None
    held = ledger.stock_by_item(request.actor, request.bureau.pk, on=on, store_id=store_id)
    idle = idle_by_item(request, on=on, store_id=store_id)
    items = items_by_id(held)
    return [
        StockRow(
            items[item_id],
            store,
            row.on_hand,
            row.store,
            row.reserved,
            row.quarantine,
            row.transit,
            row.expiring,
            idle.get(item_id, 0),
        )
        for item_id, row in held.items()
    ]


def rows_by_store(request: Any, *, on: date) -> list[StockRow]:
    """Store by store."""
    places = stores(request.actor, bureau_id=request.bureau.pk).order_by("code")
    return [row for store in places for row in stock_rows(request, on=on, store=store)]


def idle_by_item(request: Any, *, on: date, store_id: int | None) -> dict[int, int]:
    """item → pieces that have lain for more than 14 days (不积压)."""
    rows = ledger.idle_lots(request.actor, request.bureau.pk, since=on - timedelta(days=IDLE_DAYS))
    if store_id is not None:
        rows = rows.filter(account__store_id=store_id)
    return dict(rows.order_by().values_list("item_id").annotate(total=Sum("quantity")))


def _quantity(key: str, label: Any, kind: str = "", **options: Any) -> Column:
    def opens(row: StockRow) -> str:
        return places_address(item=row.item.code, kind=kind, store=row.store.code if row.store else "")

    link = opens if kind else lambda row: entries_address(item=row.item.code)
    return Column(key, label, kind="quantity", unit="item", link=link, sort=key, total=True, **options)


_ITEM = Column(
    "item",
    _("物资"),
    value=lambda row: named(row.item),
    sort="pinyin",
    phone="title",
    link=lambda row: entries_address(item=row.item.code, store=row.store.code if row.store else ""),
)
_NUMBERS = (
    _quantity("on_hand", _("在库合计"), "held", phone="main"),
    _quantity("free", _("可用"), "store"),
    _quantity("reserved", _("已预留"), "reserved"),
    _quantity("quarantine", _("待检"), "quarantine", phone="hide"),
    _quantity("transit", _("在途"), "transit"),
    _quantity("expiring", _("三十天内失效"), "held", phone="hide"),
    _quantity("idle", _("十四天未动"), "store", phone="hide"),
)
_CODE = Column("code", _("编码"), value="item__code", kind="code", phone="hide", sort="item__code")


def search_items(rows: Iterable[StockRow], text: str) -> list[StockRow]:
    """By name, code or pinyin."""
    wanted = text.lower()
    return [
        row for row in rows if wanted in f"{row.item.name} {row.item.name_en} {row.item.code} {row.item.pinyin}".lower()
    ]


def stock_tone(row: StockRow) -> str:
    """Amber: nothing is free, or something ends soon."""
    return "wait" if row.free == 0 or row.expiring else ""


def same(rows: Any, _value: Any) -> Any:
    """For filters that the view has applied already."""
    return rows


STOCK = Listing(
    name="stock",
    columns=(_ITEM, _CODE, *_NUMBERS),
    order=("pinyin", "item__code"),
    filters=(Filter("store", _("仓库"), same, choices=store_options),),
    search=search_items,
    search_hint=_("物资名称、编码、拼音"),
    empty=Empty(_("库里还没有货。"), ((_("登记到货"), "source_list"), (_("物资目录"), "item_list"))),
    tone=stock_tone,
    page_size=200,
)
STORE_STOCK = Listing(
    name="store-stock",
    columns=(Column("store", _("仓库"), value=lambda row: named(row.store), sort="place"), _ITEM, _CODE, *_NUMBERS),
    order=("place", "pinyin", "item__code"),
    filters=(
        Filter(
            "store",
            _("仓库"),
            lambda rows, code: [row for row in rows if row.store.code == code],
            choices=store_options,
        ),
    ),
    search=search_items,
    search_hint=_("物资名称、编码、拼音"),
    empty=Empty(_("各仓库都还没有货。"), ((_("登记到货"), "source_list"),)),
    page_size=200,
)


def place_rows(request: Any) -> Any:
    """Where the pieces lie now, or lay at the end of the day that `to` names; how many, in `held`.

    Raises Invalid DATE_INVALID, DATE_IN_FUTURE.
    """
    day = day_asked(request, "to")
    if day is None:
        now = ledger.balances(request.actor, request.bureau.pk).annotate(held=F("quantity"))
        return now.exclude(kind="outside")
    check_day(day, at=request.at, field="to")
    return balances_then(request.actor, request.bureau.pk, day=day).exclude(kind="outside")


def kind_choices(_request: Any) -> list[tuple[str, str]]:
    """Kinds of accounts, and the sum of what lies in our stores."""
    return [("held", str(_("在库合计"))), *((kind, said(ACCOUNT_NAMES[kind])) for kind in SHOWN_KINDS)]


def _of_kind(rows: Any, kind: str) -> Any:
    return rows.filter(kind__in=[str(each) for each in ledger.HELD_KINDS] if kind == "held" else [kind])


PLACES = Listing(
    name="places",
    columns=(
        Column("item", _("物资"), value=lambda row: named(row.item), sort="item__pinyin", phone="title"),
        Column("place", _("所在"), value=lambda row: account_name(row.account)),
        Column(
            "lot", _("批次"), value="lot__code", kind="code", link=lambda row: lot_address(row.lot_id), sort="lot__code"
        ),
        Column("expires_on", _("失效日期"), value="lot__expires_on", kind="day", phone="hide"),
        Column("arrived_on", _("到货日期"), value="lot__arrived_on", kind="day", sort="lot__arrived_on", phone="hide"),
        Column(
            "quantity",
            _("数量"),
            value="held",
            kind="quantity",
            unit="item",
            sort="held",
            phone="main",
            total=True,
            link=lambda row: entries_address(lot=row.lot.code),
        ),
    ),
    order=("item__pinyin", "lot__arrived_on", "pk"),
    filters=(
        Filter("to", _("截至"), same, kind="day"),
        Filter("item", _("物资"), lambda rows, code: rows.filter(item__code=code), choices=item_options),
        Filter("kind", _("所在"), _of_kind, choices=kind_choices),
        Filter("store", _("仓库"), lambda rows, code: rows.filter(account__store__code=code), choices=store_options),
    ),
    search=lambda rows, text: rows.filter(
        Q(lot__code__icontains=text) | Q(account__party__name__icontains=text) | Q(item__pinyin__icontains=text.lower())
    ),
    search_hint=_("批次、单位、拼音"),
    empty=Empty(_("没有这样的结存。")),
)


def lots_with_stock(request: Any) -> Any:
    """Lots with what lies in our stores and what is on the way."""
    held = ledger.balances(request.actor, request.bureau.pk).filter(lot_id=OuterRef("pk")).order_by().values("lot_id")

    def total(kinds: list[str]) -> Coalesce:
        return Coalesce(Subquery(held.filter(kind__in=kinds).annotate(total=Sum("quantity")).values("total")), 0)

    rows = ledger.lots(request.actor, request.bureau.pk)
    return rows.annotate(on_hand=total([str(kind) for kind in ledger.HELD_KINDS]), transit=total(["transit"]))


LOTS = Listing(
    name="lots",
    columns=(
        Column("code", _("批次"), kind="code", link=lambda row: lot_address(row.pk), sort="code", phone="title"),
        Column("item", _("物资"), value=lambda row: named(row.item), sort="item__pinyin"),
        Column("source", _("来源"), value=lambda row: said(SOURCE_KINDS[row.source_kind])),
        Column(
            "source_ref", _("来源单号"), value=lambda row: row.source_ref.partition("#")[0], kind="code", phone="hide"
        ),
        Column("maker_lot", _("生产批号"), value=lambda row: row.maker_lot or row.no_lot_reason, phone="hide"),
        Column("arrived_on", _("到货日期"), kind="day", sort="arrived_on"),
        Column("expires_on", _("失效日期"), kind="day"),
        Column(
            "on_hand",
            _("在库"),
            kind="quantity",
            unit="item",
            sort="on_hand",
            phone="main",
            total=True,
            link=lambda row: lot_address(row.pk),
        ),
        Column(
            "transit",
            _("在途"),
            kind="quantity",
            unit="item",
            sort="transit",
            phone="hide",
            total=True,
            link=lambda row: lot_address(row.pk),
        ),
    ),
    order=("-arrived_on", "-code"),
    filters=(
        Filter("item", _("物资"), lambda rows, code: rows.filter(item__code=code), choices=item_options),
        Filter(
            "source",
            _("来源"),
            lambda rows, kind: rows.filter(source_kind=kind),
            choices=lambda _request: [(kind, said(words)) for kind, words in SOURCE_KINDS.items()],
        ),
        Filter(
            "held",
            _("结存"),
            lambda rows, value: rows.filter(on_hand__gt=0) if value == "yes" else rows.filter(on_hand=0),
            choices=lambda _request: [("yes", _("在库")), ("no", _("已发完"))],
        ),
    ),
    search=lambda rows, text: rows.filter(
        Q(code__icontains=text)
        | Q(maker_lot__icontains=text)
        | Q(source_ref__icontains=text)
        | Q(item__name__icontains=text)
        | Q(item__name_en__icontains=text)
        | Q(item__pinyin__icontains=text.lower())
    ),
    search_hint=_("批次、生产批号、来源单号、物资"),
    empty=Empty(_("还没有批次:货到入库时自动生成。"), ((_("登记到货"), "source_list"),)),
)


ENTRY_COLUMNS = (
    Column(
        "number",
        _("单据"),
        value="move__number",
        kind="code",
        link=lambda row: move_address(row.move_id),
        phone="title",
    ),
    Column("kind", _("类别"), value=lambda row: kind_name(row.move.kind)),
    Column("business_date", _("日期"), value="move__business_date", kind="day"),
    Column("item", _("物资"), value=lambda row: named(row.lot.item)),
    Column("lot", _("批次"), value="lot__code", kind="code", link=lambda row: lot_address(row.lot_id), phone="hide"),
    Column("source", _("从"), value=lambda row: account_name(row.source)),
    Column("target", _("到"), value=lambda row: account_name(row.target)),
    Column(
        "quantity",
        _("数量"),
        kind="quantity",
        unit="lot__item",
        phone="main",
        total=True,
        link=lambda row: move_address(row.move_id),
    ),
    Column("by", _("经办人"), value="move__actor_name", phone="hide"),
)


def entry_listing(request: Any) -> Listing:
    """The entries of the reader's book."""
    return Listing(
        name="entries",
        columns=ENTRY_COLUMNS,
        order=("-move__seq", "line"),
        filters=(
            Filter("item", _("物资"), lambda rows, code: rows.filter(lot__item__code=code), choices=item_options),
            Filter(
                "store",
                _("仓库"),
                partial(_through_store, request),
                choices=store_options,
            ),
            Filter("from", _("起"), lambda rows, day: rows.filter(move__business_date__gte=day), kind="day"),
            Filter("to", _("止"), lambda rows, day: rows.filter(move__business_date__lte=day), kind="day"),
        ),
        search=lambda rows, text: rows.filter(
            Q(move__number__icontains=text)
            | Q(lot__code__icontains=text)
            | Q(source__party__name__icontains=text)
            | Q(target__party__name__icontains=text)
        ),
        search_hint=_("单据号、批次、单位"),
        empty=Empty(_("还没有分录。")),
    )


def _through_store(request: Any, rows: Any, code: str) -> Any:
    return ledger.through_store(request.actor, request.bureau.pk, rows, store__code=code)
