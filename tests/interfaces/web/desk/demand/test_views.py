"""Demand through its pages: what is asked, filing for a caller, review, stale lines."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.urls import reverse

from tests.factories.world import NOON


def review_of(requisition: Any, **row: Any) -> dict[str, Any]:
    """The review form of a requisition with one line."""
    line = requisition.lines.get()
    sent = {"line_id": line.pk, "quantity_approved": line.quantity_requested, "tier": line.tier, "cut_reason": ""} | row
    head = {"version": requisition.version, "lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 1, "client_id": str(uuid4())}
    return {**head, **{f"lines-0-{name}": value for name, value in sent.items()}}


def test_need_stands_beside_what_is_free(office: Any, as_user: Any) -> None:
    from tests.factories.allocation import ask

    ask(office.world, office.world.hospital, 25_000)
    need = as_user("allocator").get(reverse("demand")).context["list"].slice.rows[0]
    assert (need.open, need.free, need.gap) == (25_000, 20_000, 5_000)


def test_unknown_amount_is_never_zero(office: Any, as_user: Any) -> None:
    from tests.factories.allocation import ask

    ask(office.world, office.world.hospital, None)
    allocator = as_user("allocator")
    assert "1 行数量不详" in allocator.get(reverse("demand")).content.decode()
    line = allocator.get(reverse("demand_lines")).context["list"].slice.rows[0]
    assert line.quantity_open is None


def test_caller_time_and_channel_are_kept(office: Any, as_user: Any) -> None:
    world = office.world
    sent = {
        "organisation_id": world.hospital.pk, "caller": "示例来电人", "channel": "wechat", "received_at": "2020-02-03T08:15",
        "urgency": "critical", "client_id": str(uuid4()), "lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 0,
        "lines-0-item_id": world.mask.pk, "lines-0-quantity": "３００",
    }  # fmt: skip
    text = as_user("coordinator").post(reverse("requisition_new"), sent, follow=True).content.decode()
    assert all(word in text for word in ("示例来电人", "微信", "特急", "2月3日 08:15", "300<span"))


def test_end_of_a_requisition_leads_back_to_it_with_its_reason(office: Any, as_user: Any) -> None:
    from tests.factories.demand import make_requisition

    coordinator = as_user("coordinator")
    for page, message in (("rejection", "已退回,单位会看到原因"), ("withdrawal", "已撤回")):
        requisition = make_requisition(office.world)
        document, end = (reverse(name, args=[requisition.pk]) for name in ("requisition", f"requisition_{page}"))
        assert "原因" in coordinator.get(end).content.decode()
        sent = {"reason": "", "version": requisition.version, "client_id": str(uuid4())}
        assert coordinator.post(end, sent).status_code == 400
        answer = coordinator.post(end, sent | {"reason": "重复提交"}, follow=True)
        assert answer.redirect_chain == [(document, 303)]
        assert message in answer.content.decode()
        assert "重复提交" in answer.content.decode()


def test_nobody_reviews_what_he_filed(office: Any, as_user: Any) -> None:
    from liangcao.foundation.identity.queries import user_by_name
    from liangcao.reference.parties.queries import actor_for_user
    from tests.factories.demand import make_requisition

    user = user_by_name("coordinator")
    assert user is not None
    filed = make_requisition(
        office.world, by=actor_for_user(user, NOON), channel="phone", caller="示例来电人", received_at=NOON
    )
    answer = as_user("coordinator").get(reverse("requisition_approval", args=[filed.pk]))
    assert answer.status_code == 403
    assert "不得审批本人提交的单据" in answer.content.decode()


def test_cut_without_reason_is_refused_in_its_row(office: Any, as_user: Any) -> None:
    from tests.factories.demand import make_requisition

    requisition = make_requisition(office.world)
    page, allocator = reverse("requisition_approval", args=[requisition.pk]), as_user("allocator")
    answer = allocator.post(page, review_of(requisition, quantity_approved=600))
    assert answer.status_code == 400
    assert "请填写核减原因" in str(answer.context["form"].lines.forms[0].errors)
    assert allocator.post(page, review_of(requisition, quantity_approved=600, cut_reason="按库存")).status_code == 303


def test_review_of_an_old_version_says_what_changed(office: Any, as_user: Any) -> None:
    from tests.factories.demand import make_requisition

    requisition = make_requisition(office.world)
    sent = review_of(requisition)
    make_requisition(office.world, None, (office.world.mask, 700))
    answer = as_user("allocator").post(reverse("requisition_approval", args=[requisition.pk]), sent)
    assert answer.status_code == 409
    assert "请刷新后再" in answer.content.decode()


def test_stale_line_is_marked_and_confirmed(office: Any, as_user: Any) -> None:
    from tests.factories.demand import make_requisition_line

    line = make_requisition_line(office.world, at=NOON - timedelta(days=4))
    coordinator = as_user("coordinator")
    assert len(coordinator.get(reverse("demand_lines"), {"stale": "1"}).context["list"].slice.rows) == 1
    sent = {"on_hand": "10", "daily_use": "5", "client_id": str(uuid4())}
    page = reverse("requisition_line_confirmation", args=[line.pk])
    assert "待再次确认" not in coordinator.post(page, sent, follow=True).content.decode()
    assert not coordinator.get(reverse("demand_lines"), {"stale": "1"}).context["list"].slice.rows


def test_rejection_reaches_the_unit_with_its_reason(office: Any, as_user: Any) -> None:
    from tests.factories.demand import make_requisition

    requisition = make_requisition(office.world)
    sent = {"reason": "请注明用途", "version": requisition.version, "client_id": str(uuid4())}
    as_user("allocator").post(reverse("requisition_rejection", args=[requisition.pk]), sent)
    page = as_user("u05").get(reverse("portal_requisition", args=[requisition.pk]))
    assert "请注明用途" in page.content.decode()


MESSAGE = "示例医院急需:%(mask)s2万只,宝葫芦300套;现有%(mask)s1,200个,每天用%(mask)s800只"


def test_a_pasted_message_fills_the_rows_and_writes_nothing(office: Any, as_user: Any) -> None:
    from liangcao.operations.demand.models import Requisition

    message = MESSAGE % {"mask": office.world.mask.name}
    answer = as_user("coordinator").post(reverse("requisition_new"), {"message": message})
    first, second, *_ = answer.context["form"].lines.forms
    assert (answer.status_code, Requisition.objects.count()) == (200, 0)
    assert first["quantity"].value() == 20_000
    assert (first["on_hand"].value(), first["daily_use"].value()) == (1_200, 800)
    assert (second["item_id"].value(), second["quantity"].value(), second["unit"].value()) == (None, 300, "套")
    text = answer.content.decode()
    assert all(word in text for word in (f"{office.world.mask.name}2万只", "第 1 行", "紧急", message))
    assert answer.context["form"]["urgency"].value() == "urgent"
    assert answer.context["form"]["channel"].value() == "wechat"


def test_a_message_names_its_unit_and_its_day(office: Any, as_user: Any) -> None:
    world = office.world
    message = f"{world.hospital.name}:需要{world.mask.name}500只,2月6日前"
    form = as_user("coordinator").post(reverse("requisition_new"), {"message": message}).context["form"]
    assert form["organisation_id"].value() == world.hospital.pk
    assert str(form["needed_by"].value()) == "2020-02-06"


def test_a_message_without_goods_says_what_to_do(office: Any, as_user: Any) -> None:
    coordinator = as_user("coordinator")
    assert "没有读到物资和数量" in coordinator.post(reverse("requisition_new"), {"message": "辛苦了"}).content.decode()
    assert "请先粘贴消息的文字" in coordinator.post(reverse("requisition_new"), {"message": " "}).content.decode()
    long = coordinator.post(reverse("requisition_new"), {"message": "口" * 20_001}).content.decode()
    assert "请分几次粘贴" in long


def test_request_beyond_its_use_is_marked_with_its_figures_and_approved_all_the_same(office: Any, as_user: Any) -> None:
    from liangcao.operations.demand.inputs import RequisitionLineInput
    from tests.factories.demand import approve, make_requisition

    world = office.world
    lines = [RequisitionLineInput(world.mask.pk, 5_000, daily_use=100), RequisitionLineInput(world.n95.pk, 300)]
    made = make_requisition(world, lines=lines)
    allocator = as_user("allocator")
    text = allocator.get(reverse("requisition_approval", args=[made.pk])).content.decode()
    for word in ("请求偏高", "申领 5,000,超过 14 天用量 1,400", "日用量未报"):
        assert word in text
    approve(world, made)
    assert "请求偏高" in allocator.get(reverse("requisition", args=[made.pk])).content.decode()
    page = allocator.get(reverse("demand_lines"), {"over": "1"})
    assert [row.item_id for row in page.context["list"].slice.rows] == [world.mask.pk]
    assert "超过 14 天用量 1,400" in page.content.decode()
    assert "1,400" in as_user("u05").get(reverse("portal_requisition", args=[made.pk])).content.decode()


def test_cut_is_told_on_the_bar_and_as_text(office: Any, as_user: Any) -> None:
    from tests.factories.demand import approve, make_requisition

    approve(office.world, make_requisition(office.world), 800)
    text = as_user("allocator").get(reverse("demand_lines")).content.decode()
    assert "核减 200:按库存核减</title>" in text
    assert "核减 200:按库存核减</span>" in text
    assert "核减 200:按库存核减</span>" in as_user("u05").get(reverse("portal_home")).content.decode()


def test_gap_becomes_a_task_once(office: Any, as_user: Any) -> None:
    from liangcao.operations.duty.models import Task
    from tests.factories.allocation import ask
    from tests.factories.duty import make_colleague

    world = office.world
    ask(world, world.hospital, 25_005)
    allocator, buyer = as_user("allocator"), make_colleague(world, "采购员示例", "buyer")
    page = reverse("replenishment_new", args=[world.mask.pk])
    for list_page in ("demand", "replenishment_list"):
        assert f'href="{page}"' in allocator.get(reverse(list_page)).content.decode()
        assert f'href="{page}"' not in as_user("storekeeper").get(reverse(list_page)).content.decode()
    text = allocator.get(page).content.decode()
    assert "待分配 25,005,库内可分 20,000,待到货 0:缺口 5,005 只" in text
    assert 'value="5010"' in text or 'value="5,010"' in text
    sent = {
        "quantity": "5,010", "owner_id": buyer.person.pk, "due_at": "2020-01-01T18:00", "client_id": str(uuid4()),
    }  # fmt: skip
    refused = allocator.post(page, sent)
    assert refused.status_code == 400
    assert "已经过了" in refused.content.decode()
    due = (NOON + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    done = allocator.post(page, sent | {"due_at": due}, follow=True)
    task = Task.objects.get()
    assert done.redirect_chain == [(reverse("task", args=[task.pk]), 303)]
    text = done.content.decode()
    for word in ("交办时缺口", "5,005 只", "5,010 只", "还缺", "采购员示例"):
        assert word in text
    assert allocator.get(page).headers["Location"] == reverse("task", args=[task.pk])
    assert task.number in allocator.get(reverse("demand")).content.decode()
    world.put_in(world.mask, 6_000)
    assert "缺口已补上" in allocator.get(reverse("task", args=[task.pk])).content.decode()
    assert "缺口已补上" in allocator.get(reverse("replenishment_list"), {"task": "1"}).content.decode()


def test_item_without_a_gap_is_refused_and_one_nobody_knows(office: Any, as_user: Any) -> None:
    allocator, world = as_user("allocator"), office.world
    sent = {"quantity": "1", "owner_id": "1", "due_at": "2020-02-09T18:00", "client_id": str(uuid4())}
    assert allocator.post(reverse("replenishment_new", args=[world.mask.pk]), sent).status_code in (400, 409)
    assert allocator.get(reverse("replenishment_new", args=[999_999])).status_code == 400
