"""Calls at the same moment, each in a thread with a database connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

WAIT_SECONDS = 60


@dataclass
class Outcome:
    """What one call came to: its value, or the exception it raised."""

    value: Any = None
    error: Exception | None = None


@pytest.fixture
def run_together(fresh_database: object) -> Callable[[Sequence[Callable[[], Any]]], list[Outcome]]:
    """`run_together([f, g, …])` starts all at once and returns their outcomes in the same order."""
    return start_together


def start_together(calls: Sequence[Callable[[], Any]]) -> list[Outcome]:
    """See the fixture. A call that hangs fails the test instead of hanging it."""
    from django.db import connections

    outcomes = [Outcome() for _ in calls]
    barrier = threading.Barrier(len(calls))

    def work(index: int) -> None:
        try:
            connections["default"].ensure_connection()
            barrier.wait(WAIT_SECONDS)
            outcomes[index].value = calls[index]()
        except Exception as error:
            outcomes[index].error = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(index,), daemon=True) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_SECONDS)
    assert not any(thread.is_alive() for thread in threads), f"a call did not come back within {WAIT_SECONDS} s"
    return outcomes
