"""The portal: asking in the unit's own words, signing, and seeing nothing of others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.urls import reverse

from tests.factories.world import NOON


def asked(**row: Any) -> dict[str, Any]:
    """The form of a unit that asks for one thing."""
    head = {"urgency": "normal", "client_id": str(uuid4()), "lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 0}
    return {**head, **{f"lines-0-{name}": value for name, value in row.items()}}


def test_unit_asks_in_packs(office: Any, as_user: Any) -> None:
    sent = asked(item_id=office.world.mask.pk, quantity=3, unit="箱", on_hand=100, daily_use=200)
    text = as_user("u05").post(reverse("portal_requisition_new"), sent, follow=True).content.decode()
    assert "要 1,440 只" in text
    assert "待审核" in text


def test_amount_may_be_unknown_but_not_forgotten(office: Any, as_user: Any) -> None:
    ward = as_user("u05")
    answer = ward.post(reverse("portal_requisition_new"), asked(item_id=office.world.mask.pk))
    assert answer.status_code == 400
    assert "说不清就勾选" in answer.content.decode()
    sent = asked(item_id=office.world.mask.pk, is_unknown="on")
    assert "数量不详" in ward.post(reverse("portal_requisition_new"), sent, follow=True).content.decode()


def test_usual_items_stand_ready_with_the_last_amount(office: Any, as_user: Any) -> None:
    from tests.factories.demand import make_requisition

    make_requisition(office.world, None, (office.world.mask, 2_000))
    text = as_user("u05").get(reverse("portal_requisition_new")).content.decode()
    assert "上次要 2,000 只" in text


def test_everything_whole_is_one_tap_and_a_name(office: Any, as_user: Any) -> None:
    from tests.factories.dispatch import hand_over, make_delivery

    delivery = hand_over(office.world, make_delivery(office.world))
    ward = as_user("u05")
    assert "一次性医用口罩 100 只" in ward.get(reverse("portal_home")).content.decode()
    line = delivery.lines.get()
    sent = {
        "is_whole": "yes", "signed_name": "护士长示例", "client_id": str(uuid4()),
        "lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 1, "lines-0-line_id": line.pk,
    }  # fmt: skip
    text = ward.post(reverse("portal_receipt", args=[delivery.pk]), sent, follow=True).content.decode()
    assert "谢谢" in text
    assert "护士长示例" in text
    assert "目前没有别的货在路上" in text


def test_stale_need_is_asked_about(office: Any, as_user: Any) -> None:
    from tests.factories.demand import make_requisition_line

    line = make_requisition_line(office.world, at=NOON - timedelta(days=4))
    ward = as_user("u05")
    assert "这些还需要吗" in ward.get(reverse("portal_home")).content.decode()
    sent = {"on_hand": "0", "daily_use": "50", "client_id": str(uuid4())}
    text = ward.post(reverse("portal_confirmation", args=[line.pk]), sent, follow=True).content.decode()
    assert "已确认" in text
    assert "这些还需要吗" not in text


def standing(lines: list[Any], *, only: int | None = None, **on_hand: str) -> dict[str, Any]:
    """The form of needs to confirm, with the stock of some by their place."""
    head = {"client_id": str(uuid4()), "lines-TOTAL_FORMS": len(lines), "lines-INITIAL_FORMS": len(lines)}
    rows = {f"lines-{place}-line_id": line.pk for place, line in enumerate(lines)}
    told = {f"lines-{place}-on_hand": on_hand.get(f"row_{place}", "") for place in range(len(lines))}
    return {**head, **rows, **told, **({"only": only} if only else {})}


def test_one_tap_for_one_need_and_one_for_all(office: Any, as_user: Any) -> None:
    from tests.factories.demand import approve, make_requisition

    world, old = office.world, NOON - timedelta(days=4)
    made = approve(world, make_requisition(world, None, (world.mask, 500), (world.n95, 20), (world.alcohol, 3), at=old))
    lines, ward, page = list(made.lines.order_by("line")), as_user("u05"), reverse("portal_confirmations")
    home = ward.get(reverse("portal_home")).content.decode()
    assert "全部仍需要(3 条)" in home
    assert home.count('name="only"') == 3
    sent = standing(lines, only=lines[0].pk, row_0="12")
    for _ in range(2):
        assert ward.post(page, sent).status_code == 303
    stale = [line.refresh_from_db() or line.confirmed_at == old for line in lines]
    assert (stale, lines[0].on_hand) == ([False, True, True], 12)
    other = sent | {"only": lines[1].pk}
    assert ward.post(page, other).status_code == 303, "the buttons of one page have ids of their own"
    refused = ward.post(page, standing(lines, row_2="-1"))
    assert refused.status_code == 400
    text = ward.post(page, standing(lines), follow=True).content.decode()
    assert "已确认" in text
    assert "这些还需要吗" not in text


def test_needs_of_others_are_not_confirmed(office: Any, as_user: Any) -> None:
    from tests.factories.demand import make_requisition_line

    foreign = make_requisition_line(office.world, office.world.second_hospital, at=NOON - timedelta(days=4))
    assert as_user("u05").post(reverse("portal_confirmations"), standing([foreign])).status_code == 404
    assert as_user("u05").get(reverse("portal_confirmations")).status_code == 200


def test_unit_withdraws_what_it_does_not_need(office: Any, as_user: Any) -> None:
    from tests.factories.demand import make_requisition

    requisition = make_requisition(office.world)
    sent = {"reason": "已自行解决", "version": requisition.version, "client_id": str(uuid4())}
    page = reverse("portal_withdrawal", args=[requisition.pk])
    assert "已撤回" in as_user("u05").post(page, sent, follow=True).content.decode()


def test_units_see_nothing_of_each_other(office: Any, as_user: Any) -> None:
    from tests.factories.demand import make_requisition_line
    from tests.factories.dispatch import hand_over, make_delivery

    line = make_requisition_line(office.world)
    other = as_user("u06")
    for name, key in (("portal_requisition", line.requisition_id), ("portal_confirmation", line.pk)):
        assert other.get(reverse(name, args=[key])).status_code == 404, name
    delivery = hand_over(office.world, make_delivery(office.world))
    for name in ("portal_receipt", "portal_thanks"):
        assert other.get(reverse(name, args=[delivery.pk])).status_code == 404, name


def test_desk_pages_send_a_unit_home(office: Any, as_user: Any) -> None:
    answer = as_user("u05").get(reverse("demand"))
    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse("portal_home")


def test_a_unit_pastes_its_message(office: Any, as_user: Any) -> None:
    from liangcao.operations.demand.models import Requisition
    from tests.factories.demand import make_requisition

    make_requisition(office.world, None, (office.world.mask, 2_000))
    asked_before = Requisition.objects.count()
    message = f"急需{office.world.mask.name}500只,宝葫芦30个"
    answer = as_user("u05").post(reverse("portal_requisition_new"), {"message": message})
    usual, other, *_ = answer.context["form"].lines.forms
    assert (answer.status_code, Requisition.objects.count()) == (200, asked_before)
    assert (usual.known.item, usual["quantity"].value()) == (office.world.mask, 500)
    assert (other["item_id"].value(), other["quantity"].value()) == (None, 30)
    assert answer.context["form"]["note"].value() == message
