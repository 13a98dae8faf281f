"""Messages through imports: an amount that cannot be one is told and never passed over, and a message in which nothing
is asked for is answered as a message."""

from __future__ import annotations

from uuid import uuid4

import pytest

from liangcao.foundation.kernel.errors import Conflict
from liangcao.interfaces.intake.importing import correcting
from liangcao.interfaces.intake.importing.taking_over import import_rows
from liangcao.interfaces.intake.messages import understood
from liangcao.interfaces.intake.models import ImportRun
from liangcao.operations.demand.models import RequisitionLine
from tests.factories.imports import begin, rows_of
from tests.factories.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def asked(world: World, text: str) -> ImportRun:
    return begin(world, "requisitions", text, given={"organisation": world.hospital.pk})


def take(world: World, run: ImportRun) -> ImportRun:
    return import_rows(run_id=run.pk, is_queued=False, by=world.actor("coordinator"), at=NOON, client_id=uuid4())


@pytest.mark.parametrize(
    "amount",
    ["1000000000", "9999999999", "9999999999999", "9999999999999999", "1" + "0" * 60, "30亿", "9999999999999万",
     "13800138000", "9999999999999-99999999999999"],
)  # fmt: skip
def test_an_amount_that_is_too_large_is_told_and_not_passed_over(world: World, amount: str) -> None:
    run = asked(world, f"医用防护服30套,一次性医用口罩{amount}只")
    good, large = rows_of(run)
    assert (good.values["quantity"], good.status) == ("30", "good")
    assert (large.item, large.status, large.reasons) == (world.mask, "wrong", ["QUANTITY_TOO_LARGE"])
    with pytest.raises(Conflict, match="ROWS_NOT_READY"):
        take(world, run)
    correcting.correct_row(
        run_id=run.pk, row_id=large.pk, correction=correcting.Correction({"quantity": "9999"}),
        by=world.actor("coordinator"), at=NOON, client_id=uuid4(),
    )  # fmt: skip
    take(world, run)
    assert sorted(RequisitionLine.objects.values_list("quantity_requested", flat=True)) == [30, 9999]


@pytest.mark.parametrize(
    "text",
    [
        "一次性医用口罩9999999999999",
        "一次性医用口罩:9999999999999。急",
        "一次性医用口罩 9999999999999999\n电话13800138000",
    ],
)
def test_so_is_one_without_a_unit_behind_the_goods(world: World, text: str) -> None:
    assert [(row.item, row.reasons) for row in rows_of(asked(world, text))] == [(world.mask, ["QUANTITY_TOO_LARGE"])]


def test_the_largest_amount_is_one(world: World) -> None:
    run = asked(world, "一次性医用口罩999999999只")
    assert [(row.values["quantity"], row.status) for row in rows_of(run)] == [("999999999", "good")]


@pytest.mark.parametrize(
    "text",
    ["电话13800138000 医用防护服30套", "联系人13800138000个人捐 医用防护服30套", "账号6222020000000000123 医用防护服30套",
     "对公账户6222020000000000123支行 医用防护服30套", "条码6901234567892,医用防护服30套"],
)  # fmt: skip
def test_numbers_of_people_and_accounts_are_no_amounts(world: World, text: str) -> None:
    run = asked(world, text)
    assert [row.values["quantity"] for row in rows_of(run)] == ["30"]


def test_a_pasted_message_says_the_same(world: World) -> None:
    (line,) = understood("一次性医用口罩9999999999999999只", world.actor("coordinator"))
    assert (line.item, line.quantity, line.reasons) == (world.mask, None, ("QUANTITY_TOO_LARGE",))


@pytest.mark.parametrize("text", ["收到,谢谢。", "在吗?", "13800138000", "😷😷😷"])
def test_a_message_without_goods_is_answered_as_a_message(world: World, text: str) -> None:
    run = begin(world, "requisitions", text)
    assert (run.status, run.rows.count()) == ("read", 0)
    with pytest.raises(Conflict, match="NOTHING_TO_IMPORT") as refused:
        take(world, run)
    assert refused.value.zh.startswith("这段消息里没有读出物资和数量")
