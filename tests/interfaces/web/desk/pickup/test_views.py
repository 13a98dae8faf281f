"""A pick-up through its pages: arranged, announced, acknowledged on the portal, checked in, handed over, ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from liangcao.foundation.kernel.clock import LOCAL, now
from liangcao.operations.dispatch.models import Delivery
from liangcao.operations.pickup import queries
from liangcao.operations.pickup.models import PickUp, PickUpSlot, PickUpTurn
from liangcao.reference.parties.queries import moment
from tests.factories.dispatch import make_published, prepare
from tests.factories.pickup import SAFETY, announce, arrange, open_now

pytestmark = pytest.mark.django_db


def sent(**values: Any) -> dict[str, Any]:
    return {"client_id": str(uuid4())} | values


def _now(world: Any) -> datetime:
    """The bureau's moment, which an exercise shifts."""
    return moment(world.bureau.pk, now())


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def test_from_slots_to_the_counter(office: Any, as_user: Any) -> None:
    world, keeper, desk = office.world, as_user("storekeeper"), as_user("coordinator")
    plan = make_published(world)
    assert "还没有自提安排" in text(desk.get(reverse("pick_up_list")))
    opens_at, closes_at = (at.astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M") for at in open_now(_now(world)))
    asked = {"store": world.store.pk, "plan": plan.pk, "opens_at": opens_at, "closes_at": closes_at, "minutes": "120",
             "capacity": "2", "safety_text": SAFETY}  # fmt: skip
    refused = desk.post(reverse("pick_up_new"), sent(**asked))
    assert refused.status_code == 409 and "没有等单位来领的配送单" in refused.content.decode()
    prepare(world, plan)
    assert desk.post(reverse("pick_up_new"), sent(**asked)).status_code == 303
    held = PickUp.objects.get()
    place, turn = [held.pk], held.turns.get()
    page = text(desk.get(reverse("pick_up", args=place)))
    assert "1 / 2" in page and "待通知" in page and SAFETY in page
    assert desk.post(reverse("pick_up_announcement", args=place), sent()).status_code == 303
    told = text(desk.get(reverse("pick_up_notices", args=place)))
    assert "【自提通知】" in told and "<svg" in told and world.hospital.name in told
    page = text(keeper.get(reverse("pick_up_turn", args=[turn.pk])))
    assert "到场登记" in page and "还没有确认" in page
    way = reverse("pick_up_turn_check_in", args=[turn.pk])
    unread = keeper.post(way, sent(fetcher="示例车 2"))
    assert unread.status_code == 409 and "还没有确认安全须知" in unread.content.decode()
    assert keeper.post(way, sent(fetcher="示例车 2", acknowledged_by="示例司机")).status_code == 303
    assert desk.post(reverse("pick_up_turn_hand_over", args=[turn.pk]), sent(signed_name="示例司机")).status_code == 403
    assert (
        keeper.post(reverse("pick_up_turn_hand_over", args=[turn.pk]), sent(signed_name="示例司机")).status_code == 303
    )
    assert Delivery.objects.get(pk=turn.delivery_id).status == "in_transit"
    assert "按岗位分离规定" in text(keeper.get(reverse("pick_up_turn", args=[turn.pk])))
    assert desk.post(reverse("pick_up_closure", args=place), sent()).status_code == 303
    assert "已结束" in text(desk.get(reverse("pick_up_list")))


def test_another_slot_no_shows_and_the_end(office: Any, as_user: Any) -> None:
    world, desk = office.world, as_user("coordinator")
    prepare(world, make_published(world))
    opens_at, closes_at = open_now(_now(world))
    held = announce(world, arrange(world, opens_at=opens_at, closes_at=closes_at, minutes=60))
    turn = held.turns.get()
    first, second = queries.slots(world.system, held.pk)
    way = reverse("pick_up_turn_slot", args=[turn.pk])
    assert "还剩 2 个" in text(desk.get(way))
    assert desk.post(way, sent(slot=second.pk)).status_code == 303
    assert PickUpTurn.objects.get().slot_id == second.pk
    nobody = desk.post(reverse("pick_up_no_shows", args=[held.pk]), sent())
    assert nobody.status_code == 409 and "没有可重排的单位" in nobody.content.decode()
    PickUpTurn.objects.update(slot=first)
    PickUpSlot.objects.filter(pk=second.pk).update(taken=0)
    past = opens_at - timedelta(hours=3)
    PickUpSlot.objects.filter(pk=first.pk).update(taken=1, starts_at=past, ends_at=past + timedelta(hours=1))
    page = text(desk.get(reverse("pick_up", args=[held.pk])))
    assert "1 个单位的时段已过" in page
    assert "有单位未到场的自提安排" in text(desk.get(reverse("home")))
    assert desk.post(reverse("pick_up_no_shows", args=[held.pk]), sent()).status_code == 303
    assert PickUpTurn.objects.get().slot_id == second.pk
    end = reverse("pick_up_cancellation", args=[held.pk])
    assert desk.post(end, sent(reason=" ")).status_code == 400
    assert desk.post(end, sent(reason="大雪封路")).status_code == 303
    assert "大雪封路" in text(desk.get(reverse("pick_up", args=[held.pk])))


def test_a_unit_sees_acknowledges_and_changes_its_own_turn(office: Any, as_user: Any) -> None:
    world = office.world
    unit = as_user(world.hospital.code.lower())
    prepare(world, make_published(world))
    tomorrow = open_now(_now(world) + timedelta(days=1))
    held = arrange(world, opens_at=tomorrow[0], closes_at=tomorrow[1], minutes=60)
    turn = held.turns.get()
    page = reverse("portal_pick_up_turn", args=[turn.pk])
    assert unit.get(page).status_code == 404
    announce(world, held)
    assert "请按时段来领" in text(unit.get(reverse("portal_home")))
    shown = text(unit.get(page))
    assert SAFETY in shown and "<svg" in shown
    assert (
        unit.post(reverse("portal_pick_up_turn_acknowledgement", args=[turn.pk]), sent(name="示例司机")).status_code
        == 303
    )
    assert "示例司机" in text(unit.get(page))
    slot = queries.slots(world.system, held.pk)[1]
    assert unit.post(reverse("portal_pick_up_turn_slot", args=[turn.pk]), sent(slot=slot.pk)).status_code == 303
    assert PickUpTurn.objects.get().slot_id == slot.pk
    assert unit.get(reverse("pick_up", args=[held.pk])).status_code in (302, 403)
