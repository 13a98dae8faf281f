"""A file comes in: read, corrected twice, imported whole; and again, which changes nothing."""

from __future__ import annotations

from uuid import uuid4

import pytest

from liangcao.foundation.kernel.errors import Conflict
from liangcao.interfaces.intake.importing import correcting, queries
from liangcao.interfaces.intake.importing.correcting import Correction
from liangcao.interfaces.intake.importing.taking_over import import_rows
from liangcao.interfaces.intake.models import ImportRun
from liangcao.operations.demand.models import Requisition, RequisitionLine
from tests.factories.imports import NEEDS, begin, rows_of, told, workbook
from tests.factories.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_an_odd_workbook_is_corrected_twice_imported_and_sent_again(world: World) -> None:
    by = world.actor("coordinator")
    content = workbook(
        ("各单位防疫物资需求表",),
        NEEDS,
        ("示例医院一", "一次性医用口罩", "", "只", 20000, "", "", "急"),
        ("示例医院一", "医用防护服", "", "套", 300, "", "", ""),
        ("示例二院", "一次性医用口罩", "", "件", 10, "", "", ""),
        ("", "", "", "合计", 20310, "", "", ""),
    )
    run = begin(world, "requisitions", content)
    assert run.status == "read", run.refusal
    assert told(run) == [
        (3, "good", []),
        (4, "good", []),
        (5, "confirm", ["UNIT_UNKNOWN", "ORGANISATION_UNKNOWN"]),
    ]
    with pytest.raises(Conflict) as refused:
        import_rows(run_id=run.pk, by=by, at=NOON, client_id=uuid4())
    assert refused.value.code == "ROWS_NOT_READY"
    third = rows_of(run)[2]
    correcting.correct_row(
        run_id=run.pk, row_id=third.pk, by=by, at=NOON, client_id=uuid4(),
        correction=Correction({}, organisation_id=world.second_hospital.pk, factor=480),
    )  # fmt: skip
    assert told(run)[2] == (5, "good", [])
    import_rows(run_id=run.pk, by=by, at=NOON, client_id=uuid4())
    run.refresh_from_db()
    assert run.status == "imported"
    lines = RequisitionLine.objects.order_by("requisition_id", "line")
    assert [(line.organisation, line.item, line.quantity_requested) for line in lines] == [
        (world.hospital, world.mask, 20_000),
        (world.hospital, world.suit, 300),
        (world.second_hospital, world.mask, 4_800),
    ]
    assert [row.made_ref for row in rows_of(run)] == [
        requisition.number for requisition in Requisition.objects.order_by("pk") for _ in requisition.lines.all()
    ]
    assert queries.summary(by, run.pk) == queries.Summary(rows=3, accepted=3)

    again = begin(world, "requisitions", content)
    assert again.pk == run.pk
    saved_anew = begin(world, "requisitions", workbook(
        ("各单位防疫物资需求表",),
        NEEDS,
        ("示例医院一", "一次性医用口罩", "", "只", 20000, "", "", "急"),
        ("示例医院一", "医用防护服", "", "套", 300, "", "", ""),
        ("示例二院", "一次性医用口罩", "", "件", 10, "", "", ""),
        saved=2,
    ))  # fmt: skip
    assert (saved_anew.status, saved_anew.same_as) == ("known", run)
    assert RequisitionLine.objects.count() == 3
    assert ImportRun.objects.count() == 2


def test_a_message_comes_in_as_a_requisition(world: World) -> None:
    by = world.actor("coordinator")
    run = begin(world, "requisitions", "口罩2万只,防护服300套,急", given={"organisation": world.hospital.pk})
    assert [row.values["quantity"] for row in rows_of(run)] == ["20000", "300"]
    assert run.status == "read"
    for row in rows_of(run):
        if row.status != "good":
            correcting.correct_row(
                run_id=run.pk, row_id=row.pk, by=by, at=NOON, client_id=uuid4(),
                correction=Correction({}, item_id=world.mask.pk if row.number == 1 else world.suit.pk),
            )  # fmt: skip
    import_rows(run_id=run.pk, by=by, at=NOON, client_id=uuid4())
    (filed,) = Requisition.objects.all()
    assert (filed.channel, filed.caller, filed.urgency, filed.lines.count()) == ("import", "示例来文人", "urgent", 2)
