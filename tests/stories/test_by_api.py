"""The four journeys of the main line, as a program walks them over the API: each ends in a trace whose quantities add
up and in a briefing whose figures open their entries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest

from liangcao.foundation.kernel.clock import business_date, now
from liangcao.operations.allocation.actions import load_rule_sets
from tests.factories.world import NOON, World

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Bureau:
    """The people of a bureau as API callers."""

    world: World
    caller: Any
    today: date

    def __getattr__(self, role: str) -> Any:
        return self.caller(self.world, role)

    def unit(self, name: str) -> Any:
        """Somebody who speaks for one of the world's units."""
        return self.caller(self.world, "requester", getattr(self.world, name))


def done(answer: Any) -> Any:
    """The body of an answer that must be a success."""
    assert answer.status_code in (200, 201), answer.json()
    return answer.json()


@pytest.fixture
def bureau(world: World, caller: Any) -> Bureau:
    """The bureau's calendar stands at 3 February 2020, whenever the test runs."""
    shift = (NOON.date() - business_date(now())).days
    type(world.bureau).objects.filter(pk=world.bureau.pk).update(exercise_shift_days=shift)
    load_rule_sets(by=world.system, at=NOON)
    today = (now() + timedelta(days=shift, hours=8)).date()
    return Bureau(replace(world), caller, today)


def ask(bureau: Bureau, unit: str, code: str, quantity: int | None, **more: Any) -> dict[str, Any]:
    """A unit asks, and the allocator approves all of it."""
    filed = done(
        bureau.unit(unit).post(
            "/requisitions", {"organisation": code, "lines": [{"item": "T-mask", "quantity": quantity, **more}]}
        )
    )
    lines = [{"line": line["id"], "quantity_approved": line["quantity_requested"]} for line in filed["lines"]]
    return done(bureau.allocator.post(f"/requisitions/{filed['id']}/approval", {"lines": lines}))  # type: ignore[no-any-return]


def publish(bureau: Bureau, **body: Any) -> dict[str, Any]:
    """Draft, look at it together, sign."""
    path = body.pop("path", "/plans")
    plan = done(bureau.allocator.post(path, {"plan_date": bureau.today.isoformat(), **body}))
    done(bureau.coordinator.post(f"/plans/{plan['id']}/review", {}))
    return done(bureau.leader.post(f"/plans/{plan['id']}/publication", {}))  # type: ignore[no-any-return]


def deliver(bureau: Bureau, plan: dict[str, Any], receipts: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """Pick, hand over, sign. `receipts`: unit code → what the unit says; the others got everything whole."""
    signed = []
    for made in done(bureau.storekeeper.post("/deliveries", {"plan": plan["id"]})):
        done(bureau.storekeeper.post(f"/deliveries/{made['id']}/hand-over", {"carrier": "示例物流"}))
        said = (receipts or {}).get(made["organisation"], lambda _: {"signed_name": "收货员"})(made)
        signed.append(done(bureau.coordinator.post(f"/deliveries/{made['id']}/receipt", said)))
    return signed


def figures(bureau: Bureau) -> dict[str, int | None]:
    """key → value of today's figures."""
    day = bureau.today.isoformat()
    return {row["key"]: row["value"] for row in done(bureau.leader.get("/figures", date=day))["figures"]}


def assert_opens(bureau: Bureau, key: str) -> None:
    """The entries behind a figure add up to it."""
    found = done(bureau.leader.get("/figures/entries", date=bureau.today.isoformat(), key=key))
    assert sum(int(row["quantity"]) for row in found["entries"]) == found["figure"]["value"], found


def assert_opens_one(bureau: Bureau, key: str) -> None:
    """A count opens as many entries as it says."""
    found = done(bureau.leader.get("/figures/entries", date=bureau.today.isoformat(), key=key))
    assert len(found["entries"]) == found["figure"]["value"]


def assert_traced(bureau: Bureau, ref: str, came: int, held: dict[str, int]) -> None:
    """From this source everything is somewhere."""
    item = done(bureau.auditor.get("/trace", ref=ref))["items"][0]
    assert (item["came"], item["held"], item["adds_up"]) == (came, held, True)
    assert done(bureau.auditor.get("/verification"))["ok"]


def test_gift_arrives_short_and_reaches_a_ward(bureau: Bureau) -> None:
    gift = done(
        bureau.gift_clerk.post(
            "/gifts", {"counterparty": "U01", "channel": "红十字会", "lines": [{"item": "T-mask", "quantity": 1000}]}
        )
    )
    arrival = {
        "item": "T-mask",
        "quantity_good": 900,
        "quantity_damaged": 40,
        "no_lot_reason": "散装",
        "reason": "淋湿 40,少 60",
    }
    done(bureau.storekeeper.post("/receipts", {"store": "S1", "source": gift["id"], "final": True, "lines": [arrival]}))
    requisition = ask(bureau, "hospital", "U05", 500, on_hand=50, daily_use=100)
    plan = publish(bureau, rule_set="front-line-first")
    assert [(line["organisation"], line["quantity_planned"]) for line in plan["lines"]] == [("U05", 500)]
    assert all(line["reasons"] for line in plan["lines"])

    def short(made: dict[str, Any]) -> dict[str, Any]:
        line = made["lines"][0]
        return {
            "signed_name": "药剂科",
            "lines": [{"line": line["id"], "quantity_good": 490, "quantity_short": 10, "reason": "少一包"}],
        }

    delivery = deliver(bureau, plan, {"U05": short})[0]
    done(
        bureau.coordinator.post(
            f"/deliveries/{delivery['id']}/settlement",
            {"reason": "留在车上,退回", "lines": [{"line": delivery["lines"][0]["id"], "outcome": "returned"}]},
        )
    )
    assert_traced(bureau, gift["number"], 940, {"store": 410, "quarantine": 40, "recipient": 490})
    assert_traced(bureau, "U05", 940, {"store": 410, "quarantine": 40, "recipient": 490})
    line = done(bureau.unit("hospital").get(f"/requisitions/{requisition['id']}"))["lines"][0]
    assert (line["quantity_delivered"], line["quantity_open"]) == (490, 10)
    numbers = figures(bureau)
    assert any("gift" in key and value == 940 for key, value in numbers.items())
    for key, value in numbers.items():
        if value and "T-mask" in key and ("gift" in key or "delivered" in key or "issued" in key):
            assert_opens(bureau, key)


def test_allotment_is_split_over_towns_by_population_to_the_piece(bureau: Bureau) -> None:
    allotment = done(
        bureau.coordinator.post(
            "/allotments", {"counterparty": "U03", "lines": [{"item": "T-mask", "quantity": 12827}]}
        )
    )
    done(
        bureau.storekeeper.post(
            "/receipts",
            {"store": "S1", "source": allotment["id"], "lines": [{"item": "T-mask", "quantity_good": 12827}]},
        )
    )
    plan = publish(
        bureau,
        path="/shares",
        item="T-mask",
        quantity=12827,
        weigh_by="population",
        organisations=["U07", "U08", "U09"],
    )
    given = {line["organisation"]: line["quantity_planned"] for line in plan["lines"]}
    # 50,000 : 30,000 : 19,999 of 12,827 — quotas 6413.56, 3848.14, 2565.29; the one piece left goes to the largest
    # remainder.
    assert given == {"U07": 6414, "U08": 3848, "U09": 2565} and sum(given.values()) == 12827
    deliver(bureau, plan)
    assert_traced(bureau, allotment["number"], 12827, {"recipient": 12827})
    numbers = figures(bureau)
    for key in [key for key, value in numbers.items() if "T-mask" in key and value == 12827 and "allotment" in key]:
        assert_opens(bureau, key)


def test_front_line_is_served_first_under_shortage(bureau: Bureau) -> None:
    _, moved = bureau.world.put_in(bureau.world.mask, 1000, at=NOON)
    ask(bureau, "hospital", "U05", 700)
    ask(bureau, "second_hospital", "U06", 200)
    ask(bureau, "town", "U07", 400)
    ask(bureau, "enterprise", "U10", 300)
    plan = publish(bureau, rule_set="front-line-first")
    given = {line["organisation"]: line["quantity_planned"] for line in plan["lines"]}
    assert given == {"U05": 700, "U06": 200, "U07": 100, "U10": 0}
    poor = next(line for line in plan["lines"] if line["organisation"] == "U10")
    assert poor["gap"] == 300 and poor["reasons"]
    deliver(bureau, plan)
    assert_traced(bureau, moved.number, 1000, {"recipient": 1000})


def test_emergency_issue_at_two_is_regularised(bureau: Bureau) -> None:
    _, moved = bureau.world.put_in(bureau.world.suit, 800, at=NOON)
    body = {
        "store": "S1", "organisation": "U05", "lines": [{"item": "T-suit", "quantity": 500}], "leader": "值班组长甲",
        "reason": "02:00 接收重症", "limit_note": "500 套,仅此一次",
    }  # fmt: skip
    refused = bureau.auditor.post("/issues", body)
    assert refused.status_code == 403
    # Each asking for a role is another person; here it must be the same one twice.
    coordinator = bureau.coordinator
    issued = done(coordinator.post("/issues", body))
    assert issued["status"] == "in_transit" and issued["papers_due_at"] and not issued["papers_ref"]
    assert figures(bureau)["papers_owing"] == 1
    assert_opens_one(bureau, "papers_owing")
    own = coordinator.post(f"/deliveries/{issued['id']}/receipt", {"signed_name": "急诊科"})
    assert own.status_code == 403, own.json()
    done(bureau.unit("hospital").post(f"/deliveries/{issued['id']}/receipt", {"signed_name": "急诊科"}))
    done(bureau.leader.post(f"/deliveries/{issued['id']}/papers", {"papers_ref": "示例发〔2020〕3号"}))
    again = bureau.leader.post(f"/deliveries/{issued['id']}/papers", {"papers_ref": "x"})
    assert again.status_code == 409
    assert not figures(bureau).get("papers_owing")
    assert_traced(bureau, moved.number, 800, {"store": 300, "recipient": 500})


def test_who_signs_names_the_version_that_he_read(bureau: Bureau) -> None:
    bureau.world.put_in(bureau.world.mask, 500)
    ask(bureau, "town", "U07", 100)
    plan = done(
        bureau.allocator.post("/plans", {"plan_date": bureau.today.isoformat(), "rule_set": "front-line-first"})
    )
    path = f"/plans/{plan['id']}"
    assert done(bureau.coordinator.post(f"{path}/review", {"version": plan["version"]}))["version"] == 2
    done(bureau.allocator.post(f"{path}/recomputation", ""))
    refused = bureau.leader.post(f"{path}/publication", {"version": 2})
    assert (refused.status_code, refused.json()["code"]) == (409, "CHANGED_MEANWHILE")
