"""A batch from above is split over the towns by population, to the piece, through the pages."""

from __future__ import annotations

from liangcao.ledger import verify
from liangcao.operations.dispatch import queries as dispatch
from tests.factories.accounts import Office
from tests.factories.walking import Login, Walker

BATCH = 10_000
# 50,000 : 30,000 : 19,999 of 99,999 people; the largest remainders take the pieces that are left.
SHARES = {"示例东镇": "5,000", "示例西镇": "3,000", "示例南镇": "2,000"}


def test_allotment_is_split_over_towns_by_population_through_the_pages(office: Office, person: Login) -> None:
    keeper = person("storekeeper", width=390, height=844)
    announce(person("coordinator"))
    receive(keeper)
    plan = share(person("allocator"))
    coordinator = person("coordinator").go(plan).act("送会商").says("已会商")
    person("leader").go(plan).act("签发").says("已签发")
    keeper.go(plan).act("生成配送单").says(*SHARES, *(f"{count} 只" for count in SHARES.values()))
    hand_over_everything(office, keeper)
    person("u07", width=390, height=844).says("5,000 只").follow("签收").fill(signed_name="镇里示例").press("签收")
    sign_for_the_others(office, coordinator)
    coordinator.go("/supply/").page.locator("table.rows .code").first.click()
    coordinator.page.wait_for_url("**/sources/*/")
    coordinator.follow("从来源到去向").says("10,000", *SHARES)
    assert verify.verify_book(office.world.system, office.world.bureau.pk).ok
    assert sum(row.quantity_sent for row in deliveries(office)) == BATCH


def announce(coordinator: Walker) -> None:
    """The notice of the batch."""
    coordinator.go("/supply/sources/new/").follow("登记上级下拨")
    coordinator.fill(counterparty_id="示例市保障组", document_ref="示例〔2020〕7号", lines_0__item_id="一次性医用口罩")
    coordinator.fill(lines_0__quantity=BATCH).press("登记").says("待到货", "示例〔2020〕7号")


def receive(keeper: Walker) -> None:
    """Everything has come: one tap fills in what was announced."""
    keeper.go("/supply/arrivals/").page.locator(".time-line a").first.click()
    keeper.page.wait_for_url("**/receipts/")
    keeper.page.get_by_role("button", name="按通知数全部到货").click()
    keeper.says("与通知相符")
    keeper.fill(store_id="一号库").press("入库").says("10,000 只")


def share(allocator: Walker) -> str:
    """From the receipt to the share: item, amount and lots stand ready, the towns are chosen."""
    allocator.go("/supply/receipts/").page.locator("table.rows .code").first.click()
    allocator.page.wait_for_url("**/receipts/*/")
    allocator.follow("按人口等比例分给各单位")
    assert allocator.page.input_value("[name=quantity]") == str(BATCH)
    allocator.press("试算").says("人口", *SHARES.values())
    return allocator.path


def deliveries(office: Office) -> list:
    """All deliveries of the bureau, the oldest first."""
    return list(dispatch.deliveries(office.world.system, bureau_id=office.world.bureau.pk).order_by("pk"))


def hand_over_everything(office: Office, keeper: Walker) -> None:
    """Each town's goods leave."""
    for delivery in deliveries(office):
        keeper.go(f"/dispatch/deliveries/{delivery.pk}/").act("交接出库", carrier="示例车 2").says("配送中")


def sign_for_the_others(office: Office, coordinator: Walker) -> None:
    """The other towns sent their signed slips: the desk writes them down."""
    for delivery in deliveries(office):
        if delivery.status == "in_transit":
            coordinator.go(f"/dispatch/deliveries/{delivery.pk}/").follow("代录签收")
            coordinator.fill(signed_name="镇里示例").press("签收").says("已签收")
