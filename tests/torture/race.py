"""Fifty clients for a hundred pieces, at the same moment, over every path by which pieces leave a place."""

from __future__ import annotations

import random
import threading
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.torture.checkers import Report, judge
from tests.torture.client import OK, REFUSED, Answer, Client, Journal, Operation
from tests.torture.system import System
from tests.torture.world import Field

CLIENTS = 50
PIECES, BROKEN = 100, 30
ITEM = "T-n95"
# What a loser may be told. Anything else is a finding.
LOSING = {
    "STOCK_SHORT", "GOODS_MOVED_ON", "REVERSAL_TOO_LARGE", "TOO_MANY", "STATE_CONFLICT", "ALREADY_REVERSED",
    "LOT_NOT_FOUND", "NOT_FOUND", "PLAN_CHANGED", "PLAN_STOCK_TAKEN", "NOTHING_TO_REVERSE", "LINE_UNKNOWN",
}  # fmt: skip


class Race:
    """Rounds on one system; the calls of a round come from the seed."""

    def __init__(self, system: System, world: Field, folder: Path, seed: int) -> None:
        self.system, self.world = system, world
        self.chance = random.Random(f"race {seed}")
        self.clients = [Client(system.port, Journal(folder / f"racer{number}.jsonl")) for number in range(CLIENTS)]
        self.wrong: list[str] = []
        self.won: dict[str, int] = {}
        self.lost: dict[str, int] = {}

    def round(self) -> None:
        """New goods, fifty prepared calls, one start."""
        calls = self._prepared(self._arrival())
        self.chance.shuffle(calls)
        answers = self._all_at_once(calls)
        for call, answer in zip(calls, answers, strict=True):
            path = call.path.rpartition("/")[2]
            told = self.won if answer.outcome == OK else self.lost
            told[path] = told.get(path, 0) + 1
            code = answer.body.get("code") if isinstance(answer.body, dict) else None
            if answer.outcome == REFUSED and code not in LOSING:
                self.wrong.append(f"{call.path}: {answer.status} {answer.body}")

    def judged(self) -> Report:
        """After all rounds."""
        left = [held for client in self.clients for held in client.resolve()]
        report = judge(self.system, self.world, [client.journal for client in self.clients], left)
        report.findings["losers"] = self.wrong
        return report

    def _id(self) -> str:
        return str(UUID(int=self.chance.getrandbits(128), version=4))

    def _do(self, path: str, body: Any, token: str, **more: Any) -> Any:
        """A call of the preparation; it must succeed."""
        answer = self.clients[0].send(Operation(more.pop("id", self._id()), path, body, token, **more))
        assert answer.outcome == OK, (path, answer)
        return answer.body

    def _arrival(self) -> dict[str, Any]:
        made = self._id()
        line = {
            "item": ITEM, "quantity_good": PIECES, "quantity_damaged": BROKEN, "maker_lot": made, "reason": "破损",
        }  # fmt: skip
        body = {"store": "S1", "counterparty": "U01", "kind": "gift", "lines": [line]}
        receipt: dict[str, Any] = self._do("/receipts", body, self.world.keepers[0], id=made, total=PIECES + BROKEN)
        return receipt

    def _prepared(self, receipt: dict[str, Any]) -> list[Operation]:
        """The fifty: those that need papers have them."""
        line, lot = receipt["lines"][0]["id"], receipt["lines"][0]["lot"]
        calls = [self._transfer(lot) for _ in range(14)] + [self._issue() for _ in range(12)]
        calls += [self._write_off(lot) for _ in range(6)] + [self._take_back(receipt["id"], line) for _ in range(6)]
        calls += [self._inspect(lot) for _ in range(5)] + [self._send_back(receipt["id"], line) for _ in range(4)]
        return calls + self._publications(lot, receipt["business_date"])

    def _few(self) -> int:
        return self.chance.randint(1, 7)

    def _keeper(self) -> str:
        return self.chance.choice(self.world.keepers)

    def _transfer(self, lot: str) -> Operation:
        made, quantity = self._id(), self._few()
        body = {"from_store": "S1", "to_store": "S2", "reason": made, "lines": [{"lot": lot, "quantity": quantity}]}
        return Operation(made, "/transfers", body, self._keeper(), ((lot, quantity),), quantity)

    def _issue(self) -> Operation:
        made, quantity = self._id(), self._few()
        body = {
            "store": "S1", "organisation": "U05", "lines": [{"item": ITEM, "quantity": quantity}], "leader": "组长甲",
            "reason": made, "limit_note": "仅此一次",
        }  # fmt: skip
        return Operation(made, "/issues", body, self._keeper(), None, quantity)

    def _write_off(self, lot: str) -> Operation:
        made, quantity = self._id(), self._few()
        body = {"store": "S1", "cause": "damaged", "reason": made, "lines": [{"lot": lot, "quantity": quantity}]}
        asked = self._do("/write-offs", body, self.world.keepers[0])
        path = f"/write-offs/{asked['id']}/approval"
        return Operation(made, path, {}, self.world.leader, ((lot, quantity),), quantity)

    def _take_back(self, receipt_id: int, line: int) -> Operation:
        made, quantity = self._id(), self._few()
        body = {"reason": made, "lines": [{"receipt_line": line, "quantity_good": quantity}]}
        return Operation(made, f"/receipts/{receipt_id}/reversal", body, self._keeper(), None, quantity)

    def _inspect(self, lot: str) -> Operation:
        made, quantity = self._id(), self._few()
        body = {
            "store": "S1",
            "quantity": quantity,
            "outcome": self.chance.choice(["passed", "rejected"]),
            "reason": made,
        }
        return Operation(made, f"/lots/{lot}/inspections", body, self._keeper(), ((lot, quantity),), quantity)

    def _send_back(self, receipt_id: int, line: int) -> Operation:
        made, quantity = self._id(), self._few()
        body = {"reason": made, "lines": [{"receipt_line": line, "quantity": quantity}]}
        return Operation(made, f"/receipts/{receipt_id}/returns", body, self._keeper(), None, quantity)

    def _publications(self, lot: str, today: str) -> list[Operation]:
        """A plan that gives pieces of the lot, published three times at once: it reserves once or not at all."""
        body = {
            "plan_date": today, "item": ITEM, "quantity": 24, "weigh_by": "beds", "organisations": ["U05", "U06"],
            "lots": [lot],
        }  # fmt: skip
        plan = self._do("/shares", body, self.world.allocator)["id"]
        self._do(f"/plans/{plan}/review", {}, self.world.coordinator)
        return [Operation(self._id(), f"/plans/{plan}/publication", {}, self.world.leader) for _ in range(3)]

    def _all_at_once(self, calls: list[Operation]) -> list[Answer]:
        answers: list[Answer | None] = [None] * len(calls)
        start = threading.Barrier(len(calls))

        def run(number: int) -> None:
            start.wait(30)
            answers[number] = self.clients[number].send(calls[number])

        threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(len(calls))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        assert all(answers), "a racer did not come back"
        return [answer for answer in answers if answer is not None]
