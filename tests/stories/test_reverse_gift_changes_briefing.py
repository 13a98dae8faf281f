"""Reversing a gift through its page changes the briefing; what has moved on stays out and is named in numbers."""

from __future__ import annotations

from liangcao.ledger import queries as ledger
from liangcao.ledger import verify
from tests.factories.accounts import Office
from tests.factories.walking import Login, Walker


def test_reversing_a_gift_through_the_page_changes_the_briefing(office: Office, person: Login) -> None:
    world = office.world
    keeper = person("storekeeper")
    receive(keeper)
    receipt = keeper.path
    coordinator = person("coordinator")
    coordinator.go("/briefing/").says("50,000")
    keeper.go(receipt).follow("冲红").says("将冲红 1 张单据、1 个批次,共 50,000 只")
    keeper.fill(reason="同一批登记了两次", lines_0__quantity_good="48,000").press("冲红").says("已冲红", "48,000 只")
    coordinator.go("/briefing/").says("2,000")
    assert "50,000" not in coordinator.text
    stock = ledger.stock_by_item(world.system, world.bureau.pk, on=world.emergency.started_on)
    assert stock[world.mask.pk].store == 2_000
    assert verify.verify_book(world.system, world.bureau.pk).ok


def receive(keeper: Walker) -> None:
    """Nobody announced it: who brought it, and what."""
    keeper.go("/supply/arrivals/").follow("没有通知的到货")
    keeper.fill(kind="捐赠", counterparty_id="示例捐赠人", store_id="一号库", lines_0__item_id="一次性医用口罩")
    keeper.fill(lines_0__quantity_good="50,000").press("入库").says("入库单", "50,000 只")
