"""The contact list of a bureau of forty people is one sheet of paper, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

PEOPLE = 40
PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")


@pytest.mark.browser
@pytest.mark.slow
def test_the_contact_list_of_forty_people_prints_on_one_sheet(live_app: Any, new_page: Callable[..., Any]) -> None:
    from tests.factories.accounts import make_office

    office = make_office()
    appoint_many(office.world)
    page = new_page()
    page.goto(f"{live_app.url}/login/")
    page.fill("#id_username", "leader")
    page.fill("#id_password", office.password)
    page.click("main button[type=submit]")
    for language in ("", "en"):
        if language:
            page.locator("form[action='/language/'] button").first.click()
        page.goto(f"{live_app.url}/duty/contacts/")
        assert page.locator(".contact-groups tbody tr").count() == PEOPLE
        assert len(PAGE.findall(page.pdf(format="A4", prefer_css_page_size=True))) == 1, language


def appoint_many(world: Any) -> None:
    """Five groups of eight, one of them with people whom other departments sent, and three posts."""
    from liangcao.operations.duty.actions import add_member
    from liangcao.operations.duty.queries import groups
    from tests.factories.duty import make_colleague, make_duty_post, make_working_group
    from tests.factories.world import NOON

    for place, name in enumerate(("值班台", "带班领导", "夜间仓库")):
        make_duty_post(world, f"post{place}", name=name, name_en="", is_public=place == 0)
    make_working_group(world)
    held = list(groups(world.system, world.bureau.pk))[1:6]
    for number in range(PEOPLE):
        place, group = number // len(held), held[number % len(held)]
        add_member(
            group_id=group.pk,
            person_id=make_colleague(world, f"经办人员{number + 1:02}").person.pk,
            position="head" if place == 0 else "contact" if place == 1 else "member",
            valid_from=date(2020, 2, 1),
            seconded_from="市卫生健康委员会" if place % 2 else "",
            phone=f"0579-00000{number:02} 转 8{number:02}",
            by=world.actor("coordinator"),
            at=NOON,
            client_id=uuid4(),
        )
