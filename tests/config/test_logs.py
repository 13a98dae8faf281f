"""Lines of the log: one for each event, with the number of the request, without numbers of persons."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from liangcao.config.logs import REQUEST_ID, JsonLines, TextLines, without_persons
from liangcao.foundation.identity.actions import make_token
from liangcao.foundation.identity.queries import user_by_name
from tests.factories.accounts import make_office
from tests.factories.world import NOON

IDENTITY, MOBILE = "11010119900307451X", "13812345678"


def record(message: str, *arguments: Any, exc_info: Any = None) -> logging.LogRecord:
    return logging.LogRecord("liangcao.x", logging.WARNING, "x.py", 1, message, arguments, exc_info)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (f"id {IDENTITY}.", "id [identity number]."),
        ("id 110101 1990 0307 451x", "id [identity number]"),
        (f"tel {MOBILE},", "tel [telephone],"),
        ("tel +86 138-1234-5678", "tel [telephone]"),
        ("tel 8613812345678", "tel [telephone]"),
        ("Authorization: Bearer abcdefghijkl", "Authorization: Bearer [secret]"),
        ("token=abcdefghijkl&x=1", "token=[secret]&x=1"),
        ("Not Found: /invitations/aB3_-xyzaB3_-xyz/", "Not Found: /invitations/[secret]/"),
        ("POST /password/aB3_-xyzaB3_-xyz/ 429", "POST /password/[secret]/ 429"),
        ("GET /settings/invitations/new/", "GET /settings/invitations/new/"),
        ("9100 rows, move 1234567890123456789", "9100 rows, move 1234567890123456789"),
        ("request 3f813812345678a1", "request 3f813812345678a1"),
        ("book-2020020301", "book-2020020301"),
    ],
)
def test_numbers_of_persons_are_blotted_out(text: str, written: str) -> None:
    """Somebody's identity number, telephone or token gets into a message: the log does not hold it."""
    assert without_persons(text) == written


def test_a_trace_holds_none_either() -> None:
    try:
        raise LookupError(f"no person {IDENTITY} {MOBILE}")
    except LookupError:
        made = record("failed", exc_info=sys.exc_info())
    for shape in (TextLines(), JsonLines()):
        line = shape.format(made)
        assert "LookupError" in line and IDENTITY not in line and MOBILE not in line


def test_nobody_writes_lines_of_his_own() -> None:
    """Somebody puts a line end and terminal colours into what is logged: it stays one line, written out."""
    line = TextLines().format(record("Not Found: %s", "/a\n2020-01-01 WARNING forged\r\x1b[31m"))
    assert line.count("\n") == 0 and "\x1b" not in line and "\\x1b" in line and "\\n" in line


def test_json_is_one_object_on_one_line() -> None:
    named = REQUEST_ID.set("abc123def456")
    line = JsonLines().format(record("缺货 %s", "a\nb"))
    REQUEST_ID.reset(named)
    read = json.loads(line)
    assert "\n" not in line and read["request"] == "abc123def456" and read["message"] == "缺货 a\\nb"
    assert set(read) == {"at", "level", "logger", "request", "message"} and read["at"].endswith("+08:00")


@pytest.mark.django_db
def test_lines_of_a_request_carry_its_number(caplog: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator reads the number on the page and finds the lines of that request, and only of that."""
    make_office()
    lines: list[str] = []
    monkeypatch.setattr(caplog.handler, "emit", lambda made: lines.append(TextLines().format(made)))
    answer = Client().get(f"/nowhere/{IDENTITY}/")
    assert any(answer["X-Request-Id"] in line and "Not Found" in line for line in lines)
    assert not [line for line in lines if IDENTITY in line]


@pytest.mark.django_db
def test_numbers_of_persons_in_requests_reach_no_line_and_no_answer(
    caplog: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the address, the question, a header, a form, a body, a name of a file, by page and by call, also where the
    request is broken: neither the log nor an error page repeats them."""
    office = make_office()
    lines: list[str] = []
    monkeypatch.setattr(
        caplog.handler, "emit", lambda made: lines.extend([TextLines().format(made), JsonLines().format(made)])
    )
    caplog.set_level(logging.DEBUG)
    client, user = Client(raise_request_exception=False), user_by_name("leader")
    assert user is not None
    client.force_login(user)
    bearer = {"Authorization": f"Bearer {make_token(user=user, at=NOON)}", "Idempotency-Key": IDENTITY}
    both = f"{IDENTITY}-{MOBILE}"
    answers = [
        client.get(f"/nowhere/{both}/"),
        client.get(f"/stock/lots/?unknown={both}&{IDENTITY}=1"),
        client.get(
            "/nowhere/", headers={"Referer": f"http://testserver/{both}", "User-Agent": both, "X-Request-Id": both}
        ),
        client.post("/login/", {"username": IDENTITY, "password": MOBILE}),
        client.put(f"/stock/?tel={MOBILE}", both, content_type="text/plain"),
        client.get(f"/api/v1/items/{both}", headers=bearer),
        client.get(f"/api/v1/items?{IDENTITY}={MOBILE}"),
        client.post("/api/v1/requisitions", {"caller": both}, content_type="application/json", headers=bearer),
        client.get("/api/v1/items", headers={"Authorization": f"Bearer {both}"}),
    ]
    assert office and all(answer.status_code >= 400 for answer in answers)
    assert len(lines) > 10
    assert [line for line in lines if IDENTITY in line or MOBILE in line] == []
    # A page gives an address back to whoever asked for it, the log-in form its name, the refusal of a filter the filter.
    silent = [answer for number, answer in enumerate(answers) if number in (2, 4, 5, 7, 8)]
    assert [
        a.request["PATH_INFO"] for a in silent if IDENTITY in a.content.decode() or MOBILE in a.content.decode()
    ] == []


@pytest.mark.django_db
def test_names_and_passwords_of_a_failed_log_in_are_not_logged(caplog: Any) -> None:
    Client().post(reverse("login"), {"username": "somebody-secret", "password": f"pass-{IDENTITY}"})
    assert caplog.records, "the failure itself is told"
    assert not [made for made in caplog.records if "somebody-secret" in TextLines().format(made)]
    assert not [made for made in caplog.records if IDENTITY in made.getMessage()]
