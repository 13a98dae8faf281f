"""The briefing: every figure opens its rows, an edition is frozen once."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

DAY = "2020-02-03"


def test_every_figure_opens_rows_that_add_up(as_user: Any) -> None:
    client = as_user("leader")
    text = client.get(reverse("briefing"), {"date": DAY}).content.decode()
    links = {unescape(link) for link in re.findall(r'href="([^"]*/entries/[^"]+)"', text)}
    assert len(links) > 4
    for link in links:
        answer = client.get(link)
        assert answer.status_code == 200
        assert answer.context["figure"].value == sum(_quantities(client, link))


def _quantities(client: Any, link: str) -> list[int]:
    import io

    import openpyxl

    page = openpyxl.load_workbook(io.BytesIO(client.get(f"{link}&format=xlsx").content)).active
    rows = list(page.iter_rows(values_only=True))
    if "数量" not in rows[2]:  # Money is written in words: 6,427,000.00 元.
        return []
    place = rows[2].index("数量")
    return [row[place] for row in rows[3:] if row[0] not in (None, "合计") and isinstance(row[place], int)]


@pytest.mark.parametrize("ending", ["docx", "pdf", "xlsx", "txt", "json"])
def test_files_of_the_day(as_user: Any, ending: str) -> None:
    answer = as_user("leader").get(reverse("briefing_file", args=[ending]), {"date": DAY})
    assert answer.status_code == 200
    assert len(answer.content) > 100


def test_freezing_twice_with_one_id_makes_one_edition(as_user: Any) -> None:
    client, posted = as_user("leader"), {"client_id": str(uuid4()), "note": "按会商意见执行"}
    address = f"{reverse('briefing_freezing')}?date={DAY}"
    first, second = client.post(address, posted), client.post(address, posted)
    assert first.status_code == 303
    assert first["Location"] == second["Location"]
    text = client.get(first["Location"]).content.decode()
    assert "按会商意见执行" in text
    for ending in ("docx", "xlsx"):
        assert client.get(f"{first['Location']}{ending}/").content[:2] == b"PK"


def test_freezing_without_change_is_refused(as_user: Any) -> None:
    client = as_user("leader")
    address = f"{reverse('briefing_freezing')}?date={DAY}"
    client.post(address, {"client_id": str(uuid4()), "note": ""})
    answer = client.post(address, {"client_id": str(uuid4()), "note": ""})
    assert answer.status_code == 409
    assert "没有变化" in answer.content.decode()


def test_freezing_is_not_for_everybody(storekeeper: Any) -> None:
    answer = storekeeper.post(reverse("briefing_freezing"), {"client_id": str(uuid4()), "note": ""})
    assert answer.status_code == 403


@pytest.mark.parametrize("query", ["date=heute", "date=2030-01-01"])
def test_day_that_cannot_be_is_refused(as_user: Any, query: str) -> None:
    assert as_user("leader").get(f"{reverse('briefing')}?{query}").status_code == 400


def test_unknown_figure_is_refused(as_user: Any) -> None:
    assert as_user("leader").get(reverse("figure_entries"), {"figure": "nothing.at.all"}).status_code == 400
