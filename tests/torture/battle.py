"""A fight: writers at work, somebody who kills, and the judgement when it is quiet again."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from tests.torture.checkers import Report, judge
from tests.torture.client import OK, RESOLVE_SECONDS, Client, Journal, Operation
from tests.torture.cluster import Cluster
from tests.torture.system import System
from tests.torture.workload import Writer
from tests.torture.world import Field

WRITERS = 4
# Acknowledged calls between two kills, and how long they are waited for.
SOME, SOME_SECONDS = 6, 20


class Battle:
    """Four writers on one system; everything that happens comes from the seed, but for the machine's own timing."""

    def __init__(self, system: System, world: Field, folder: Path, seed: int, cluster: Cluster | None = None) -> None:
        self.system, self.world, self.cluster = system, world, cluster
        self.chance = random.Random(f"nemesis {seed}")
        journals = [Journal(folder / f"client{number}.jsonl") for number in range(WRITERS)]
        clients = [Client(system.port, journal) for journal in journals]
        self.writers = [Writer(client, world, number, seed) for number, client in enumerate(clients)]
        self.report = Report()
        self._failures: list[BaseException] = []

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Writers at work while the body runs."""

        def work(writer: Writer) -> None:
            try:
                while not writer.over.is_set():
                    writer.work_once()
            except BaseException as failure:
                self._failures.append(failure)

        threads = [threading.Thread(target=work, args=(writer,), daemon=True) for writer in self.writers]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            for writer in self.writers:
                writer.over.set()
            for thread in threads:
                thread.join(60)
        if self._failures:
            raise self._failures[0]

    def kill(self, kind: str) -> None:
        """One kill at a random moment, and how long until it is up again."""
        self._see_some_work()
        time.sleep(self.chance.uniform(0.1, 1.2))
        begun = time.monotonic()
        if kind == "server":
            self.system.kill()
            self.system.start()
        elif kind == "worker":
            self.system.kill_one(self.chance.choice)
            self.system.wait_until_up()
        else:
            assert self.cluster
            self.cluster.kill(at_once=self.chance.random() < 0.5)
            self.cluster.start()
            self.system.wait_until_up()
        self.report.recoveries.append(time.monotonic() - begun)
        self.report.kills[kind] += 1

    def _rename(self) -> None:
        """A unit gets another name: master data may change, what the book says of the past may not."""
        path, body = f"/organisations/{self.world.hospital_id}/details", {"name": "示例医院一(新院区)"}
        answer = self.writers[0].client.send(Operation(str(uuid4()), path, body, self.world.administrator))
        assert answer.outcome == OK, answer

    def _see_some_work(self) -> None:
        """Until a few more calls are acknowledged: a kill of an idle server proves nothing."""
        journals = [writer.client.journal for writer in self.writers]
        wanted = sum(journal.acknowledged for journal in journals) + SOME
        until = time.monotonic() + SOME_SECONDS
        while sum(journal.acknowledged for journal in journals) < wanted and time.monotonic() < until:
            time.sleep(0.02)

    def judged(self, resolve_seconds: float = RESOLVE_SECONDS) -> Report:
        """When it is quiet: resolve what is unknown, change what may be changed, then every checker."""
        self.system.wait_until_up()
        self._rename()
        left = [held for writer in self.writers for held in writer.client.resolve(resolve_seconds)]
        found = judge(self.system, self.world, [writer.client.journal for writer in self.writers], left)
        self.report.counts, self.report.findings = found.counts, found.findings
        return self.report
