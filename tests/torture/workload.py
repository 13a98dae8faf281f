"""What four writers send, drawn from a seed. Each document carries its own id in a text of its own (the reason, the
maker's lot, the signature), so that a document is known again whatever the product does with the id."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from tests.torture.client import OK, UNKNOWN, Answer, Client, Operation
from tests.torture.world import STORES, Field

PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23)
TOO_MUCH = 99_000_000
TWICE, BAD, LATER = 0.2, 0.1, 0.3
AWAY, PAUSE_SECONDS = 503, 0.3


class Writer:
    """One client's stream of work. A call whose outcome is unknown is mostly sent again at once, sometimes later."""

    def __init__(self, client: Client, world: Field, number: int, seed: int) -> None:
        self.client, self.world = client, world
        self.chance = random.Random(f"{seed}/{number}")
        self.token = world.keepers[number]
        self.on_the_way: list[int] = []
        self.over = threading.Event()

    def work_once(self) -> None:
        """One act of somebody, each of its calls until it is known or put off."""
        kind = self.chance.choices(("transfer", "receive", "issue", "confirm", "write_off"), (40, 20, 15, 15, 10))[0]
        getattr(self, f"_{kind}")()

    def _id(self) -> str:
        return str(UUID(int=self.chance.getrandbits(128), version=4))

    def _send(self, operation: Operation) -> Answer:
        answer = self.client.send(operation)
        if answer.outcome == UNKNOWN:
            if answer.status == AWAY:
                # As Retry-After asks, only sooner: whose database is away answers at once, and would be asked for ever.
                self.over.wait(PAUSE_SECONDS)
            self.client.wait_for_listener(self.over.is_set)
            if self.chance.random() > LATER:
                answer = self.client.send(operation)
        elif answer.outcome == OK and self.chance.random() < TWICE:
            self.client.send(operation)
        return answer

    def _transfer(self) -> None:
        made, one = self._id(), self.chance.random() < 0.6
        # Always in the same direction of the lots' order or against it: locks are taken in one order all the same.
        lots = self.chance.sample(self.world.lots, self.chance.randint(1, 3))
        lines = [(lot, self.chance.choice(PRIMES)) for lot in lots]
        if self.chance.random() < BAD:
            lines[-1] = (lines[-1][0], TOO_MUCH)
        body = {
            "from_store": STORES[not one], "to_store": STORES[one], "reason": made,
            "lines": [{"lot": lot, "quantity": quantity} for lot, quantity in lines],
        }  # fmt: skip
        self._send(Operation(made, "/transfers", body, self.token, tuple(lines), sum(q for _, q in lines)))

    def _receive(self) -> None:
        made, quantity = self._id(), self.chance.choice(PRIMES)
        line = {"item": "T-mask", "quantity_good": quantity, "maker_lot": made}
        body = {"store": self.chance.choice(STORES), "counterparty": "U01", "kind": "gift", "lines": [line]}
        self._send(Operation(made, "/receipts", body, self.token, None, quantity))

    def _issue(self) -> None:
        made, quantity = self._id(), self.chance.choice(PRIMES)
        body: dict[str, Any] = {
            "store": "S1", "organisation": "U05", "lines": [{"item": "T-mask", "quantity": quantity}],
            "leader": "组长甲", "reason": made, "limit_note": "仅此一次",
        }  # fmt: skip
        answer = self._send(Operation(made, "/issues", body, self.token, None, quantity))
        if answer.outcome == OK:
            self.on_the_way.append(answer.body["id"])

    def _confirm(self) -> None:
        if not self.on_the_way:
            return self._issue()
        made, delivery = self._id(), self.on_the_way.pop(0)
        path = f"/deliveries/{delivery}/receipt"
        self._send(Operation(made, path, {"signed_name": made}, self.world.requester, None, 0))
        return None

    def _write_off(self) -> None:
        made, lot, quantity = self._id(), self.chance.choice(self.world.lots), self.chance.choice(PRIMES)
        body = {
            "store": "S1", "cause": "damaged", "reason": made, "lines": [{"lot": lot, "quantity": quantity}],
        }  # fmt: skip
        asked = self._send(Operation(self._id(), "/write-offs", body, self.token))
        if asked.outcome == OK:
            path = f"/write-offs/{asked.body['id']}/approval"
            self._send(Operation(made, path, {}, self.world.leader, ((lot, quantity),), quantity))


def tags_of(record: dict[str, Any]) -> Iterator[str]:
    """The ids that a document carries as texts."""
    yield record["reason"]
    for lot in record["lots"]:
        yield lot["maker_lot"]
    for signature in record["signatures"]:
        yield signature["name"]
