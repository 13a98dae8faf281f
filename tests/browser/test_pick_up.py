"""12.28 t of disinfectant to 112 enterprises between 12:00 and 19:00, never more than four at once: in a browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

CAPACITY, MINUTES, UNITS, KILOS = 4, 15, 112, 12_280


@pytest.mark.browser
@pytest.mark.slow
def test_112_enterprises_fetch_disinfectant_in_slots(live_app: Any, new_page: Callable[..., Any]) -> None:
    from liangcao.foundation.kernel.clock import LOCAL, business_date, day_start, now
    from liangcao.reference.parties.queries import moment
    from tests.factories.accounts import make_office
    from tests.factories.pickup import SAFETY, add_units, make_deliveries

    office = make_office()
    world = office.world
    units = add_units(world, UNITS)
    shares = {unit.pk: 100 for unit in units} | {unit.pk: 260 for unit in units[:6]}
    shares[units[6].pk] += KILOS - sum(shares.values())
    make_deliveries(world, shares)
    noon = day_start(business_date(moment(world.bureau.pk, now()))) + timedelta(days=1, hours=12)

    page = new_page()
    page.allowed_errors.append("409")
    page.goto(f"{live_app.url}/login/")
    page.fill("#id_username", "coordinator")
    page.fill("#id_password", office.password)
    page.click("main button[type=submit]")
    page.goto(f"{live_app.url}/dispatch/pick-ups/")
    page.get_by_role("link", name="安排自提").first.click()
    page.select_option("#id_store", str(world.store.pk))
    page.fill("#id_opens_at", noon.astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M"))
    page.fill("#id_closes_at", (noon + timedelta(hours=7)).astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M"))
    page.fill("#id_minutes", "60")
    page.fill("#id_capacity", str(CAPACITY))
    page.fill("#id_safety_text", SAFETY)
    page.click("main form button[type=submit]")
    # Seven slots of an hour are too few: the refusal says how many are missing, and what was filled in is kept.
    page.wait_for_selector("text=还要加 21 个时段")
    page.fill("#id_minutes", str(MINUTES))
    page.click("main form button[type=submit]")
    page.wait_for_selector("text=时段已排好")

    turns = _turns(world)
    assert len(turns) == UNITS and sum(turn.quantity for turn in turns) == KILOS
    for minute in range(7 * 60):
        at = noon + timedelta(minutes=minute)
        assert sum(turn.slot.starts_at <= at < turn.slot.ends_at for turn in turns) <= CAPACITY
    assert all(noon <= turn.slot.starts_at and turn.slot.ends_at <= noon + timedelta(hours=7) for turn in turns)
    bars = page.locator("svg.bar")
    assert bars.count() == 7 * 60 // MINUTES
    assert {bars.nth(n).get_attribute("aria-label") for n in range(bars.count())} <= {"4 / 4"}

    # Every slot is full: nobody can be moved, and the refusal says so.
    page.get_by_role("link", name="示例企业 1", exact=True).first.click()
    page.get_by_role("link", name="改时段").click()
    page.wait_for_selector("#id_slot")
    page.locator("form button[type=submit]:has-text('改到这个时段')").click()
    page.wait_for_selector("text=后面的时段也都满了")
    page.goto(f"{live_app.url}/dispatch/pick-ups/")
    page.locator("tbody a").first.click()
    page.get_by_role("link", name="通知文字和二维码").click()
    assert page.locator(".pick-up-slips svg").count() == UNITS
    assert "示例企业 112" in page.locator("#group-text").input_value()


def _turns(world: Any) -> list[Any]:
    from liangcao.operations.pickup.queries import turns

    return list(turns(world.system).order_by("pk"))
