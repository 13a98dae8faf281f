"""Plans through their pages: the matrix, its reasons, overrides, publication, shares, workbooks."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.urls import reverse

from tests.factories.world import TODAY

PLAN_DAY = TODAY.replace(day=4)


def drafted(office: Any, as_user: Any, **more: Any) -> Any:
    """A plan made on the page."""
    from tests.factories.allocation import make_rule_set

    sent = {
        "plan_date": PLAN_DAY.isoformat(), "rule_set_id": make_rule_set(office.world).pk, "client_id": str(uuid4()),
        "lines-TOTAL_FORMS": 0, "lines-INITIAL_FORMS": 0,
    } | more  # fmt: skip
    answer = as_user("allocator").post(reverse("plan_new"), sent, follow=True)
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer


@pytest.fixture
def shortage(office: Any) -> Any:
    """30,000 masks asked by hospital, town and enterprise, 20,000 there."""
    from tests.factories.allocation import ask

    world = office.world
    for unit, quantity in ((world.hospital, 15_000), (world.town, 10_000), (world.enterprise, 5_000)):
        ask(world, unit, quantity)
    return office


def test_page_tells_totals_and_serves_the_front_line_first(shortage: Any, as_user: Any) -> None:
    page = drafted(shortage, as_user)
    totals = page.context["totals"]
    assert (totals.free, totals.asked, totals.planned, totals.percent) == (20_000, 30_000, 20_000, 66)
    given = [shown.cell.quantity_planned for tier in page.context["tiers"] for row in tier.rows for shown in row.cells]
    assert given == [15_000, 5_000, 0]


def test_pieces_of_different_units_are_not_added(shortage: Any, as_user: Any) -> None:
    from tests.factories.allocation import ask

    ask(shortage.world, shortage.world.hospital, 100, shortage.world.suit)
    totals = drafted(shortage, as_user).context["totals"]
    assert (totals.unit, totals.percent, totals.items, totals.lines_met, totals.lines) == ("", None, 2, 2, 4)


def test_cell_says_why_and_takes_an_override_with_its_reason(shortage: Any, as_user: Any) -> None:
    page = drafted(shortage, as_user)
    plan, cell = page.context["detail"].plan, page.context["tiers"][0].rows[0].cells[0].cell
    allocator, address = as_user("allocator"), reverse("plan_line", args=[plan.pk, cell.line.pk])
    assert "第 1 步" in allocator.get(address, headers={"HX-Request": "true"}).content.decode()
    sent = {"quantity": "12,000", "reason": "", "client_id": str(uuid4())}
    assert allocator.post(address, sent).status_code == 400
    text = allocator.post(address, {**sent, "reason": "另有来源"}, follow=True).content.decode()
    assert "12,000" in text
    assert "8,000" in text


def test_hold_back_and_cap_shape_the_plan(shortage: Any, as_user: Any) -> None:
    world = shortage.world
    special = {
        "lines-TOTAL_FORMS": 2,
        "lines-0-organisation_id": world.hospital.pk, "lines-0-item_id": world.mask.pk, "lines-0-cap": 10_000,
        "lines-1-organisation_id": world.second_hospital.pk, "lines-1-item_id": world.mask.pk, "lines-1-held_back": 4_000,
    }  # fmt: skip
    page = drafted(shortage, as_user, **special)
    rows = [row for tier in page.context["tiers"] for row in tier.rows]
    given = {row.unit.name: row.cells[0].cell.quantity_planned for row in rows}
    assert given["示例医院一"] == 10_000
    assert [row.unit.name for row in rows if row.unit.is_hold_back] == ["示例医院二"]


def test_publication_says_what_has_been_taken_meanwhile(shortage: Any, as_user: Any) -> None:
    from tests.factories.allocation import review
    from tests.factories.dispatch import make_emergency

    plan = drafted(shortage, as_user).context["detail"].plan
    review(shortage.world, plan)
    make_emergency(shortage.world, 500)
    text = as_user("leader").get(reverse("plan_publication", args=[plan.pk])).content.decode()
    assert "库存已被动用" in text
    assert "少了 500 只" in text


def test_maker_does_not_sign(shortage: Any, as_user: Any) -> None:
    from tests.factories.allocation import review

    plan = drafted(shortage, as_user).context["detail"].plan
    review(shortage.world, plan)
    answer = as_user("allocator").post(reverse("plan_publication", args=[plan.pk]), {"client_id": str(uuid4())})
    assert answer.status_code == 403
    answer = as_user("leader").post(
        reverse("plan_publication", args=[plan.pk]), {"client_id": str(uuid4())}, follow=True
    )
    assert "已签发" in answer.content.decode()


def test_signing_what_was_changed_since_it_was_read_is_refused(shortage: Any, as_user: Any) -> None:
    """The buttons of a plan carry the version that its page showed, and the forms behind them send it."""
    from tests.factories.allocation import review

    page = drafted(shortage, as_user)
    plan, cell = page.context["detail"].plan, page.context["tiers"][0].rows[0].cells[0].cell
    review(shortage.world, plan)
    leader, allocator = as_user("leader"), as_user("allocator")
    read = f"{reverse('plan_publication', args=[plan.pk])}?version=2"
    assert read in leader.get(reverse("plan", args=[plan.pk])).content.decode()
    sent = {"quantity": "12,000", "reason": "另有来源", "version": 2, "client_id": str(uuid4())}
    line = reverse("plan_line", args=[plan.pk, cell.line.pk])
    assert allocator.post(line, sent).status_code in (302, 303)
    assert allocator.post(line, {**sent, "quantity": "11,000", "client_id": str(uuid4())}).status_code == 409
    review(shortage.world, plan)
    asked = leader.get(read)
    assert 'name="version" value="2"' in asked.content.decode()
    answer = leader.post(read, {"version": 2, "client_id": str(uuid4())})
    assert answer.status_code == 409
    assert "会商通过" in answer.content.decode()
    assert leader.post(read, {"version": 4, "client_id": str(uuid4())}).status_code in (302, 303)


def test_share_lacks_a_population(office: Any, as_user: Any) -> None:
    world = office.world
    sent = {
        "plan_date": PLAN_DAY.isoformat(), "item_id": world.mask.pk, "quantity": "10,000", "weigh_by": "population",
        "organisation_ids": [world.town.pk, world.hospital.pk], "client_id": str(uuid4()),
    }  # fmt: skip
    answer = as_user("allocator").post(reverse("share_new"), sent)
    assert answer.status_code == 400
    assert "示例医院一" in answer.content.decode()


@pytest.mark.parametrize(("part", "sheet"), [("plan", "分配方案"), ("supply", "库存"), ("demand", "需求")])
def test_workbooks_come_as_files(shortage: Any, as_user: Any, part: str, sheet: str) -> None:
    plan = drafted(shortage, as_user).context["detail"].plan
    answer = as_user("allocator").get(reverse("plan_workbook", args=[plan.pk, part]))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert sheet in openpyxl.load_workbook(BytesIO(answer.content)).sheetnames


def test_another_bureaus_plan_is_not_found(office: Any, as_user: Any) -> None:
    from tests.factories.allocation import ask, make_plan
    from tests.factories.world import make_world

    other = make_world("other")
    other.put_in(other.mask, 100)
    ask(other, other.hospital, 50)
    plan = make_plan(other)
    for name in ("plan", "plan_publication", "plan_discard"):
        assert as_user("leader").get(reverse(name, args=[plan.pk])).status_code in (403, 404), name


def test_plan_larger_than_a_page_is_turned_narrowed_and_shown_whole(
    shortage: Any, as_user: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from liangcao.interfaces.web.desk.allocation import matrix
    from tests.factories.allocation import ask

    world = shortage.world
    ask(world, world.hospital, 100, world.suit)
    plan = drafted(shortage, as_user).context["detail"].plan
    monkeypatch.setattr(matrix, "UNITS_SHOWN", 2)
    monkeypatch.setattr(matrix, "ITEMS_SHOWN", 1)

    def shown(**asked: str) -> tuple[list[str], list[str]]:
        page = as_user("allocator").get(reverse("plan", args=[plan.pk]), asked)
        assert page.status_code == 200
        part, tiers = page.context["part"], page.context["tiers"]
        assert page.context["totals"].lines == 4, "the figures are of the whole plan"
        return [row.unit.name for tier in tiers for row in tier.rows], [column.name for column in part.columns]

    first, second = ([unit.name for unit in (world.hospital, world.town)], [world.enterprise.name])
    mask, suit = "一次性医用口罩", "医用防护服"
    assert shown() == (first, [mask])
    assert shown(units="1") == (second, [mask])
    assert shown(items="1") == (first, [suit])
    assert shown(whole="1") == (first + second, [mask, suit])
    assert shown(q="东镇") == ([world.town.name], [mask])
    assert shown(tier="1") == ([world.hospital.name], [mask])
    assert shown(item=str(world.suit.pk)) == ([world.hospital.name], [suit])
    assert shown(q="没有这样的单位") == ([], [mask])
    assert shown(units="99", items="abc", tier="x") == ([], [mask])
    page = as_user("allocator").get(reverse("plan", args=[plan.pk])).content.decode()
    assert "单位 1–2,共 3 个" in page
    assert "未满足:本页 1 行,全方案 2 行" in page
