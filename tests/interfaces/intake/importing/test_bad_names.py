"""Names, telephones and identity numbers that are not as they should be, and files that nobody can open: the
rest of the cases of bad input that the product promises an answer to, by their numbers."""

from __future__ import annotations

import json
import unicodedata
from typing import Any
from uuid import uuid4

import pytest

from liangcao.interfaces.intake.importing import correcting
from liangcao.interfaces.intake.importing.phones import is_phone_wrong, phone_of
from liangcao.interfaces.intake.importing.taking_over import import_rows
from liangcao.interfaces.intake.models import ImportRun
from liangcao.operations.demand.models import Requisition
from liangcao.reference.catalog import actions as catalog
from liangcao.reference.parties import actions as parties
from liangcao.reference.parties.models import Organisation
from tests.factories.imports import NEEDS, begin, rows_of, told, workbook
from tests.factories.world import NOON, World, make_world
from tests.interfaces.intake.reading.workbooks_made import compound

pytestmark = pytest.mark.django_db
UNITS = ("单位名称", "统一社会信用代码", "所属区县", "地址", "联系人或科室", "联系电话")
# A number of the form, with a right check digit, of nobody: the division 990000 does not exist.
IDENTITY, OLD_IDENTITY, BROKEN_IDENTITY = "990000190001010016", "990000000101001", "990000190013400019"


@pytest.fixture
def world() -> World:
    return make_world()


def hospitals(world: World, *rows: tuple[Any, ...]) -> ImportRun:
    return begin(world, "organisations", workbook(UNITS, *rows), given={"organisation_kind": "hospital"})


def take(world: World, run: ImportRun) -> None:
    import_rows(run_id=run.pk, is_queued=False, by=world.actor("coordinator"), at=NOON, client_id=uuid4())


def test_6_a_workbook_under_a_password_is_refused_with_what_to_do(world: World) -> None:
    content = compound(bytes(4096), ("EncryptedPackage", "EncryptionInfo"))
    run = begin(world, "requisitions", content)
    assert (run.status, run.refusal["code"]) == ("failed", "FILE_ENCRYPTED")
    assert run.refusal["zh"] == "文件已加密,请去掉密码后重新上传"
    assert not run.rows.exists()


def test_29_units_that_are_written_like_known_ones_are_asked(world: World) -> None:
    parties.add_organisation(
        bureau_id=world.bureau.pk, code="like", name="示例Ａ区卫生院é", kind="hospital", by=world.system, at=NOON,
    )  # fmt: skip
    run = hospitals(
        world,
        ("示例A區衛生院" + unicodedata.normalize("NFD", "é"),),
        ("示例醫院一",),
        ("示例 医院二",),
        ("示例医院一",),
        ("示例医院七",),
    )
    assert told(run) == [
        (2, "confirm", ["NAME_LIKE"]), (3, "confirm", ["NAME_LIKE"]), (4, "confirm", ["NAME_LIKE"]),
        (5, "left_out", ["ALREADY_THERE"]), (6, "good", []),
    ]  # fmt: skip
    by = world.actor("coordinator")
    correcting.leave_out_rows(
        run_id=run.pk, row_ids=[row.pk for row in rows_of(run)[:2]], by=by, at=NOON, client_id=uuid4()
    )
    correcting.confirm_rows(run_id=run.pk, row_ids=[rows_of(run)[2].pk], by=by, at=NOON, client_id=uuid4())
    before = Organisation.objects.count()
    take(world, run)
    assert Organisation.objects.count() == before + 2


@pytest.mark.parametrize(
    "other", ["示例廣東醫院甲", "示例广东医院甲 ", unicodedata.normalize("NFD", "示例广东医院甲"), "示例广东医院甲"]
)
def test_29_a_file_that_names_one_unit_in_two_writings_is_refused_by_both_rows(world: World, other: str) -> None:
    run = hospitals(world, ("示例广东医院甲",), (other, "", "", "另一处"))
    assert told(run) == [(2, "wrong", ["NAME_TWICE"]), (3, "wrong", ["NAME_TWICE"])]


def test_29_goods_in_traditional_characters_are_asked_and_in_full_width_known(world: World) -> None:
    catalog.add_item(
        code="T-like", name="负压担架A型", base_unit="个", category=world.mask.category, by=world.system, at=NOON
    )
    content = workbook(
        ("物资名称", "基本单位", "类别"),
        ("負壓擔架A型", "个", "test"),
        ("负压担架Ａ型", "个", "test"),
        ("负压担架B型", "个", "test"),
    )
    run = begin(world, "items", content)
    assert told(run) == [(2, "confirm", ["NAME_LIKE"]), (3, "left_out", ["ALREADY_THERE"]), (4, "good", [])]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("13800138000", "13800138000"),
        ("+86 138-0013-8000", "13800138000"),
        ("００８６１３８００１３８０００", "13800138000"),
        ("025-83630000", "025-83630000"),
        ("（010）62345678-802", "(010)62345678-802"),
        ("0571-87654321转802", "0571-87654321转802"),
        ("设备科 13800138000", "设备科 13800138000"),
        ("13800138000/13900139000", "13800138000/13900139000"),
        ("13800138000 025-83630000", "13800138000 025-83630000"),
        ("400-820-8820", "400-820-8820"),
        ("83630000", "83630000"),
        ("12320", "12320"),
        ("设备科", "设备科"),
        ("", ""),
    ],
)
def test_32_telephones_are_brought_into_one_form(written: str, kept: str) -> None:
    assert phone_of(written) == kept
    assert not is_phone_wrong(written)


@pytest.mark.parametrize(
    "written",
    ["1380013800", "138001380001", "+86 1380013800", "12800138000", "1380013800 设备科", "025-8363000000", "123456789"],
)
def test_32_telephones_that_are_none_are_asked(written: str) -> None:
    assert is_phone_wrong(written)


def test_32_telephones_of_units_and_of_needs(world: World) -> None:
    run = hospitals(
        world,
        ("示例医院七", "", "", "", "设备科", "+86 138 0013 8000"),
        ("示例医院八", "", "", "", "设备科", 1380013800),
        ("示例医院九", "", "", "", "设备科", "138001380001"),
        ("示例医院十", "", "", "", "", "025-83630000"),
    )
    assert [row.reasons for row in rows_of(run)] == [[], ["PHONE_WRONG"], ["PHONE_WRONG"], []]
    correcting.leave_out_rows(run_id=run.pk, by=world.actor("coordinator"), at=NOON, client_id=uuid4())
    take(world, run)
    made = Organisation.objects.filter(name__in=("示例医院七", "示例医院十")).order_by("pk")
    assert [(unit.contact, unit.phone) for unit in made] == [("设备科", "13800138000"), ("", "025-83630000")]

    need = ("示例医院一", "一次性医用口罩", "", "只", 20, "", "1380013800", "")
    asked = begin(world, "requisitions", workbook(NEEDS, need))
    assert told(asked) == [(2, "confirm", ["PHONE_WRONG"])]
    correcting.correct_row(
        run_id=asked.pk, row_id=rows_of(asked)[0].pk, by=world.actor("coordinator"), at=NOON, client_id=uuid4(),
        correction=correcting.Correction({"contact": "+86 138-0013-8000"}),
    )  # fmt: skip
    take(world, asked)
    assert Requisition.objects.get().note == "13800138000"


@pytest.mark.parametrize("header", ["身份证号", "联系人身份证号码", "证件号码", "ID number"])
def test_33_numbers_of_identity_papers_are_not_read_and_not_kept(world: World, header: str) -> None:
    people = [(IDENTITY, ""), (IDENTITY[:17] + "x", ""), (OLD_IDENTITY, ""), (BROKEN_IDENTITY, f"本人 {IDENTITY} 来领")]
    rows = [
        (name, "医用防护服", "套", 5 + number, identity, remark)
        for number, (name, (identity, remark)) in enumerate(zip(("示例医院一",) * 4, people, strict=True))
    ]
    content = workbook(("申请单位", "物资", "单位", "数量", header, "备注"), *rows, (f"注:经办人 {IDENTITY}",))
    run = begin(world, "requisitions", content)
    notes = [each for each in run.told["problems"] if each["code"] == "IDENTITY_NOT_READ"]
    assert [(each["column"], each["header"]) for each in notes] == [("E", header)]
    assert "没有读,也不保存" in notes[0]["zh"]
    kept = json.dumps([run.told, run.layout, run.given, [(row.written, row.values) for row in rows_of(run)]])
    for identity in (IDENTITY, IDENTITY[:17], OLD_IDENTITY, BROKEN_IDENTITY):
        assert identity not in kept
    assert rows_of(run)[0].written == "示例医院一 | 医用防护服 | 套 | 5 | ***"
    assert rows_of(run)[3].values["remark"] == "本人 990***********0016 来领"


def test_33_an_identity_number_that_a_person_sends_as_a_message_is_masked(world: World) -> None:
    run = begin(world, "requisitions", f"示例医院一 口罩200只 {IDENTITY} 防护服30套")
    assert IDENTITY not in json.dumps([[row.written, row.values] for row in rows_of(run)])
    assert [row.values["quantity"] for row in rows_of(run)] == ["200", "30"]


def test_36_a_name_of_one_endless_word_is_refused_in_every_kind(world: World) -> None:
    word = "A1" * 300
    units = hospitals(world, (word,), ("院" * 81,))
    assert told(units) == [(2, "wrong", ["TEXT_TOO_LONG", "TOO_LONG"]), (3, "wrong", ["TOO_LONG"])]
    goods = begin(
        world, "items", workbook(("物资名称", "基本单位", "类别"), (word, "个", "test"), ("甲", word, "test"))
    )
    assert [status for _, status, _ in told(goods)] == ["wrong", "wrong"]
    needs = begin(
        world, "requisitions",
        workbook(
            NEEDS, ("示例医院一", word, "", "只", 20, "", "", ""), (word, "一次性医用口罩", "", "只", 20, "", "", ""),
            ("示例医院一", "一次性医用口罩", "", word, 20, "", "", ""),
        ),
    )  # fmt: skip
    assert [status for _, status, _ in told(needs)] == ["wrong"] * 3
    lots = begin(
        world, "receipts",
        workbook(("来源", "物资", "批号", "单位", "数量"), ("示例捐赠人", "医用防护服", "L" * 61, "套", 5)),
        by=world.actor("storekeeper"),
    )  # fmt: skip
    assert told(lots) == [(2, "wrong", ["TOO_LONG"])]
