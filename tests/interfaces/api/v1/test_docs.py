"""The documentation page: every call, in the reader's language, from our own files alone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from liangcao.interfaces.api.v1 import docs
from liangcao.interfaces.api.v1.urls import api

pytestmark = pytest.mark.django_db


def named() -> set[tuple[str, str]]:
    paths = api.get_openapi_schema()["paths"].items()
    return {
        (call["tags"][0], f"{method.upper()} {path.removeprefix('/api/v1')}")
        for path, calls in paths
        for method, call in calls.items()
    }


def test_every_call_has_its_chinese_sentence() -> None:
    held = {(tag, name) for tag, rows in docs.sentences().items() for name in rows}
    assert held == named(), "sentences.toml has a line for each call, and for no other"
    for tag, rows in docs.sentences().items():
        assert docs.title(tag, is_english=False) != tag
        assert all(re.search("[一-鿿]", sentence) for sentence in rows.values())


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "提交申领"), ("en", "Ask for goods")])
def test_the_page_shows_every_call_in_the_readers_language(language: str, word: str) -> None:
    client = Client()
    client.cookies["language"] = language
    answer = client.get("/api/v1/docs")
    page = answer.content.decode()
    assert answer.status_code == 200 and word in page
    assert page.count("<details") == len(named())


def test_nothing_comes_from_another_host_and_no_script_stands_in_the_page() -> None:
    answer = Client().get("/api/v1/docs")
    page = answer.content.decode()
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "://" not in policy
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
    assert not re.search(r"<style|\sstyle=|\son\w+=", page)
    assert all('src="/static/' in tag for tag in re.findall(r"<script[^>]*>", page))


def test_a_body_is_shown_with_its_fields_and_an_example() -> None:
    calls = {f"{call.method} {call.address}": call for _, group in docs.groups(api, is_english=True) for call in group}
    filing: Any = calls["POST /requisitions"]
    fields = {field.name: field for field in filing.fields}
    assert fields["lines[].item"].is_required and "[object]" in fields["lines"].kind
    assert '"lines": [' in filing.example
    assert {"Idempotency-Key"} <= {field.name for field in filing.parameters}
