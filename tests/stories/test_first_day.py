"""The first day of one's own bureau, in a browser: from the one-time link to a live book. The steps are counted."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.factories.walking import PASSWORD, Walker

# Pages that the administrator and the two signers fill in and send, all of them together.
FORMS_MOST = 12


class Counted(Walker):
    """A walker that counts the forms that are sent."""

    sent = 0

    def send(self, button: str) -> Counted:
        """Press the button of the page's form."""
        Counted.sent += 1
        with self.page.expect_navigation():
            self.page.locator("main form button[type=submit]", has_text=button).first.click()
        return self


def workbook() -> bytes:
    """What was counted in the first store."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet("期初库存")
    sheet.write_row(0, 0, ("仓库", "物资", "批号", "失效日期", "单位", "数量"))
    sheet.write_row(1, 0, ("中心库", "KZ02", "20191201", "2099-12-01", "", 12_000))
    sheet.write_row(2, 0, ("中心库", "XD01", "", "", "", 300))
    book.close()
    return target.getvalue()


def enrolled(admin: Counted, window: Any, name: str, username: str, role: str) -> Counted:
    """The administrator adds somebody; the person opens the link and chooses a password."""
    admin.go("/settings/people/new/").fill(name=name, username=username, role=role)
    Counted.sent += 1
    admin.page.locator("main form.act button[type=submit]").click()
    link = re.search(r"/password/[\w-]+/", admin.page.locator("main").inner_html())
    if link is None:
        admin.page.wait_for_selector("text=/password/")
        link = re.search(r"/password/[\w-]+/", admin.page.locator("main").inner_html())
    assert link is not None, admin.text
    person = Counted(window(), admin.url)
    person.go(link.group())
    for field in person.page.locator("main input[type=password]").all():
        field.fill(PASSWORD)
    person.send("")
    person.log_in(username)
    return person


@pytest.mark.browser
@pytest.mark.slow
def test_from_the_link_to_a_live_book(live_app: Any, new_page: Any, tmp_path: Path) -> None:
    from liangcao.foundation.kernel.clock import now
    from liangcao.interfaces.commands.reference import load_reference
    from liangcao.ledger.verify import verify_book
    from liangcao.operations.supply.models import OpeningStock
    from liangcao.reference.parties.actions import make_first_start_link

    Counted.sent = 0
    load_reference(by_name="首次设置", at=now() - timedelta(minutes=1))
    secret = make_first_start_link(at=now())
    admin = Counted(new_page(), live_app.url).go(f"/first-start/{secret}/")
    admin.fill(
        bureau_name="示例区经信局",
        bureau_code="shili-qu",
        region="330784",
        name="管理员甲",
        username="gly",
        password=PASSWORD,
        repeated=PASSWORD,
    )
    admin.send("建立")
    admin.log_in("gly")

    admin.go("/first-day/").says("首日设置", "启动应急事件")
    assert admin.page.locator(".step-next").count() == 1
    admin.follow("启动").fill(name="疫情防控", started_on="2020-01-23")
    admin.send("启动")
    admin.go("/settings/stores/new/").fill(name="中心库", code="K1", shelves="A-01 A-02")
    # Disinfectant is a hazardous good: the store must say that it may hold it.
    admin.fill(hazard_classes="8")
    admin.send("添加")
    admin.go("/settings/organisations/new/").fill(name="示例医院", code="H01", kind="医院")
    admin.send("添加")
    keeper = enrolled(admin, new_page, "仓管员甲", "cangguan", "仓管员")
    leader = enrolled(admin, new_page, "组长甲", "zuzhang", "组长")

    file = tmp_path / "期初库存.xlsx"
    file.write_bytes(workbook())
    keeper.go("/first-day/").says("两人签字,台账启用")
    keeper.go("/first-day/opening-stock/file/").page.set_input_files("input[type=file]", str(file))
    keeper.send("导入")
    keeper.says("12,000", "300", "待点收签字")
    Counted.sent += 2
    keeper.act("签字:点库属实", button="签字")
    leader.go("/first-day/opening-stock/").act("复核签字,台账启用", button="签字并启用")
    leader.says("首日设置已全部完成")
    leader.go("/stock/").says("12,000")

    opening = OpeningStock.objects.get()
    assert opening.status == "live"
    from liangcao.foundation.identity.actor import Actor

    assert verify_book(Actor.system("核验", opening.bureau_id), opening.bureau_id).ok
    assert Counted.sent <= FORMS_MOST, f"{Counted.sent} forms were sent"
