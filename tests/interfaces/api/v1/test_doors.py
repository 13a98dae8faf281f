"""What every call passes: tokens, strict JSON, keys, unknown fields and filters, paging, scope, one shape of error."""

from __future__ import annotations

from uuid import uuid4

import pytest

from liangcao.foundation.kernel.errors import Invalid
from liangcao.ledger.actions import transfer
from liangcao.ledger.entries import AccountRef, PostingLine
from tests.factories.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


def transfer_of(world: World, lot: object, quantity: object = 4) -> dict:  # type: ignore[type-arg]
    return {
        "from_store": "S1", "to_store": "S2", "lines": [{"lot": str(lot), "quantity": quantity}], "reason": "就近",
    }  # fmt: skip


def assert_shape(answer, status: int, code: str, field: str | None = None) -> None:  # type: ignore[no-untyped-def]
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body
    assert set(body) >= {"code", "message", "field", "row", "request_id"} and body["request_id"] and body["message"]
    if field:
        assert body["field"] == field


def test_without_token(stranger) -> None:  # type: ignore[no-untyped-def]
    for path in ("/items", "/moves", "/balances", "/trace?ref=x", "/organisations"):
        assert_shape(stranger.get(path), 401, "TOKEN_INVALID")


def test_openapi_and_docs_answer_without_token(stranger) -> None:  # type: ignore[no-untyped-def]
    assert stranger.get("/openapi.json").json()["openapi"].startswith("3.")
    page = stranger.get("/docs")
    assert page.status_code == 200 and b"https://" not in page.content


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("", 400, "FIELD_MISSING"),
        ('{"reason": "x",}', 400, "JSON_INVALID"),
        ('{"reason": "x", "reason": "y"}', 400, "JSON_KEY_TWICE"),
        ('{"reason": NaN}', 400, "JSON_INVALID"),
        ("[" * 10_000, 400, "JSON_INVALID"),
        ('{"reason": ' * 10_000, 400, "JSON_INVALID"),
        ('{"reason": ' + "[" * 10_000 + "]" * 10_000 + "}", 400, "JSON_INVALID"),
        (b"\xef\xbb\xbf{}", 400, "JSON_INVALID"),
        ("{} {}", 400, "JSON_INVALID"),
        (b"\xff\xfe", 400, "JSON_INVALID"),
        ("[]", 400, "TYPE_INVALID"),
    ],
)
def test_broken_json(world: World, caller, body: object, status: int, code: str) -> None:  # type: ignore[no-untyped-def]
    assert_shape(caller(world, "storekeeper").post("/transfers", body), status, code)


def test_json_error_names_line_and_column(world: World, caller) -> None:  # type: ignore[no-untyped-def]
    answer = caller(world, "storekeeper").post("/transfers", '{"reason": "x",}')
    assert "第 1 行第 16 列" in answer.json()["message"]


def test_fifty_megabytes_are_refused_unread(world: World, caller) -> None:  # type: ignore[no-untyped-def]
    keeper = caller(world, "storekeeper")
    assert_shape(keeper.post("/transfers", '{"reason": "' + "x" * 50 * 1024 * 1024 + '"}'), 413, "BODY_TOO_LARGE")


def test_wrong_content_type(world: World, caller) -> None:  # type: ignore[no-untyped-def]
    answer = caller(world, "storekeeper").post("/transfers", "{}", content_type="text/plain")
    assert_shape(answer, 415, "MEDIA_UNSUPPORTED")


@pytest.mark.parametrize("quantity", ["5", 5.0, True, None, [5], "5e2"])
def test_quantity_of_the_wrong_type(world: World, caller, quantity: object) -> None:  # type: ignore[no-untyped-def]
    lot, _ = world.put_in(world.mask, 10)
    answer = caller(world, "storekeeper").post("/transfers", transfer_of(world, lot, quantity))
    assert_shape(answer, 400, "TYPE_INVALID", "quantity")
    assert answer.json()["row"] == 1


@pytest.mark.parametrize("quantity", [0, -3, 10**9])
def test_quantity_out_of_range(world: World, caller, quantity: int) -> None:  # type: ignore[no-untyped-def]
    lot, _ = world.put_in(world.mask, 10)
    assert_shape(
        caller(world, "storekeeper").post("/transfers", transfer_of(world, lot, quantity)), 400, "QUANTITY_INVALID"
    )


def test_all_problems_at_once(world: World, caller) -> None:  # type: ignore[no-untyped-def]
    answer = caller(world, "storekeeper").post(
        "/transfers", {"lines": [{"lot": "x", "quantity": "5"}], "status": "done"}
    )
    fields = {problem["field"] for problem in answer.json()["problems"]}
    assert fields >= {"from_store", "to_store", "lot", "quantity", "status"}


@pytest.mark.parametrize("extra", ["status", "approved_by", "recorded_at", "seq", "hash", "is_staff", "id"])
def test_unknown_and_read_only_fields(world: World, caller, extra: str) -> None:  # type: ignore[no-untyped-def]
    lot, _ = world.put_in(world.mask, 10)
    answer = caller(world, "storekeeper").post("/transfers", transfer_of(world, lot) | {extra: 1})
    assert_shape(answer, 400, "FIELD_UNKNOWN", extra)


@pytest.mark.parametrize("query", ["_connector=OR", "org__user__password__startswith=a", "order_by=hash", "page=2"])
def test_unknown_filter(world: World, caller, query: str) -> None:  # type: ignore[no-untyped-def]
    assert_shape(caller(world, "auditor").get(f"/moves?{query}"), 400, "FIELD_UNKNOWN")


@pytest.mark.parametrize(("query", "code"), [("limit=0", "VALUE_INVALID"), ("limit=201", "VALUE_INVALID"), ("limit=1e6", "VALUE_INVALID"), ("cursor=forged", "CURSOR_INVALID"), ("from=2020-02-03&to=2020-02-01", "DATES_INVALID"), ("from=2020-02-30", "VALUE_INVALID")])  # fmt: skip
def test_bad_page_or_filter(world: World, caller, query: str, code: str) -> None:  # type: ignore[no-untyped-def]
    assert_shape(caller(world, "auditor").get(f"/moves?{query}"), 400, code)


@pytest.mark.parametrize(("key", "code"), [(None, "KEY_MISSING"), ("12", "KEY_INVALID"), ("x" * 200, "KEY_INVALID")])
def test_idempotency_key_missing_or_wrong(world: World, caller, key: str | None, code: str) -> None:  # type: ignore[no-untyped-def]
    lot, _ = world.put_in(world.mask, 10)
    assert_shape(caller(world, "storekeeper").post("/transfers", transfer_of(world, lot), key=key), 400, code)


def test_two_idempotency_keys_in_one_call(world: World, caller) -> None:  # type: ignore[no-untyped-def]
    """A server joins headers that came twice: two keys are no key."""
    lot, _ = world.put_in(world.mask, 10)
    answer = caller(world, "storekeeper").post("/transfers", transfer_of(world, lot), key=f"{uuid4()},{uuid4()}")
    assert_shape(answer, 400, "KEY_INVALID", "Idempotency-Key")


def test_lines_by_hand_are_at_least_one_and_at_most_2000(world: World, caller) -> None:  # type: ignore[no-untyped-def]
    """5,000 lines are refused to a person; a document of the system has as many as it needs."""
    lot, _ = world.put_in(world.mask, 10_000)
    keeper = caller(world, "storekeeper")
    body = transfer_of(world, lot)
    many = keeper.post("/transfers", body | {"lines": body["lines"] * 5_000})
    assert_shape(many, 400, "LINES_TOO_MANY", "lines")
    assert many.json()["message"] == "一张单据最多 2,000 行,收到 5,000 行,请分成几张"
    none = keeper.post("/transfers", body | {"lines": []})
    assert_shape(none, 400, "LINES_EMPTY", "lines")
    assert none.json()["message"] == "单据至少要有 1 行"
    with pytest.raises(Invalid) as refused:
        transfer(
            book_id=world.book.pk, from_store_id=world.store.pk, to_store_id=world.second_store.pk,
            lines=[(lot, 1)] * 5_000, reason="", by=world.actor("storekeeper"), at=NOON, client_id=uuid4(),
        )  # fmt: skip
    assert (refused.value.code, refused.value.zh) == ("LINES_TOO_MANY", many.json()["message"])
    held = AccountRef("reserved", world.store.pk, world.hospital.pk)
    world.post("reservation", *[PostingLine(lot, world.stock(), held, 2)] * 5_000)
    assert world.put_in(world.mask, 1)[1].seq == 3


def test_source_equal_to_target(world: World, caller) -> None:  # type: ignore[no-untyped-def]
    lot, _ = world.put_in(world.mask, 10)
    answer = caller(world, "storekeeper").post("/transfers", transfer_of(world, lot) | {"to_store": "S1"})
    assert_shape(answer, 400, "SAME_ACCOUNT", "to_store")
    assert "调出与调入不能相同" in answer.json()["message"]


def test_same_key_same_body_then_other_body(world: World, caller) -> None:  # type: ignore[no-untyped-def]
    lot, _ = world.put_in(world.mask, 10)
    keeper, key = caller(world, "storekeeper"), uuid4()
    first = keeper.post("/transfers", transfer_of(world, lot), key=key)
    again = keeper.post("/transfers", transfer_of(world, lot), key=key)
    assert first.status_code == 201 and first.json() == again.json()
    assert keeper.get(f"/moves/by-key/{key}").json()["number"] == first.json()["number"]
    assert_shape(keeper.post("/transfers", transfer_of(world, lot, 5), key=key), 422, "KEY_REUSED")


@pytest.mark.parametrize(
    "path",
    [
        "/moves/-1",
        "/moves/0",
        "/moves/%00",
        "/moves/../items",
        "/organisations/9223372036854775808",
        "/organisations/-1",
        "/nothing",
    ],
)
def test_odd_ids_are_not_found(world: World, caller, path: str) -> None:  # type: ignore[no-untyped-def]
    answer = caller(world, "auditor").get(path)
    assert answer.status_code in (400, 404) and answer.json()["code"]


def test_delete_on_a_posted_document(world: World, caller) -> None:  # type: ignore[no-untyped-def]
    _, moved = world.put_in(world.mask, 10)
    auditor = caller(world, "auditor")
    for method in ("delete", "put", "patch"):
        answer = getattr(auditor.client, method)(f"/api/v1/moves/{moved.id}", headers=auditor.headers)
        assert answer.status_code == 405 and "GET" in answer["Allow"]


def test_objects_of_another_bureau_look_unknown(world: World, caller) -> None:  # type: ignore[no-untyped-def]
    other = make_world("other")
    lot, moved = other.put_in(other.mask, 10)
    auditor = caller(world, "auditor")
    for path in (
        f"/moves/{moved.id}",
        f"/moves/by-key/{moved.id}",
        f"/organisations/{other.hospital.pk}",
        f"/trace?ref={moved.number}x",
    ):
        assert_shape(auditor.get(path), 404, "NOT_FOUND")
    assert auditor.get("/moves").json()["results"] == [] and auditor.get("/balances").json()["results"] == []
    keeper = caller(world, "storekeeper")
    assert_shape(keeper.post("/transfers", transfer_of(world, lot)), 404, "NOT_FOUND")
    assert_shape(keeper.post(f"/lots/{lot}/facts", {"fact": "frozen", "value": "yes", "reason": "x"}), 404, "NOT_FOUND")
    assert_shape(keeper.get("/balances?bureau=other"), 400, "BUREAU_UNKNOWN")


def test_an_outsider_sees_no_ledger(world: World, caller) -> None:  # type: ignore[no-untyped-def]
    _, moved = world.put_in(world.mask, 10)
    requester = caller(world, "requester", world.hospital)
    assert_shape(requester.get(f"/moves/{moved.id}"), 404, "NOT_FOUND")
    assert requester.get("/moves").status_code in (403, 404)
    names = [row["name"] for row in requester.get("/organisations").json()["results"]]
    assert names == [world.hospital.name]


def test_paging_goes_through_everything_once(world: World, caller) -> None:  # type: ignore[no-untyped-def]
    for _ in range(5):
        world.put_in(world.mask, 10)
    auditor, seen, cursor = caller(world, "auditor"), [], None
    while True:
        body = auditor.get("/moves", limit=2, **({"cursor": cursor} if cursor else {})).json()
        seen += [row["seq"] for row in body["results"]]
        cursor = body["next"]
        if cursor is None:
            break
    assert seen == [5, 4, 3, 2, 1]


def test_english_on_request(world: World, caller) -> None:  # type: ignore[no-untyped-def]
    lot, _ = world.put_in(world.mask, 10)
    keeper = caller(world, "storekeeper")
    body = transfer_of(world, lot, 11)
    english = keeper.post("/transfers", body, **{"Accept-Language": "en"}).json()
    chinese = keeper.post("/transfers", body).json()
    assert (english["code"], chinese["code"]) == ("STOCK_SHORT", "STOCK_SHORT")
    assert "10 free" in english["message"] and "可用 10 只" in chinese["message"]


def test_trace_and_proof(world: World, caller) -> None:  # type: ignore[no-untyped-def]
    _, moved = world.put_in(world.mask, 10)
    auditor = caller(world, "auditor")
    found = auditor.get("/trace", ref=moved.number).json()["items"][0]
    assert (found["came"], found["held"], found["adds_up"]) == (10, {"store": 10}, True)
    assert auditor.get("/verification").json()["ok"] is True
