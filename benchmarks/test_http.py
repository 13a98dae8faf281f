"""Receipts over HTTP, each acknowledged after its commit, with one server process and with two."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from tests.rig import databases
from tests.rig.databases import TestDatabase
from tests.torture.client import call
from tests.torture.system import System
from tests.torture.world import Field, make_field

CLIENTS = 8
SECONDS = 10.0


def receive(system: System, world: Field, number: int) -> None:
    """One receipt of one line, by one of the keepers."""
    line = {"item": "T-mask", "quantity_good": 7, "maker_lot": uuid4().hex}
    body = {"store": "S1", "counterparty": "U01", "kind": "gift", "lines": [line]}
    headers = {"Idempotency-Key": str(uuid4()), "Content-Type": "application/json"}
    status, told = call(system.port, "POST", "/receipts", world.keepers[number], body, headers)
    assert status == 201, told


def in_parallel(act: Callable[[int], None]) -> list[float]:
    """Seconds of each call that eight clients made, one after the other each, until the time was over."""
    spent: list[float] = []
    until = time.perf_counter() + SECONDS

    def work(number: int) -> None:
        while (begun := time.perf_counter()) < until:
            act(number)
            spent.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(spent)


@pytest.mark.parametrize("processes", [1, 2])
def test_receipts_over_http(fresh_database: TestDatabase, tmp_path: Path, processes: int, engine: str) -> None:
    """Prints receipts a second, median and p99; the book must prove right afterwards."""
    world = make_field(writers=CLIENTS)
    databases.disconnect()
    system = System(fresh_database.url, tmp_path / "home", processes=processes)
    system.start()
    try:
        spent = in_parallel(lambda number: receive(system, world, number))
        proof = system.json("verify")
    finally:
        system.stop()
    print(
        f"\n{engine}, {processes} processes, {CLIENTS} clients: {len(spent) / SECONDS:.0f} receipts/s,"
        f" median {spent[len(spent) // 2] * 1000:.0f} ms, p99 {spent[int(len(spent) * 0.99)] * 1000:.0f} ms"
    )
    assert proof["ok"], proof
