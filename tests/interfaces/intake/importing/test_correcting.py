"""What people do with rows: correct alike ones, confirm, leave out; what came before; columns; the file sent back."""

from __future__ import annotations

import io
from typing import Any
from uuid import uuid4

import openpyxl
import pytest

from liangcao.foundation.jobs.models import Job
from liangcao.foundation.jobs.running import work_off
from liangcao.foundation.journal.models import JournalEntry
from liangcao.foundation.kernel.errors import Conflict, Invalid, Refusal
from liangcao.interfaces.intake.importing import correcting
from liangcao.interfaces.intake.importing.actions import begin_import, describe_import, discard_import, reopen_import
from liangcao.interfaces.intake.importing.annotated import annotated_workbook
from liangcao.interfaces.intake.importing.columns import ColumnChange, change_columns
from liangcao.interfaces.intake.importing.correcting import Correction
from liangcao.interfaces.intake.importing.jobs import read_now
from liangcao.interfaces.intake.importing.taking_over import import_rows
from liangcao.interfaces.intake.models import ImportRow, ImportRun, SenderLayout
from liangcao.operations.demand.models import RequisitionLine
from liangcao.reference.catalog.models import ItemAlias
from tests.factories.imports import NEEDS, begin, rows_of, told, workbook
from tests.factories.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


PAIRS = (("示例医院一", "一次性医用口罩", "只"), ("示例医院二", "医用防护服", "套"))


class Never:
    """An order to stop that never comes."""

    def is_set(self) -> bool:
        return False

    def wait(self, _seconds: float) -> None:
        raise AssertionError("nothing to wait for")


@pytest.fixture
def world() -> World:
    return make_world()


def who(world: World) -> dict[str, Any]:
    return {"by": world.actor("coordinator"), "at": NOON, "client_id": uuid4()}


def need(unit: str, item: str, quantity: Any, measure: str = "只") -> tuple[Any, ...]:
    return (unit, item, "", measure, quantity, "", "", "")


def correct(world: World, row: ImportRow, correction: Correction) -> None:
    correcting.correct_row(run_id=row.run_id, row_id=row.pk, correction=correction, **who(world))


@pytest.mark.parametrize("alike", [True, False])
def test_the_pieces_of_a_pack_that_were_said_can_be_taken_back(world: World, alike: bool) -> None:
    content = workbook(
        NEEDS,
        ("示例医院一", "一次性医用口罩", "", "件", 2, "", "", ""),
        ("示例医院二", "一次性医用口罩", "", "件", 3, "", "", ""),
    )
    run = begin(world, "requisitions", content)
    by = world.actor("coordinator")

    def correct(**more: Any) -> list[tuple[int | None, list[str]]]:
        correcting.correct_row(
            run_id=run.pk, row_id=rows_of(run)[0].pk, correction=Correction({}, alike=True, **more), by=by, at=NOON,
            client_id=uuid4(),
        )  # fmt: skip
        return [(row.factor, row.reasons) for row in rows_of(run)]

    assert correct(factor=48) == [(48, []), (48, [])]
    if alike:
        assert correct(no_factor=True) == [(None, ["UNIT_UNKNOWN"])] * 2
        return
    correcting.correct_row(
        run_id=run.pk, row_id=rows_of(run)[1].pk, correction=Correction({}, no_factor=True), by=by, at=NOON,
        client_id=uuid4(),
    )  # fmt: skip
    assert [row.factor for row in rows_of(run)] == [48, None]


def test_another_unit_takes_the_pieces_of_the_one_before_with_it(world: World) -> None:
    run = begin(world, "requisitions", workbook(NEEDS, ("示例医院一", "一次性医用口罩", "", "件", 2, "", "", "")))
    by = world.actor("coordinator")
    for correction in (Correction({}, factor=48), Correction({"unit": "只"})):
        correcting.correct_row(
            run_id=run.pk, row_id=rows_of(run)[0].pk, correction=correction, by=by, at=NOON, client_id=uuid4()
        )
    assert [(row.values["unit"], row.factor, row.status) for row in rows_of(run)] == [("只", None, "good")]


def test_one_correction_reaches_all_rows_that_are_written_alike(world: World) -> None:
    rows = [need("示例一院", "大白口罩", n, "件") for n in (1, 2, 3)]
    run = begin(world, "requisitions", workbook(NEEDS, *rows, need("示例一院", "医用防护服", 4, "套")))
    assert all(row.status == "confirm" for row in rows_of(run))
    correct(
        world, rows_of(run)[0],
        Correction({}, world.hospital.pk, world.mask.pk, factor=480, alike=True, as_alias=True),
    )  # fmt: skip
    assert [row.reasons for row in rows_of(run)] == [["SAME_ITEM_TWICE"]] * 3 + [[]]
    assert ItemAlias.objects.get(alias="大白口罩").item == world.mask
    correcting.confirm_rows(run_id=run.pk, **who(world))
    import_rows(run_id=run.pk, **who(world))
    told_lines = RequisitionLine.objects.order_by("pk").values_list("quantity_requested", "in_addition")
    assert list(told_lines) == [(480, False), (960, True), (1440, True), (4, False)]
    later = begin(world, "requisitions", workbook(NEEDS, need("示例医院二", "大白口罩", 5)))
    assert told(later) == [(2, "good", [])]


def test_what_must_be_chosen_is_never_confirmed_away(world: World) -> None:
    run = begin(
        world,
        "requisitions",
        workbook(NEEDS, need("示例一院", "一次性医用口罩", "约500"), need("示例医院一", "一次性医用口罩", "约50")),
    )
    assert [row.reasons for row in rows_of(run)] == [
        ["QUANTITY_APPROXIMATE", "ORGANISATION_UNKNOWN"], ["QUANTITY_APPROXIMATE"],
    ]  # fmt: skip
    assert correcting.confirm_rows(run_id=run.pk, reason="QUANTITY_APPROXIMATE", **who(world)) == 2
    assert told(run) == [(2, "confirm", ["ORGANISATION_UNKNOWN"]), (3, "good", [])]
    with pytest.raises(Conflict) as refused:
        correcting.confirm_rows(run_id=run.pk, **who(world))
    assert refused.value.code == "NO_ROWS"
    assert told(run)[0] == (2, "confirm", ["ORGANISATION_UNKNOWN"])


def test_rows_are_left_out_and_taken_in_again(world: World) -> None:
    run = begin(
        world,
        "requisitions",
        workbook(NEEDS, need("示例一院", "一次性医用口罩", 5), need("示例医院一", "一次性医用口罩", 50)),
    )
    first = rows_of(run)[0]
    correcting.leave_out_rows(run_id=run.pk, **who(world))
    assert [row.status for row in rows_of(run)] == ["left_out", "good"]
    correcting.take_in_rows(run_id=run.pk, row_ids=[first.pk], **who(world))
    assert [row.status for row in rows_of(run)] == ["confirm", "good"]
    with pytest.raises(Conflict) as refused:
        correcting.take_in_rows(run_id=run.pk, **who(world))
    assert refused.value.code == "NO_ROWS"


def test_the_same_act_sent_twice_is_done_once(world: World) -> None:
    run = begin(world, "requisitions", workbook(NEEDS, need("示例医院一", "一次性医用口罩", "约50")))
    act = {"run_id": run.pk, **who(world)}
    assert correcting.confirm_rows(**act) == correcting.confirm_rows(**act) == 1
    done = {"run_id": run.pk, **who(world)}
    import_rows(**done)
    assert import_rows(**done).status == "imported"
    assert RequisitionLine.objects.count() == 1


@pytest.mark.parametrize(
    ("correction", "code"),
    [
        (Correction({"quantity_approved": "5"}), "FIELD_UNKNOWN"),
        (Correction({"needed_by": "2020-02-30"}), "DATE_INVALID"),
        (Correction({"remark": "x" * 501}), "TEXT_TOO_LONG"),
        (Correction({"remark": "a\u202eb"}), "TEXT_INVALID"),
        (Correction({}, factor=0), "FACTOR_INVALID"),
        (Correction({}, item_id=10**9), "NOT_FOUND"),
        (Correction({}, organisation_id=10**9), "NOT_FOUND"),
    ],
)
def test_a_wrong_correction_is_refused_and_changes_nothing(world: World, correction: Correction, code: str) -> None:
    run = begin(world, "requisitions", workbook(NEEDS, need("示例一院", "一次性医用口罩", 5)))
    with pytest.raises(Refusal) as refused:
        correct(world, rows_of(run)[0], correction)
    assert refused.value.code == code
    assert told(run) == [(2, "confirm", ["ORGANISATION_UNKNOWN"])]


def test_another_bureaus_unit_is_not_found(world: World) -> None:
    other = make_world("other")
    run = begin(world, "requisitions", workbook(NEEDS, need("示例一院", "一次性医用口罩", 5)))
    with pytest.raises(Refusal) as refused:
        correct(world, rows_of(run)[0], Correction({}, other.hospital.pk))
    assert refused.value.status == 404
    with pytest.raises(Refusal) as unseen:
        import_rows(run_id=run.pk, by=other.actor("coordinator"), at=NOON, client_id=uuid4())
    assert unseen.value.status == 404


def test_a_row_that_came_before_is_shown_as_such(world: World) -> None:
    run = begin(world, "requisitions", workbook(NEEDS, need("示例医院一", "一次性医用口罩", 50)))
    import_rows(run_id=run.pk, **who(world))
    more = begin(
        world,
        "requisitions",
        workbook(NEEDS, need("示例医院一", "一次性医用口罩", 50), need("示例医院二", "一次性医用口罩", 7)),
    )
    assert told(more) == [(2, "confirm", ["SEEN_BEFORE"]), (3, "good", [])]


def test_what_came_before_can_be_meant_again(world: World) -> None:
    content = workbook(NEEDS, need("示例医院一", "一次性医用口罩", 50))
    run = begin(world, "requisitions", content)
    import_rows(run_id=run.pk, **who(world))
    saved = begin(world, "requisitions", workbook(NEEDS, need("示例医院一", "一次性医用口罩", 50), saved=1))
    assert saved.status == "known"
    reopen_import(run_id=saved.pk, **who(world))
    assert told(saved) == [(2, "confirm", ["SEEN_BEFORE"])]
    meant = begin(world, "requisitions", content, again=True)
    assert (meant.pk != run.pk, meant.status) == (True, "read")


def test_a_file_that_is_given_up_leaves_nothing_but_itself(world: World) -> None:
    run = begin(world, "requisitions", workbook(NEEDS, need("示例医院一", "一次性医用口罩", 50)))
    discard_import(run_id=run.pk, **who(world))
    with pytest.raises(Conflict):
        import_rows(run_id=run.pk, **who(world))
    assert not RequisitionLine.objects.exists()
    assert begin(world, "requisitions", workbook(NEEDS, need("示例医院一", "一次性医用口罩", 50))).pk != run.pk


def test_columns_are_explained_once_and_known_the_next_time(world: World) -> None:
    rows = (("何处要", "物资", "数量"), ("示例医院一", "一次性医用口罩", 60), ("示例医院二", "一次性医用口罩", 70))
    run = begin(world, "requisitions", workbook(*rows))
    table = run.layout["tables"][0]
    assert not any(row.status == "good" for row in rows_of(run))
    keys = ["applicant", "item", "quantity"]
    changes = [ColumnChange(0, use["column"], key) for use, key in zip(table["columns"], keys, strict=True)]
    run = read_now(change_columns(run_id=run.pk, changes=changes, is_queued=False, **who(world)), at=NOON)
    assert [row.values.get("organisation") for row in rows_of(run)] == ["示例医院一", "示例医院二"]
    import_rows(run_id=run.pk, **who(world))
    assert SenderLayout.objects.get().sender == "示例来文人"
    again = begin(world, "requisitions", workbook(rows[0], ("示例医院一", "医用防护服", 9)))
    assert [(row.organisation, row.item, row.values["quantity"]) for row in rows_of(again)] == [
        (world.hospital, world.suit, "9")
    ]
    with pytest.raises(Invalid) as refused:
        change_columns(
            run_id=again.pk, changes=[ColumnChange(0, 0, "nonsense"), ColumnChange(5, 0, "item")], **who(world)
        )
    assert [problem.code for problem in refused.value.problems] == ["MEANING_UNKNOWN", "COLUMN_UNKNOWN"]


def test_the_file_goes_back_with_what_is_the_matter(world: World) -> None:
    run = begin(
        world, "requisitions",
        workbook(NEEDS, need("示例一院", "一次性医用口罩", 5), need("示例医院一", "=HYPERLINK(1)", 50)),
    )  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(annotated_workbook(run, world.actor("coordinator"))))
    page = book.worksheets[0]
    assert [cell.value for cell in page[1]][:2] == ["申请单位", "物资"]
    assert page[1][8].value == "核对结果"
    assert (page[2][8].value, "没有这个名称" in page[2][9].value) == ("待确认", True)
    assert (page[3][1].value, page[3][1].data_type) == ("=HYPERLINK(1)", "s")


def test_a_large_file_is_read_and_imported_by_a_worker(world: World) -> None:
    by = world.actor("coordinator")
    rows = [need(name, item, n + 1, unit) for n in range(110) for name, item, unit in PAIRS]
    run = begin_import(
        bureau_id=world.bureau.pk, kind="requisitions", name="来表.xlsx", content=workbook(NEEDS, *rows),
        sender="示例来文人", **who(world),
    )  # fmt: skip
    assert run.status == "waiting"
    assert Job.objects.get(kind="read_import").due_at == NOON
    work_off(worker="test", clock=lambda: NOON, stop=Never())
    run.refresh_from_db()
    assert (run.status, run.rows_read) == ("read", 220)
    correcting.confirm_rows(run_id=run.pk, **who(world))
    run = import_rows(run_id=run.pk, by=by, at=NOON, client_id=uuid4())
    assert run.status == "importing"
    with pytest.raises(Conflict):
        import_rows(run_id=run.pk, **who(world))
    assert not RequisitionLine.objects.exists()
    Job.objects.filter(kind="take_import").update(payload={"run_id": run.pk, "user_id": None})
    work_off(worker="test", clock=lambda: NOON, stop=Never())
    run.refresh_from_db()
    assert run.status == "imported", run.refusal
    assert RequisitionLine.objects.count() == 220
    assert JournalEntry.objects.filter(action="import_rows", object_ref=run.number).count() == 1


def test_a_worker_that_is_refused_says_why_and_imports_nothing(world: World) -> None:
    rows = [need("示例医院一", "一次性医用口罩", n + 1) for n in range(210)]
    run = begin(world, "requisitions", workbook(NEEDS, *rows))
    correcting.confirm_rows(run_id=run.pk, **who(world))
    import_rows(run_id=run.pk, **who(world))
    # The person's appointment is gone when the worker comes.
    Job.objects.filter(kind="take_import").update(payload={"run_id": run.pk, "user_id": 10**6})
    work_off(worker="test", clock=lambda: NOON, stop=Never())
    run.refresh_from_db()
    assert (run.status, run.refusal["code"]) == ("read", "NOT_FOUND")
    assert not RequisitionLine.objects.exists()
    assert ImportRun.objects.count() == 1


def test_who_is_named_for_all_rows_may_stand_there_twice(world: World) -> None:
    content = workbook(NEEDS, need("", "一次性医用口罩", 5), need("示例医院一", "一次性医用口罩", 50))
    run = begin(world, "requisitions", content)
    describe_import(run_id=run.pk, given={"organisation": world.hospital.pk}, **who(world))
    assert all("SAME_ITEM_TWICE" in row.reasons for row in rows_of(run))


def test_a_pack_that_only_the_file_knows_is_asked(world: World) -> None:
    row = ("示例医院一", "一次性医用口罩", "500只/件", "件", 4, "", "", "")
    known = ("示例医院二", "一次性医用口罩", "480只/箱", "箱", 4, "", "", "")
    run = begin(world, "requisitions", workbook(NEEDS, row, known))
    assert [(each.factor, each.reasons) for each in rows_of(run)] == [(500, ["PACK_FROM_FILE"]), (480, [])]


def test_what_is_being_checked_elsewhere_is_not_taken_up_again(world: World) -> None:
    import_rows(
        run_id=begin(world, "requisitions", workbook(NEEDS, need("示例医院一", "一次性医用口罩", 50))).pk, **who(world)
    )
    saved = workbook(NEEDS, need("示例医院一", "一次性医用口罩", 50), saved=1)
    known = begin(world, "requisitions", saved)
    meant = begin(world, "requisitions", saved, again=True)
    assert (known.status, meant.status) == ("known", "read")
    with pytest.raises(Conflict) as refused:
        reopen_import(run_id=known.pk, **who(world))
    assert (refused.value.code, meant.number in refused.value.zh) == ("IMPORT_UNDER_WAY", True)
