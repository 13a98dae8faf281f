"""Refusals and faults as pages: a sentence, the right status, never a 500 for a refusal."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from liangcao.foundation.kernel.errors import Conflict, Invalid, KeyReused, NotFound, Refusal, Unavailable
from liangcao.interfaces.web import refusals


def test_refusal_on_a_page_has_its_status_and_sentence(storekeeper: Any) -> None:
    answer = storekeeper.get(reverse("lot", args=[uuid4()]))
    assert answer.status_code == 404
    text = answer.content.decode()
    assert "本台账没有批次" in text
    assert answer["X-Request-Id"] in text


def test_refusal_speaks_english_to_english_readers(storekeeper: Any) -> None:
    storekeeper.post(reverse("switch_language"), {"language": "en"})
    assert "This book has no lot" in storekeeper.get(reverse("lot", args=[uuid4()])).content.decode()


def test_refusal_for_htmx_is_the_box_alone(storekeeper: Any) -> None:
    answer = storekeeper.get(reverse("stock") + "?colour=red", headers={"HX-Request": "true"})
    assert answer.status_code == 400
    assert answer["HX-Retarget"] == "#refusal"
    assert "<html" not in answer.content.decode()


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (Invalid("A", "甲", "a"), 400),
        (NotFound(), 404),
        (Conflict("B", "乙", "b"), 409),
        (KeyReused("C", "丙", "c"), 422),
        (Unavailable("D", "丁", "d"), 503),
    ],
)
def test_answer_keeps_the_status(office: Any, rf: RequestFactory, refusal: Refusal, status: int) -> None:
    request = rf.get("/")
    request.LANGUAGE_CODE = "zh-hans"
    request.session = {}  # type: ignore[assignment]
    answer = refusals.answer(request, refusal)
    assert answer.status_code == status
    assert refusal.zh in answer.content.decode()


def test_told_lists_all_problems() -> None:
    refusal = Invalid("SEVERAL", "两处", "two", problems=[Invalid("A", "甲", "a"), Invalid("B", "乙", "b")])
    assert refusals.told(refusal, "zh-hans")["problems"] == ["甲", "乙"]


def test_form_without_token_is_refused_in_words(office: Any) -> None:
    answer = Client(enforce_csrf_checks=True).post(reverse("login"), {"username": "a", "password": "b"})
    assert answer.status_code == 403
    assert "安全令牌" in answer.content.decode()


def test_unknown_address_is_a_friendly_404(storekeeper: Any) -> None:
    answer = storekeeper.get("/nowhere/")
    assert answer.status_code == 404
    assert "没有这个页面" in answer.content.decode()


def test_fault_page_needs_no_session_and_names_the_request(rf: RequestFactory, caplog: Any) -> None:
    request = rf.get("/")
    request.request_id = "abc123def456"  # type: ignore[attr-defined]
    answer = refusals.server_error(request)
    assert answer.status_code == 500
    assert "abc123def456" in answer.content.decode()
