"""Each kind of import through the actions of its module: what it makes, what it asks, what it refuses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from liangcao.interfaces.intake.importing import correcting, queries
from liangcao.interfaces.intake.importing.actions import begin_import, describe_import
from liangcao.interfaces.intake.importing.correcting import Correction
from liangcao.interfaces.intake.importing.taking_over import import_rows
from liangcao.interfaces.intake.models import ImportRun
from liangcao.interfaces.intake.reading.tables import template
from liangcao.ledger.models import Book
from liangcao.ledger.queries import balances
from liangcao.operations.dispatch.models import Delivery
from liangcao.operations.supply.models import OpeningLine, Receipt, Source
from liangcao.reference.catalog.models import Item
from liangcao.reference.parties.models import Organisation
from tests.factories.imports import begin, rows_of, told, workbook
from tests.factories.world import NOON, World, make_world

pytestmark = pytest.mark.django_db
RECEIPTS = template("receipts")


@pytest.fixture
def world() -> World:
    return make_world()


def take(world: World, run: ImportRun, role: str = "coordinator", **more: Any) -> ImportRun:
    arguments: dict[str, Any] = {"by": world.actor(role), "at": NOON, "client_id": uuid4()} | more
    return import_rows(run_id=run.pk, is_queued=False, **arguments)


def refused(kind_of_refusal: type[Refusal], act: Any, /, *arguments: Any, **more: Any) -> Refusal:
    with pytest.raises(kind_of_refusal) as caught:
        act(*arguments, **more)
    assert caught.value.zh
    assert caught.value.en
    return caught.value


def test_receipts_go_into_the_store_with_their_lots(world: World) -> None:
    content = workbook(
        RECEIPTS,
        ("示例捐赠人", "一次性医用口罩", "", "", "", "箱", 10, ""),
        ("示例捐赠人", "医用防护服", "B-7", "2020-01-01", "2022-01-01", "套", 30, ""),
        ("示例供应商", "医用防护服", "", "", "", "套", 5, ""),
    )
    run = begin(world, "receipts", content, by=world.actor("storekeeper"))
    assert told(run) == [(2, "good", []), (3, "good", []), (4, "confirm", ["LOT_MISSING"])]
    refusal = refused(Conflict, take, world, run, "storekeeper")
    assert refusal.code == "GIVEN_MISSING"
    assert "仓库" in refusal.zh
    describe_import(
        run_id=run.pk, by=world.actor("storekeeper"), at=NOON, client_id=uuid4(),
        given={"store": world.store.pk, "source_kind": "gift", "no_lot_reason": "散装到货"},
    )  # fmt: skip
    assert {row.status for row in rows_of(run)} == {"good"}
    take(world, run, "storekeeper")
    assert Receipt.objects.count() == 2
    assert [row.made_kind for row in rows_of(run)] == ["receipt"] * 3
    held = {row.item_id: row.quantity for row in balances(world.system, world.bureau.pk) if row.kind == "store"}
    assert held[world.mask.pk] == 4_800
    assert held[world.suit.pk] == 30
    origin = queries.origins(world.actor("auditor"), kind="receipt", ids=Receipt.objects.values_list("pk", flat=True))
    assert [(row.run.file.name, row.sheet, row.row) for row in origin] == [
        ("来表.xlsx", "Sheet1", n) for n in (2, 3, 4)
    ]


def test_a_refusal_of_the_module_names_the_row_of_the_file_and_nothing_stays(world: World) -> None:
    content = workbook(
        RECEIPTS,
        ("示例捐赠人", "一次性医用口罩", "", "", "", "只", 100, ""),
        ("示例供应商", "一次性医用口罩", "", "", "2019-12-31", "只", 50, ""),
    )
    run = begin(
        world, "receipts", content, by=world.actor("storekeeper"),
        given={"store": world.store.pk, "source_kind": "purchase"},
    )  # fmt: skip
    refusal = refused(Refusal, take, world, run, "storekeeper")
    assert (refusal.code, refusal.sheet, refusal.row) == ("EXPIRED_ON_ARRIVAL", "Sheet1", 3)
    assert refusal.zh.startswith("“Sheet1”第 3 行")
    assert not Receipt.objects.exists()
    assert not Source.objects.exists()
    run.refresh_from_db()
    assert run.status == "read"


def test_gifts_are_announced_by_donor(world: World) -> None:
    content = workbook(
        ("捐赠单位", "物资名称", "数量", "单位"),
        ("示例捐赠人", "一次性医用口罩", 2000, "只"),
        ("示例捐赠人", "N95口罩", 300, "只"),
    )
    run = begin(world, "gifts", content, by=world.actor("gift_clerk"))
    for row in rows_of(run):
        if row.item_id is None:
            correcting.correct_row(
                run_id=run.pk, row_id=row.pk, by=world.actor("gift_clerk"), at=NOON, client_id=uuid4(),
                correction=Correction({}, item_id=world.n95.pk),
            )  # fmt: skip
    take(world, run, "gift_clerk")
    (source,) = Source.objects.all()
    assert (source.kind, source.counterparty, source.document_ref) == ("gift", world.donor, run.number)
    assert sorted(source.lines.values_list("quantity_advised", flat=True)) == [300, 2000]


def test_issues_leave_the_store_on_a_leaders_word(world: World) -> None:
    world.put_in(world.mask, 1000)
    content = workbook(
        template("issues"),
        ("示例医院一", "一次性医用口罩", "", "只", 300, ""),
        ("示例医院二", "一次性医用口罩", "", "只", 900, ""),
    )
    run = begin(world, "issues", content)
    given = {"store": world.store.pk, "leader": "示例组长", "reason": "连夜发放", "limit_note": "一千二百只以内"}
    describe_import(run_id=run.pk, given=given, by=world.actor("coordinator"), at=NOON, client_id=uuid4())
    refusal = refused(Refusal, take, world, run)
    assert (refusal.code, refusal.row) == ("STOCK_SHORT", 3)
    assert not Delivery.objects.exists()
    second = rows_of(run)[1]
    correcting.correct_row(
        run_id=run.pk, row_id=second.pk, by=world.actor("coordinator"), at=NOON, client_id=uuid4(),
        correction=Correction({"quantity": "700"}),
    )  # fmt: skip
    take(world, run)
    assert Delivery.objects.count() == 2


def test_opening_stock_is_entered_whole(world: World) -> None:
    Book.objects.filter(pk=world.book.pk).update(opened_at=NOON - timedelta(days=1))
    content = workbook(
        template("opening-stock"),
        ("一号库", "一次性医用口罩", "", "", "", "箱", 2, "盘点"),
        ("S2", "75%酒精", "", "", "", "升", 40, ""),
        ("三号库", "一次性医用口罩", "", "", "", "只", 1, ""),
    )
    run = begin(world, "opening-stock", content)
    assert [row.status for row in rows_of(run)] == ["good", "good", "confirm"]
    assert rows_of(run)[2].reasons == ["STORE_UNKNOWN"]
    correcting.leave_out_rows(run_id=run.pk, by=world.actor("coordinator"), at=NOON, client_id=uuid4())
    take(world, run)
    assert sorted(OpeningLine.objects.values_list("quantity", flat=True)) == [40, 960]


def test_organisations_are_added_once(world: World) -> None:
    content = workbook(
        template("organisations"),
        ("示例医院三", "", "", "示例路 1 号"),
        ("示例医院一", "", "", ""),
        ("示例医院四", "91330000000000000X", "", ""),
        ("示例医院五", "", "没有的区", ""),
        ("示例医院三", "", "", "另一处"),
    )
    run = begin(world, "organisations", content, given={"organisation_kind": "hospital"})
    assert told(run) == [
        (2, "wrong", ["NAME_TWICE"]),
        (3, "left_out", ["ALREADY_THERE"]),
        (4, "wrong", ["CREDIT_CODE_WRONG"]),
        (5, "wrong", ["REGION_UNKNOWN"]),
        (6, "wrong", ["NAME_TWICE"]),
    ]
    rows, by = rows_of(run), world.actor("coordinator")
    for row in rows[2:4]:
        correcting.correct_row(
            run_id=run.pk, row_id=row.pk, by=by, at=NOON, client_id=uuid4(),
            correction=Correction({"credit_code": "", "region": ""}),
        )  # fmt: skip
    correcting.leave_out_rows(run_id=run.pk, row_ids=[rows[4].pk], by=by, at=NOON, client_id=uuid4())
    before = Organisation.objects.count()
    take(world, run)
    assert Organisation.objects.count() == before + 3
    assert Organisation.objects.get(name="示例医院三").address == "示例路 1 号"


def test_items_get_codes_of_their_initials(world: World) -> None:
    content = workbook(
        template("items"),
        ("隔离面罩", "个", "防护用品"),
        ("一次性医用口罩", "只", ""),
        ("示例物", "个", "没有的类别"),
        ("隔离棉罩", "个", "test"),
    )
    run = begin(world, "items", content)
    assert [row.status for row in rows_of(run)] == ["good", "left_out", "confirm", "good"]
    correcting.leave_out_rows(run_id=run.pk, by=world.actor("coordinator"), at=NOON, client_id=uuid4())
    take(world, run)
    assert sorted(Item.objects.filter(name__startswith="隔离").values_list("code", "name")) == [
        ("GLMZ", "隔离面罩"), ("GLMZ-2", "隔离棉罩"),
    ]  # fmt: skip


def test_population_is_written_beside_what_was_known(world: World) -> None:
    content = workbook(("街道", "常住人口"), ("示例东镇", 52_345), ("示例西镇", "三万"), ("无此镇", 5))
    run = begin(world, "population", content, given={"measure": "population"})
    assert rows_of(run)[0].status == "good"
    assert rows_of(run)[2].reasons == ["ORGANISATION_UNKNOWN"]
    correcting.leave_out_rows(run_id=run.pk, by=world.actor("coordinator"), at=NOON, client_id=uuid4())
    take(world, run)
    town = Organisation.objects.get(pk=world.town.pk)
    assert (town.population, town.kind, town.tier) == (52_345, "township", world.town.tier)


def test_a_kind_that_nobody_knows_and_one_that_is_not_yours(world: World) -> None:
    told_to: dict[str, Any] = {
        "bureau_id": world.bureau.pk, "name": "a.csv", "content": b"a,b", "at": NOON, "client_id": uuid4(),
    }  # fmt: skip
    assert refused(Invalid, begin_import, kind="x", by=world.actor("coordinator"), **told_to).code == "KIND_UNKNOWN"
    refused(Forbidden, begin_import, kind="receipts", by=world.actor("coordinator"), **told_to)
    refused(NotFound, begin_import, kind="receipts", by=make_world("other").actor("storekeeper"), **told_to)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"store": 10**9}, "NOT_FOUND"),
        ({"source_kind": "stolen"}, "CHOICE_UNKNOWN"),
        ({"leader": "甲"}, "FIELD_UNKNOWN"),
        ({"no_lot_reason": "x" * 101}, "TEXT_TOO_LONG"),
    ],
)
def test_what_is_said_of_the_whole_is_checked(world: World, given: dict[str, Any], code: str) -> None:
    content = workbook(RECEIPTS, ("示例捐赠人", "一次性医用口罩", "", "", "", "只", 1, ""))
    refusal = refused(Refusal, begin, world, "receipts", content, by=world.actor("storekeeper"), given=given)
    assert refusal.code == code
    assert not ImportRun.objects.exists()
