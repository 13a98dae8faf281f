"""An auditor reads the journal in the browser; a page that goes to the printer says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.factories.accounts import make_office
from tests.factories.walking import Walker


def test_an_auditor_finds_who_reached_too_far(live_app: Any, new_page: Callable[..., Any]) -> None:
    from liangcao.foundation.journal.models import JournalEntry

    office = make_office()
    office.world.put_in(office.world.mask, 500)
    keeper = new_page()
    keeper.allowed_errors = ["404", "403"]
    Walker(keeper, live_app.url).log_in("storekeeper")
    assert keeper.goto(f"{live_app.url}/journal/").status == 403
    keeper.goto(f"{live_app.url}/stock/")
    with keeper.expect_response(lambda answer: "/journal/prints/" in answer.url) as told:
        keeper.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert told.value.status == 204
    assert JournalEntry.objects.get(action="print").object_ref == "stock"
    auditor = Walker(new_page(), live_app.url).log_in("auditor")
    auditor.go("/journal/?result=refused")
    auditor.follow("操作日志:查看")
    for words in ("岗位不允许", "127.0.0.1", "操作日志 journal"):
        assert words in auditor.text
