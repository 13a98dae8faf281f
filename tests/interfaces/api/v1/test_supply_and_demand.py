"""Gifts, receipts and requisitions over the API: refusals, then the way from announcement to approval."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from liangcao.foundation.kernel.clock import business_date, now
from liangcao.ledger.models import BookHead, Move
from tests.factories.world import World, make_world

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)

GIFT = {"counterparty": "U01", "channel": "红十字会", "lines": [{"item": "T-mask", "quantity": 1000}]}


def refused(answer, status: int, code: str) -> dict:  # type: ignore[no-untyped-def,type-arg]
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body
    return body


class TestSources:
    def test_unknown_item_and_unit_are_named(self, world: World, caller) -> None:  # type: ignore[no-untyped-def]
        clerk = caller(world, "gift_clerk")
        body = refused(
            clerk.post(
                "/gifts", GIFT | {"lines": [{"item": "T-mask", "quantity": 1}, {"item": "nope", "quantity": 1}]}
            ),
            400,
            "ITEM_UNKNOWN",
        )
        assert body["row"] == 2 and "nope" in body["message"]
        body = refused(
            clerk.post("/gifts", GIFT | {"lines": [{"item": "T-mask", "quantity": 1, "unit": "桶"}]}),
            400,
            "UNIT_UNKNOWN",
        )
        assert "箱" in body["message"]
        refused(clerk.post("/gifts", GIFT | {"counterparty": "X99"}), 400, "ORGANISATION_UNKNOWN")

    def test_auditor_may_not_announce(self, world: World, caller) -> None:  # type: ignore[no-untyped-def]
        refused(caller(world, "auditor").post("/gifts", GIFT), 403, "FORBIDDEN")

    def test_gift_arrives_short_and_is_reversed(self, world: World, caller) -> None:  # type: ignore[no-untyped-def]
        clerk, keeper = caller(world, "gift_clerk"), caller(world, "storekeeper")
        made = clerk.post("/gifts", GIFT | {"lines": [{"item": "T-mask", "quantity": 2, "unit": "箱"}]}).json()
        assert made["lines"][0]["quantity_advised"] == 960
        arrival = {
            "store": "S1",
            "source": made["id"],
            "final": True,
            "lines": [{"item": "T-mask", "quantity_good": 900, "no_lot_reason": "散装"}],
        }
        body = refused(keeper.post("/receipts", arrival), 400, "SHORTAGE_REASON_MISSING")
        assert "60" in body["message"]
        arrival["lines"][0]["reason"] = "路上淋湿丢弃"  # type: ignore[index]
        key = uuid4()
        receipt = keeper.post("/receipts", arrival, key=key)
        assert receipt.status_code == 201, receipt.json()
        assert keeper.post("/receipts", arrival, key=key).json() == receipt.json()
        line = keeper.get(f"/gifts/{made['id']}").json()["lines"][0]
        assert (line["quantity_good"], line["quantity_missing"]) == (900, 60)
        back = keeper.post(
            f"/receipts/{receipt.json()['id']}/reversal",
            {
                "reason": "多点了一箱",
                "lines": [{"receipt_line": receipt.json()["lines"][0]["id"], "quantity_good": 480}],
            },
        )
        assert back.status_code == 201 and back.json()["lines"][0]["good_left"] == 420
        assert keeper.get("/balances?kind=store").json()["results"][0]["quantity"] == 420
        assert caller(world, "auditor").get("/verification").json()["ok"]

    def test_days_that_take_nothing_any_more(self, world: World, caller) -> None:  # type: ignore[no-untyped-def]
        """A day ahead, a day gone without a reason, one beyond the limit, and one that is sealed, which names the first
        day that is open."""
        keeper = caller(world, "storekeeper")
        arrival = {
            "store": "S1", "counterparty": "U01", "kind": "gift",
            "lines": [{"item": "T-mask", "quantity_good": 10, "no_lot_reason": "散装"}],
        }  # fmt: skip
        today = business_date(now())
        sealed, late = today - timedelta(days=2), {"late_reason": "夜间漏记"}
        BookHead.objects.filter(book=world.book).update(sealed_through=sealed)
        for days, more, status, code, words in (
            (1, {}, 400, "DATE_IN_FUTURE", f"晚于今天 {today},请改为今天或更早"),
            (-1, {}, 400, "LATE_REASON_MISSING", "请填写补记原因"),
            (-2, late, 409, "SEALED_DAY", f"{sealed} 已封账(封至 {sealed}),不再增减。请记在 {sealed + DAY} 或以后"),
            (-9, late, 409, "SEALED_DAY", "不再增减"),
        ):
            dated = {"business_date": str(today + timedelta(days=days))}
            body = refused(keeper.post("/receipts", arrival | dated | more), status, code)
            assert body["field"] in ("business_date", "late_reason") and words in body["message"]
        BookHead.objects.filter(book=world.book).update(sealed_through=None)
        old = {"business_date": str(today - timedelta(days=8))}
        body = refused(keeper.post("/receipts", arrival | old | late), 409, "LATE_ENTRY_TOO_OLD")
        assert f"补记最早到 {today - timedelta(days=7)}(本台账限 7 天)" in body["message"]
        assert not Move.objects.exists()
        taken = keeper.post("/receipts", arrival | late | {"business_date": str(today - DAY)})
        assert (taken.status_code, Move.objects.get().late_reason) == (201, "夜间漏记")

    def test_store_without_the_hazard_class(self, world: World, caller) -> None:  # type: ignore[no-untyped-def]
        keeper = caller(world, "storekeeper")
        body = {
            "store": "S1",
            "counterparty": "U01",
            "kind": "gift",
            "lines": [{"item": "T-alcohol", "quantity_good": 10}],
        }
        answer = keeper.post("/receipts", body)
        assert answer.status_code in (400, 409) and "一号库" in answer.json()["message"]
        assert keeper.post("/receipts", body | {"store": "S2"}).status_code == 201

    def test_of_another_bureau(self, world: World, caller) -> None:  # type: ignore[no-untyped-def]
        other = make_world("other")
        made = caller(other, "gift_clerk").post("/gifts", GIFT).json()
        keeper = caller(world, "storekeeper")
        refused(keeper.get(f"/gifts/{made['id']}"), 404, "NOT_FOUND")
        arrival = {"store": "S1", "source": made["id"], "lines": [{"item": "T-mask", "quantity_good": 1}]}
        refused(keeper.post("/receipts", arrival), 404, "NOT_FOUND")


class TestRequisitions:
    ask = {
        "organisation": "U05",
        "lines": [
            {"item": "T-mask", "quantity": 500, "on_hand": 20, "daily_use": 100},
            {"item": "T-n95", "quantity": None},
        ],
    }

    def test_a_unit_asks_only_for_itself(self, world: World, caller) -> None:  # type: ignore[no-untyped-def]
        answer = caller(world, "requester", world.second_hospital).post("/requisitions", self.ask)
        assert answer.status_code in (400, 404)

    def test_nobody_approves_his_own(self, world: World, caller) -> None:  # type: ignore[no-untyped-def]
        desk = caller(world, "coordinator")
        filed = desk.post(
            "/requisitions",
            self.ask | {"channel": "phone", "caller": "值班护士", "received_at": "2020-02-03T03:00:00Z"},
        )
        assert filed.status_code == 201, filed.json()
        lines = [
            {"line": line["id"], "quantity_approved": line["quantity_requested"]} for line in filed.json()["lines"]
        ]
        body = refused(
            desk.post(f"/requisitions/{filed.json()['id']}/approval", {"lines": lines}), 403, "SELF_APPROVAL"
        )
        assert "本人" in body["message"]

    def test_review(self, world: World, caller) -> None:  # type: ignore[no-untyped-def]
        unit, reviewer = caller(world, "requester", world.hospital), caller(world, "allocator")
        filed = unit.post("/requisitions", self.ask).json()
        assert filed["lines"][1]["quantity_requested"] is None
        path = f"/requisitions/{filed['id']}/approval"
        ids = [line["id"] for line in filed["lines"]]
        over = reviewer.post(
            path, {"lines": [{"line": ids[0], "quantity_approved": 501}, {"line": ids[1], "quantity_approved": None}]}
        )
        assert over.status_code == 400 and "500" in over.json()["message"]
        cut = reviewer.post(
            path, {"lines": [{"line": ids[0], "quantity_approved": 300}, {"line": ids[1], "quantity_approved": None}]}
        )
        assert cut.status_code == 400 and "原因" in cut.json()["message"]
        lines = [
            {"line": ids[0], "quantity_approved": 300, "cut_reason": "库存不足"},
            {"line": ids[1], "quantity_approved": None},
        ]
        refused(reviewer.post(path, {"lines": lines, "version": 9}), 409, "CHANGED_MEANWHILE")
        done = reviewer.post(path, {"lines": lines, "version": filed["version"]})
        assert done.status_code == 201, done.json()
        assert [line["quantity_open"] for line in done.json()["lines"]] == [300, None]
        refused(reviewer.post(path, {"lines": lines}), 409, "STATE_CONFLICT")
        refused(caller(world, "requester", world.second_hospital).get(f"/requisitions/{filed['id']}"), 404, "NOT_FOUND")
        assert [row["item"] for row in unit.get("/requisition-lines").json()["results"]] == ["T-mask", "T-n95"]

    def test_over_asking_and_stale_lines_at_once(self, world: World, caller) -> None:  # type: ignore[no-untyped-def]
        unit, clerk = caller(world, "requester", world.hospital), caller(world, "allocator")
        lines = [{"item": "T-mask", "quantity": 5_000, "daily_use": 100}, {"item": "T-n95", "quantity": 5}]
        filed = unit.post("/requisitions", {"organisation": "U05", "lines": lines}).json()
        marks = [line["over_asking"] for line in filed["lines"]]
        assert [[mark["code"] for mark in row] for row in marks] == [["BEYOND_NORM"], ["USE_UNKNOWN"]]
        assert (marks[0][0]["requested"], marks[0][0]["most"], marks[0][0]["is_over"]) == (5_000, 1_400, True)
        ids = [line["id"] for line in filed["lines"]]
        review = [{"line": ids[0], "quantity_approved": 5_000}, {"line": ids[1], "quantity_approved": 5}]
        assert clerk.post(f"/requisitions/{filed['id']}/approval", {"lines": review}).status_code == 201
        found = clerk.get("/requisition-lines?over_asking=true").json()["results"]
        assert [row["id"] for row in found] == ids[:1]
        assert clerk.get("/requisition-lines?stale=true").json()["results"] == []
        given = {"organisation": "U05", "lines": [{"line": ids[0], "on_hand": 3}, {"line": ids[1]}]}
        refused(caller(world, "allocator").post("/requisition-line-confirmations", given), 403, "FORBIDDEN")
        twice = {"organisation": "U05", "lines": [{"line": ids[0]}, {"line": ids[0]}]}
        refused(unit.post("/requisition-line-confirmations", twice), 400, "LINE_TWICE")
        refused(
            unit.post("/requisition-line-confirmations", {"organisation": "U05", "lines": [{"line": 999_999}]}),
            404,
            "NOT_FOUND",
        )
        done = unit.post("/requisition-line-confirmations", given)
        assert (done.status_code, done.json()["confirmed"]) == (201, ids)

    def test_shortage_becomes_one_task(self, world: World, caller) -> None:  # type: ignore[no-untyped-def]
        from tests.factories.allocation import ask
        from tests.factories.duty import make_colleague

        ask(world, world.hospital, 1_000)
        buyer, clerk = make_colleague(world, "采购员示例", "buyer"), caller(world, "allocator")
        given = {"item": "T-mask", "owner": buyer.person.pk, "due_at": (now() + DAY).isoformat()}
        refused(caller(world, "storekeeper").post("/replenishments", given), 403, "FORBIDDEN")
        refused(clerk.post("/replenishments", given | {"item": "T-n95"}), 409, "NO_SHORTAGE")
        refused(clerk.post("/replenishments", given | {"quantity": 0}), 400, "QUANTITY_INVALID")
        made = clerk.post("/replenishments", given)
        assert (made.status_code, made.json()["quantity_gap"], made.json()["met_at"]) == (201, 1_000, None)
        again = clerk.post("/replenishments", given)
        assert (again.status_code, again.json()["id"]) == (200, made.json()["id"])
        [row] = caller(world, "buyer").get("/replenishments").json()["results"]
        assert (row["item"], row["quantity_gap"], row["replenishment"]["owner"]["name"]) == (
            "T-mask",
            1_000,
            "采购员示例",
        )
