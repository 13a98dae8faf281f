"""A lot that a hospital signed for and gave on to two wards is recalled: the holders are listed with whom to ring, the
goods come back into quarantine, are written off, and another person closes the matter."""

from __future__ import annotations

from typing import Any

from liangcao.ledger import verify
from tests.factories.accounts import Office
from tests.factories.walking import Login


def hand_out(office: Office) -> Any:
    """The hospital has 60 of 100 masks of one lot; 20 are on their way to the second one."""
    from tests.factories.recall import give

    world = office.world
    lot, _ = world.put_in(world.mask, 100)
    give(world, lot, 60)
    give(world, lot, 20, world.second_hospital, signed=False)
    return lot


def test_recalled_from_two_wards_through_the_pages(office: Office, person: Login) -> None:
    lot = hand_out(office)
    coordinator = person("coordinator")
    name_contact(coordinator, office)
    ward = person("u05", width=390, height=844)
    gives_on(ward)
    number = recalls(coordinator, lot)
    answers(ward)
    keeper = person("storekeeper")
    stopped(keeper, office)
    gives_back(ward)
    takes_in(keeper)
    lists(coordinator, number)
    writes_off(keeper, coordinator, lot)
    closes(coordinator, person("leader"), number)
    assert verify.verify_book(office.world.system, office.world.bureau.pk).ok


def name_contact(coordinator: Any, office: Office) -> None:
    """Whom to ask for at the hospital."""
    coordinator.go(f"/settings/organisations/{office.world.hospital.pk}/")
    coordinator.act("修改", button="保存", contact="设备科", phone="0579-6021").says("设备科", "0579-6021")


def gives_on(ward: Any) -> None:
    """The hospital writes down its wards; more than it has is refused."""
    ward.follow("手里的货").says("一次性医用口罩 60 只").follow("登记分发").says("手里还有 60 只")
    ward.fill(lines_0__holder="一病区", lines_0__quantity=70).press("登记").says("最多 60,填的是 70")
    ward.fill(lines_0__quantity=25, lines_0__phone="内线 6021", lines_1__holder="二病区", lines_1__quantity=15)
    ward.press("登记").says("已分给下面 40 只", "一病区", "内线 6021", "二病区")


def recalls(coordinator: Any, lot: Any) -> str:
    """From the page of the lot."""
    coordinator.go(f"/stock/lots/{lot}/").says("还在那里", "一病区", "25 只")
    coordinator.page.locator(".page-acts").get_by_role("link", name="召回", exact=True).click()
    dialog = coordinator.page.locator("#dialog-body form")
    dialog.wait_for()
    assert "在途 20、在单位 60" in dialog.inner_text()
    dialog.locator("[name='reason']").fill("抽检不合格")
    with coordinator.page.expect_navigation():
        dialog.get_by_role("button", name="发起召回").click()
    coordinator.says("召回中", "设备科", "0579-6021", "未回复", "一病区", "在库 · 一号库", "20 只")
    return str(coordinator.path)


def answers(ward: Any) -> None:
    """The hospital reads it on top of its home and says what is left."""
    ward.go("/portal/").says("请停用这些物资", "立即停止使用").follow("看批次,报数").says("一并通知停用", "内线 6021")
    ward.fill(lines_0__quantity=61).press("已停用").says("账上有 60 只,填的是 61")
    ward.fill(lines_0__quantity=55).press("已停用").says("已收到", "已回复停用")


def stopped(keeper: Any, office: Office) -> None:
    """Nothing of it can be given out."""
    keeper.go("/dispatch/emergency-issues/new/")
    world = office.world
    keeper.fill(
        store_id=world.store.name, organisation_id="示例医院一", lines_0__item_id="一次性医用口罩", lines_0__quantity=1,
        leader="示例组长", reason="急用", limit_note="1 只", carrier="示例车",
    )  # fmt: skip
    keeper.page.locator("main form button[type=submit]").last.click()
    keeper.page.locator("main", has_text="可用 0 只").wait_for()


def gives_back(ward: Any) -> None:
    """What went to the wards comes back first."""
    ward.go("/portal/holdings/").follow("退回物资")
    ward.fill(lines_0__quantity=55, reason="召回退回").press("提出退回").says("最多 20,填的是 55")
    for left in ("一病区", "二病区"):
        ward.go("/portal/holdings/")
        card = ward.page.locator(".card-row", has_text=left)
        with ward.page.expect_navigation():
            card.get_by_role("link", name="收回").click()
        ward.fill(reason="召回").press("登记收回").says("已收回")
    ward.follow("退回物资").fill(lines_0__quantity=55, reason="召回退回").press("提出退回").says("待收回", "报 55 只")


def takes_in(keeper: Any) -> None:
    """Counted at the counter: 54; the store is refused for recalled goods."""
    keeper.go("/stock/returns/?status=asked")
    keeper.page.locator("table.rows tbody a").first.click()
    keeper.page.wait_for_url("**/returns/*/")
    keeper.follow("收回", exact=True).fill(lines_0__quantity=54, brought_by="示例送货人", place="在库,可再发")
    keeper.press("收回").says("只能收进待检区")
    keeper.fill(place="待检区").press("收回").says("已收回", "54 只", "待检区")


def lists(coordinator: Any, number: str) -> None:
    """The list shows what came back and what is missing; it is a workbook too."""
    coordinator.go(number).says("已停用", "54 只", "6 只", "待检 · 一号库")
    with coordinator.page.expect_download() as made:
        coordinator.page.get_by_role("link", name="导出持有单位").click()
    assert made.value.suggested_filename.endswith(".xlsx")


def writes_off(keeper: Any, coordinator: Any, lot: Any) -> None:
    """What came back is written off by two people."""
    from liangcao.ledger.models import Lot

    code = Lot.objects.get(pk=lot).code
    keeper.go(f"/stock/write-offs/new/?store=S1&lot={code}").fill(
        lines_0__quantity=20, lines_1__quantity=54, reason="召回销毁"
    ).press("提出报损").says("待批准")
    coordinator.go(keeper.path).act("批准报损").says("已报损")


def closes(coordinator: Any, leader: Any, number: str) -> None:
    """Who began it does not lift it; another closes it, and the lot stays stopped."""
    coordinator.go(number)
    assert coordinator.page.get_by_role("link", name="解除召回").count() == 0
    leader.go(number).act("办结召回", button="办结", reason="已销毁,余 6 只单位用完").says("已办结", "仍停用")
