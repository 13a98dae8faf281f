"""What somebody tries who means harm, or whose program is wrong: every route and call is asked, found by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.html import escape

from liangcao.foundation.identity.queries import user_by_name
from liangcao.interfaces.web import spreadsheet
from liangcao.reference.parties import actions as parties
from tests.factories.accounts import Office, make_office
from tests.factories.world import NOON, World, make_world

pytestmark = pytest.mark.django_db
# A refusal comes as the box alone, which is quicker to make than a page.
BRIEF = {"HX-Request": "true"}
PLACE = re.compile(r"<(?:(\w+):)?(\w+)>|\(\?P<(\w+)>[^)]*(?:\([^)]*\)[^)]*)*\)")
QUERIES = (
    "_connector=OR",
    "organisation__people__user__password__startswith=a",
    "order_by=hash",
    "sort=organisation__people__user__password",
)
# Ids that no document has: below, above and beside every number, other kinds of ids, ends of texts, other folders.
IDS = ("0", "-1", "9223372036854775808", str(uuid4()), "%00", "..", "..%2f..%2fsecret-key", "1%20OR%201=1", "١")


# What reaches a view whose pattern takes this kind; everything else ends at the URL map, which is asked a few times.
REACHING = {"int": ("0", "9223372036854775808"), "uuid": (str(uuid4()),)}


def routes() -> Iterator[str]:
    """Every pattern of a page, as Django writes it."""

    def walk(patterns: Any, before: str) -> Iterator[str]:
        for entry in patterns:
            here = before + str(entry.pattern).lstrip("^").rstrip("$")
            if isinstance(entry, URLResolver):
                yield from walk(entry.url_patterns, here)
            elif isinstance(entry, URLPattern):
                yield here

    yield from (f"/{route}" for route in walk(get_resolver().url_patterns, "") if not route.startswith(("api/", "_")))


def signed_in(name: str) -> Client:
    client, user = Client(), user_by_name(name)
    assert user is not None
    client.force_login(user)
    return client


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def people(office: Office) -> list[Client]:
    """Three people who together open every page."""
    return [signed_in(name) for name in ("administrator", "leader", office.world.hospital.code.lower())]


def plain_routes() -> list[str]:
    return sorted(route for route in routes() if not PLACE.search(route) and "(" not in route)


def test_unknown_and_related_filters_of_every_list(people: list[Client]) -> None:
    """Somebody filters or sorts by a column that is not offered, or by one of a related table, to read it letter by
    letter: 400 that names it, on every page that has a list; other pages take no notice."""
    wrong, lists = [], 0
    for route in plain_routes():
        for client in people:
            first = client.get(route)
            if first.status_code != 200 or not first["Content-Type"].startswith("text/html"):
                continue
            is_list = b'id="list"' in first.content
            lists += is_list
            asked = QUERIES if is_list else QUERIES[:1]
            answers = {query: client.get(f"{route}?{query}", headers=BRIEF).status_code for query in asked}
            fits = {400} if is_list else {200, 400, 404}
            wrong += [f"{route}?{query}: {status}" for query, status in answers.items() if status not in fits]
            break
    assert lists > 10
    assert wrong == []


def calls() -> list[tuple[str, str]]:
    """(method, path) of every call in the description of the API."""
    described = json.loads(Client().get("/api/v1/openapi.json").content)["paths"]
    return sorted((method, path) for path, methods in described.items() for method in methods)


def test_unknown_and_related_filters_of_every_call(world: World, caller: Any) -> None:
    """The same by the API: no query is taken that the call's description does not name."""
    asking = caller(world, "leader")
    wrong = []
    for method, path in calls():
        if method != "get" or "{" in path:
            continue
        for query in QUERIES:
            answer = asking.client.get(f"{path}?{query}", headers=asking.headers)
            if answer.status_code != 400 or not answer.json()["code"].endswith(("UNKNOWN", "MISSING", "INVALID")):
                wrong.append(f"{path}?{query}: {answer.status_code}")
    assert wrong == []


def test_ids_that_no_page_has(people: list[Client]) -> None:
    """Somebody guesses ids: below zero, beyond 64 bits, of another kind, with a NUL, of another folder, with SQL, in
    other digits. Every page says that there is nothing; none breaks, none opens."""
    wrong, asked = [], 0
    for route in sorted(routes()):
        place = PLACE.search(route)
        if not place:
            continue
        for given in IDS if asked < 50 else REACHING.get(place[1] or "", IDS[:3]):
            address = PLACE.sub(lambda _, given=given: given, route)
            if re.search(r"[\\()?|\[\]^$]", address):
                continue
            asked += 1
            answer = people[0].get(address, headers=BRIEF)
            is_told = answer.status_code in (400, 403, 404, 405) or (
                answer.status_code == 302 and answer["Location"].startswith("/")
            )
            if not is_told and not is_open(answer, route):
                wrong.append(f"{address}: {answer.status_code}")
    assert asked > 80
    assert wrong == []


def is_open(answer: Any, route: str) -> bool:
    """Pages that anybody opens with a word of his own: a day, a code to search for, an invitation that is none."""
    func = getattr(getattr(answer, "resolver_match", None), "func", None)
    return getattr(func, "access", ("", ""))[0] == "open" or "<str:" in route


def test_ids_that_no_call_has(world: World, caller: Any) -> None:
    """The same by the API: 404 or 400 in JSON, for reading and for writing."""
    asking = caller(world, "leader")
    wrong = []
    for method, path in calls():
        if "{" not in path:
            continue
        for given in IDS:
            address = re.sub(r"\{\w+\}", given, path)
            answer = asking.client.generic(
                method.upper(), address, "{}", content_type="application/json",
                headers={**asking.headers, "Idempotency-Key": str(uuid4())},
            )  # fmt: skip
            if answer.status_code not in (400, 403, 404, 405) or not answer.json()["request_id"]:
                wrong.append(f"{method} {address}: {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "after=forged", "before=forged", "page_size=1000000", "limit=1"]
)
def test_pages_of_a_list_that_are_none(office: Office, query: str) -> None:
    assert signed_in("storekeeper").get(f"{reverse('lot_list')}?{query}").status_code == 400


@pytest.mark.parametrize(
    "query",
    ["from=2020-02-03&to=2020-02-01", "from=2020-02-30", "from=1950-01-01&to=2050-01-01", "from=x", "to=99999-12-31"],
)
def test_days_that_are_none(world: World, caller: Any, query: str) -> None:
    """Somebody asks from later to earlier, for a day that the calendar lacks, for a hundred years."""
    answer = caller(world, "auditor").get(f"/moves?{query}")
    assert answer.status_code == 400 and answer.json()["code"] in ("DATES_INVALID", "VALUE_INVALID")


@pytest.mark.parametrize("route", ["move_list", "journal"])
def test_days_that_are_none_on_a_page(office: Office, route: str) -> None:
    """The same on the pages that ask for days: 400 in words, never a fault."""
    asking = signed_in("auditor")
    for query in ("from=2020-02-03&to=2020-02-01", "from=1995-01-01&to=2050-01-01", "from=x", "to=9999-12-31",
                  "from=0001-01-01", "to=2020-02-30"):  # fmt: skip
        assert asking.get(f"{reverse(route)}?{query}", headers=BRIEF).status_code == 400, query
    assert asking.get(f"{reverse(route)}?from=2020-02-01&to=2020-02-01", headers=BRIEF).status_code == 200


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}{% now 'Y' %}${7*7}#{7*7}<%= 7*7 %>",
    "%s%n{0}{0.__class__}",
    "'; DROP TABLE ledger_move; --",
    '=HYPERLINK("http://evil.example")',
)


def test_a_name_is_shown_as_it_was_typed(office: Office) -> None:
    """Somebody types script, an attribute, template language, a format, SQL or a formula where a name belongs: it is
    stored and shown as those characters, on pages and in files, and nothing of it runs or is worked out."""
    for number, name in enumerate(HOSTILE):
        parties.add_organisation(
            bureau_id=office.world.bureau.pk,
            code=f"X-{number}",
            name=name,
            kind="hospital",
            by=office.world.actor("administrator"),
            at=NOON,
        )
    administrator = signed_in("administrator")
    page = administrator.get(reverse("organisation_list")).content.decode()
    file = administrator.get(reverse("organisation_list"), {"format": "csv"})
    text = file.content.decode("utf-8-sig").replace('""', '"')
    for name in HOSTILE:
        assert escape(name) in page and (name not in page or escape(name) == name)
        assert name in text and (not name.startswith("=") or f"'{name}" in text)
    assert "<script>alert" not in page and "<img src=x" not in page
    assert file["Content-Disposition"].startswith("attachment") and file["X-Content-Type-Options"] == "nosniff"


NAMES = (
    "../../secret-key.xlsx",
    "..\\..\\secret-key.xlsx",
    "/etc/passwd",
    "CON.xlsx",
    "名" * 300 + ".xlsx",
    "😷💊.xlsx",
    "invoice\u202excod.exe",
    'a"; filename="b.html',
    "a\r\nSet-Cookie: x=1.xlsx",
    "<script>.xlsx",
)


def test_names_of_files_that_are_sent(office: Office) -> None:
    """Somebody sends a file whose name leads to another folder, is a device, is endless, turns round or is script: the
    content is judged, the name is never a path, and it is shown escaped or not at all."""
    client = signed_in("administrator")
    for name in NAMES:
        sent = SimpleUploadedFile("x.xlsx", b"this is no workbook", content_type="application/octet-stream")
        sent._name = name  # type: ignore[attr-defined]
        answer = client.post(reverse("invitation_file"), {"client_id": str(uuid4()), "file": sent})
        assert answer.status_code == 400, name
        assert "<script>." not in answer.content.decode() and "Set-Cookie: x" not in str(answer.headers)


@pytest.mark.parametrize("name", NAMES, ids=[str(number) for number in range(len(NAMES))])
def test_names_of_files_that_are_fetched(name: str) -> None:
    """A name made of what people typed stays inside its header."""
    answer = spreadsheet.download(b"x", name=name.replace("\r\n", " "), content_type=spreadsheet.XLSX)
    told = answer["Content-Disposition"]
    assert told.startswith("attachment") and "\n" not in told and "\u202e" not in told
    assert told.isascii() and '; filename="b.html"' not in told.replace('\\"', "")


FOLDERS = (
    "/static/../secret-key",
    "/static/%2e%2e/%2e%2e/secret-key",
    "/static/..%2f..%2fconfig/settings.py",
    "/static//etc/passwd",
    "/files/",
    "/media/",
    "/.git/config",
    "/admin/",
)


def test_folders_that_are_not_served(office: Office) -> None:
    """Somebody walks up from the folder of our styles, or guesses where files lie: there is nothing."""
    client = signed_in("administrator")
    assert [path for path in FOLDERS if client.get(path).status_code not in (400, 404)] == []


def test_a_file_of_another_bureau_is_not_there(office: Office) -> None:
    """Somebody of another bureau guesses the number of a frozen edition: it looks unknown, like one that never was."""
    leader = signed_in("leader")
    frozen = leader.post(reverse("briefing_freezing"), {"client_id": str(uuid4()), "note": "canary"})["Location"]
    assert leader.get(f"{frozen}docx/").status_code == 200
    stranger, unit = strangers_client(), signed_in(office.world.hospital.code.lower())
    never = re.sub(r"\d+/$", "999999999/", frozen)
    for ending in ("", "docx/", "xlsx/"):
        assert unit.get(frozen + ending).status_code in (302, 403, 404)
        seen, unseen = stranger.get(frozen + ending), stranger.get(never + ending)
        assert seen.status_code == unseen.status_code == 404 and b"canary" not in seen.content


def strangers_client() -> Client:
    """The leader of another bureau."""
    from liangcao.foundation.identity.actions import add_user

    other = make_world("other")
    user = add_user(username="other-leader", display_name="组长乙", password=None, at=NOON)
    parties.appoint(
        person=parties.add_person(name="组长乙", user=user),
        role="leader",
        bureau_id=other.bureau.pk,
        valid_from=date(2020, 1, 1),
        by=other.system,
        at=NOON,
    )
    return signed_in("other-leader")


def test_a_form_with_an_old_token_writes_nothing(office: Office) -> None:
    """Somebody's page is from before he logged out elsewhere, or from another site: 403 in words, nothing written."""
    client = Client(enforce_csrf_checks=True)
    user = user_by_name("administrator")
    assert user is not None
    client.force_login(user)
    before = client.session.get("language")
    for token in ("", "x" * 64, "expired"):
        answer = client.post(reverse("switch_language"), {"language": "en", "csrfmiddlewaretoken": token})
        assert answer.status_code == 403 and "刷新页面" in answer.content.decode()
    assert client.session.get("language") == before
    other = client.post(
        reverse("switch_language"), {"language": "en"}, secure=True, headers={"Referer": "https://evil.example/"}
    )
    assert other.status_code == 403


def test_a_form_after_the_session_has_ended(office: Office) -> None:
    """Somebody fills a form for an hour and his session ends: he is asked to log in and comes back to the form; what
    he then sends again, with the same id, is written once."""
    client = signed_in("administrator")
    form = {"client_id": str(uuid4()), "code": "X-9", "name": "示例医院九", "kind": "hospital"}
    address = reverse("organisation_new")
    client.logout()
    answer = client.post(address, form)
    assert answer.status_code == 302 and answer["Location"] == f"{reverse('login')}?next={address}"
    again = signed_in("administrator")
    first, second = (again.post(address, form) for _ in range(2))
    assert first.status_code == 303 and second.status_code in (303, 409)
    written = again.get(reverse("organisation_list"), {"q": "X-9", "format": "csv"}).content.decode()
    assert written.count("示例医院九") == 1


@pytest.mark.parametrize("token", ["", "x", "Bearer", "a" * 5000, "\u202e", "null", "undefined"])
def test_tokens_that_are_none(token: str) -> None:
    answer = Client().get(
        "/api/v1/items", headers={"Authorization": f"Bearer {token}".encode("latin-1", "replace").decode("latin-1")}
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "TOKEN_INVALID")
    assert not answer.cookies, "a token never makes a session"


def test_a_token_that_was_revoked_opens_nothing(world: World, caller: Any) -> None:
    """Somebody kept a token: once it is revoked, or its owner's account is closed, it is like none."""
    from liangcao.foundation.identity.models import ApiToken, User

    keeper, auditor = caller(world, "storekeeper"), caller(world, "auditor")
    assert keeper.get("/items").status_code == auditor.get("/items").status_code == 200
    first, second = ApiToken.objects.order_by("pk")
    ApiToken.objects.filter(pk=first.pk).update(revoked_at=NOON)
    User.objects.filter(pk=second.user_id).update(is_active=False)
    for asking in (keeper, auditor):
        answer = asking.get("/items")
        assert (answer.status_code, answer.json()["code"]) == (401, "TOKEN_INVALID")
        assert asking.client.get("/stock/", headers=asking.headers)["Location"].startswith("/login/")


def test_a_step_that_is_skipped_is_a_conflict(world: World, caller: Any) -> None:
    """Somebody signs, approves or closes what is not at that step, or replays an old one with a new id: 409 that says
    how things stand; nothing moves."""
    unit, reviewer = caller(world, "requester", world.hospital), caller(world, "allocator")
    filed = unit.post("/requisitions", {"organisation": "U05", "lines": [{"item": "T-mask", "quantity": 5}]}).json()
    address = f"/requisitions/{filed['id']}"
    lines = {"lines": [{"line": filed["lines"][0]["id"], "quantity_approved": 5}]}
    assert reviewer.post(f"{address}/approval", lines | {"version": 9}).status_code == 409, "an old or foreign version"
    assert reviewer.post(f"{address}/approval", lines).status_code == 201
    for act, body in (("approval", lines), ("rejection", {"reason": "重复申领"})):
        answer = reviewer.post(f"{address}/{act}", body)
        assert (answer.status_code, answer.json()["code"]) == (409, "STATE_CONFLICT")
        assert "可以的下一步:已撤回" in answer.json()["message"], "the steps that are allowed are named"
    assert unit.get(address).json()["lines"][0]["quantity_open"] == 5
