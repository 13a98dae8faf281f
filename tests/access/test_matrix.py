"""The access matrix: every route × role × object of one's own and of strangers × channel, against access.toml.

Nothing here is listed by hand but the routes (routes.toml): what must be answered follows from access.toml, and from the
canaries that no stranger's answer may contain. `test_oracle` holds cells that a person wrote down.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.urls import reverse

from liangcao.foundation.identity.access import access
from tests.access import routes
from tests.access.world import OTHER, OWN, SOUGHT, WHOLE, Scene, Side, Somebody, make_scene, readable

pytestmark = pytest.mark.django_db

# Addresses whose place is a day, a number of each book or a kind of file: both bureaus have one of that name.
SHARED = {
    "briefing_file", "GET /briefings/{day}", "GET /seals/{number}", "move_by_number", "register", "seal",
    "source_announcement", "register_paper", "GET /registers/{kind}", "GET /registers/{kind}/file",
    "paper_form", "GET /paper-forms/{kind}/file",
}  # fmt: skip
# What neither bureau has yet, or what takes a POST only: nothing to open even for those who may.
ABSENT = {
    "GET /opening-stock", "GET /seals/{number}", "GET /trace", "seal", "emergency_effects", "receipt_return",
    "receipt_signature", "receipt_signature_correction", "opening_confirm", "opening_return", "opening_sign",
    "count_confirmation", "count_return", "count_signature", "write_off_new", "return_new", "portal_program_token",
    "portal_program_closure",
}  # fmt: skip
FIXED = {
    "fact": "freeze", "kind": "purchase", "ending": "xlsx", "part": "plan", "number": "RK-0", "secret": "x" * 20,
}  # fmt: skip
NEEDED = {
    "GET /trace": {"ref": "KANARI"}, "GET /figures/entries": {"key": "gift.T-mask.total", "date": "2020-02-03"},
    "figure_entries": {"figure": "gift.T-mask.total"},
}  # fmt: skip
# Outside pages need an appointment for an organisation, desk pages one at the desk: the wrong side is sent home.
AWAY = (302, 403, 404)
FOUND_CODES = range(200, 300)


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """Built once for the module, inside a transaction that is rolled back at its end."""
    from django.db import transaction

    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            yield make_scene()
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


def act_of(route: str) -> tuple[str, str] | None:
    """(object, action) of a route; None where a log-in is enough or nothing is asked."""
    found = routes.rows()["api"].get(route) or routes.rows()["pages"].get(route)
    return None if found is None else (found.split(".")[0], found.split(".")[1])


def may(role: str, act: tuple[str, str]) -> bool:
    """What access.toml says."""
    return role in access()[act[0]][act[1]]


# The catalogue is shared by all bureaus, and a token is one's own: neither has a stranger's.
NO_STRANGERS = {"alias_id", "category_code", "identifier_id", "item_code", "item_id", "token_id"}


def address(route: str, side: Side) -> str | None:
    """The address of a route with the objects of a side in its places; None where no bureau has an object of its own."""
    names = routes.calls()[route] if " " in route else routes.pages()[route][1]
    places: dict[str, Any] = {}
    for name in names:
        if name == "kind" and "register" in route:
            places[name] = "receipts_register"
        elif name == "kind" and "paper-forms" in route:
            places[name] = "receipt"
        elif name == "number" and route == "paper_form":
            places[name] = "ZDS200203-4GAW84"
        elif name == "number" and "seal" in route:
            places[name] = 1
        elif name in side.places:
            is_plan_line = name == "line_id" and "plan_id" in names
            places[name] = side.places["plan_line_id" if is_plan_line else name]
        elif name in FIXED:
            places[name] = FIXED[name]
        else:
            assert name in NO_STRANGERS, f"{route}: the world of this test needs an object for {name}"
            return None
    if " " in route:
        return "/api/v1" + re.sub(r"{(\w+)}", lambda place: str(places[place[1]]), route.split()[1])
    return reverse(route, kwargs=places)


def with_places(*, api: bool) -> list[str]:
    """Routes that name an object."""
    named = routes.calls() if api else {name: found[1] for name, found in routes.pages().items()}
    return sorted(name for name, places in named.items() if places)


def test_every_route_has_its_row() -> None:
    rows = routes.rows()
    assert set(rows["api"]) == set(routes.calls())
    assert {*rows["pages"], *rows["own"], *rows["public"]} == set(routes.pages())
    said = {name: act for name, (act, _places) in routes.pages().items() if act and act[0] not in ("open", "own")}
    assert {name: tuple(act.split(".")) for name, act in rows["pages"].items()} == said
    assert {name for name, (act, _) in routes.pages().items() if act and act[0] == "own"} == set(rows["own"])
    assert all(len(reason) > 5 for reason in rows["public"].values())
    acts = {*rows["pages"].values(), *rows["api"].values()}
    known = {f"{name}.{action}" for name, actions in access().items() for action in actions}
    assert acts <= known


def test_objects_of_strangers_are_not_there(scene: Scene) -> None:
    """GET and POST of each address with the other bureau's object: 404 to who may do the act at home, 403 or 404 to the
    others, the way out to the nameless, and no canary for anybody."""
    wrong = []
    for route in with_places(api=False) + with_places(api=True):
        target, act = address(route, scene.other), act_of(route)
        if target is None or act is None:
            continue
        for somebody in [*scene.people.values(), scene.anonymous]:
            for answer in _asked(somebody, route, target):
                expected = _expected_of_stranger(somebody, route, act)
                is_right = route in SHARED or answer.status_code in expected
                if not is_right or OTHER in readable(answer):
                    wrong.append(f"{route} {somebody.role or 'anonymous'}: {answer.status_code}, not {expected}")
    assert not wrong, "\n".join(wrong)


def _asked(somebody: Somebody, route: str, target: str) -> Iterator[Any]:
    """GET and POST, as far as the door takes them, by everybody."""
    if not route.startswith("POST "):
        yield somebody.get(target)
    if not route.startswith("GET "):
        yield somebody.post(target)


def _expected_of_stranger(somebody: Somebody, route: str, act: tuple[str, str]) -> tuple[int, ...]:
    if not somebody.role:
        return (401,) if " " in route else (200, 302)  # 200: a fragment that sends the browser to the log-in
    # A POST without a body may fail on its shape before anything is looked up, here as with one's own object; 405 is
    # an address that takes only GET, or only POST.
    shape = (400, 405, 422) if " " in route else (405,)
    if may(somebody.role, act) and not somebody.is_outside and not route.startswith("portal_"):
        return (404, *shape)
    return (*AWAY, *shape)


def test_lists_files_and_searches_keep_strangers_out(scene: Scene) -> None:
    """Every address without an object, as page, export and search: the status follows access.toml; the other bureau's
    canary is nowhere, the second hospital's only at the desk."""
    wrong = []
    for route in sorted({*routes.calls(), *routes.pages()}):
        if route.startswith("POST ") or act_of(route) is None or (" " not in route and routes.pages()[route][1]):
            continue
        if " " in route and routes.calls()[route]:
            continue
        target = address(route, scene.own)
        assert target is not None
        for somebody in [*scene.people.values(), scene.anonymous]:
            for query in _channels(route):
                answer = somebody.get(target, whole=somebody.role in WHOLE, **query)
                problem = _leak(somebody, answer) or _wrong_status(somebody, route, answer)
                if problem:
                    wrong.append(f"{route} {query} {somebody.role or 'anonymous'}: {problem}")
    assert not wrong, "\n".join(wrong)


def test_the_frame_of_a_page_keeps_strangers_out(scene: Scene) -> None:
    """What stands around every page (desks, counters, who is on duty), as each role: whole home pages."""
    for somebody in scene.people.values():
        answer = somebody.get(reverse("portal_home" if somebody.is_outside else "home"), whole=True)
        assert answer.status_code in FOUND_CODES and "<html" in readable(answer), somebody.role
        assert _leak(somebody, answer) == "", somebody.role


# Addresses without a place that take a POST only.
SENT_ONLY = frozenset({"scan_photo"})


def _channels(route: str) -> list[dict[str, str]]:
    """The address itself, and for lists its other channels."""
    base = NEEDED.get(route, {})
    if " " in route:
        return [base, {**base, "search": SOUGHT}] if _takes_search(route) else [base]
    if route.endswith("_list") or route in ("demand", "demand_lines", "store_stock", "stock", "person_list"):
        return [base, {"q": SOUGHT, "format": "xlsx"}, {"q": SOUGHT}]
    return [{"q": SOUGHT}] if route == "search" else [base]


@cache
def _takes_search(route: str) -> bool:
    from liangcao.interfaces.api.v1.urls import api

    call = api.get_openapi_schema()["paths"]["/api/v1" + route.split()[1]]["get"]
    return any(parameter["name"] == "search" for parameter in call.get("parameters", []))


def _leak(somebody: Somebody, answer: Any) -> str:
    text = readable(answer)
    if OTHER in text:
        return "shows the other bureau"
    if OWN in text and (somebody.is_outside or not somebody.role):
        return "shows the second hospital"
    return ""


def _wrong_status(somebody: Somebody, route: str, answer: Any) -> str:
    act = act_of(route)
    assert act is not None
    if not somebody.role:
        expected: tuple[int, ...] = (401,) if " " in route else (200, 302)
    elif not may(somebody.role, act) or (" " not in route and somebody.is_outside != route.startswith("portal_")):
        expected = AWAY
    else:
        # 302: a page that leads on; 400 and 409: what is missing in the question, or in the bureau (no open draft …).
        expected = (200, 302, 400, 409)
        if somebody.is_outside or route in ABSENT:
            expected = (*expected, 403, 404, 405)
        if route in SENT_ONLY:
            expected = (405,)
    return "" if answer.status_code in expected else f"{answer.status_code}, not {expected}"


def test_one_s_own_objects_open_as_the_access_file_says(scene: Scene) -> None:
    wrong = []
    for route in with_places(api=False) + with_places(api=True):
        target, act = address(route, scene.own), act_of(route)
        if target is None or act is None or route.startswith("POST "):
            continue
        for somebody in scene.people.values():
            answer = somebody.get(target)
            problem = _leak(somebody, answer)
            if not may(somebody.role, act) and answer.status_code not in (*AWAY, 405):
                problem = f"{answer.status_code} without the right"
            is_desk_page = not somebody.is_outside and not route.startswith("portal_")
            # 409 and 405: the object is not in a state for the act, or the address only takes a POST.
            opens = (200, 302, 400, 403, 405, 409, *((404,) if route in ABSENT else ()))
            if may(somebody.role, act) and is_desk_page and answer.status_code not in opens:
                problem = f"{answer.status_code} with the right"
            if problem:
                wrong.append(f"{route} {somebody.role}: {problem}")
    assert not wrong, "\n".join(wrong)


def test_unknown_and_forbidden_look_the_same(scene: Scene) -> None:
    """A stranger's object and one that never was: same status, same words, but for the request's id and the moment."""
    nobody_has = {name: _never(value) for name, value in scene.other.places.items()}
    leader, wrong = scene.people["coordinator"], []
    for route in with_places(api=False) + with_places(api=True):
        target, never = address(route, scene.other), address(route, Side(scene.other.world, nobody_has))
        if target is None or never is None or act_of(route) is None or route.startswith("POST ") or route in SHARED:
            continue
        ours, theirs = leader.get(never, whole=True), leader.get(target, whole=True)
        if ours.status_code != theirs.status_code or _plain(ours, never) != _plain(theirs, target):
            wrong.append(f"{route}: {ours.status_code} and {theirs.status_code}")
    assert not wrong, "\n".join(wrong)


def _never(value: Any) -> Any:
    from uuid import UUID

    if isinstance(value, UUID):
        return UUID(int=value.int ^ 1)
    return (
        "NOBODY-9"
        if isinstance(value, str) and "-" in value and not value[0:4].isdigit()
        else (value if isinstance(value, str) else 9_999_999)
    )


def _plain(answer: Any, target: str) -> str:
    text = readable(answer).replace(target, "")
    text = re.sub(r"[0-9a-f]{12,}|\d{1,2}:\d{2}(:\d{2})?|nonce-[\w-]+|csrfmiddlewaretoken\" value=\"\w+", "", text)
    return re.sub(r"NOBODY-9|[A-Z]{2}-?\d[\d-]*", "", text)
