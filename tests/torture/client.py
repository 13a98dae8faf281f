"""A client that writes down what it is about to send before it sends it, and what came back: the truth by which the
product is judged."""

from __future__ import annotations

import http.client
import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

OK, REFUSED, UNKNOWN = "ok", "refused", "unknown"
ANSWER_SECONDS = 20
RESOLVE_SECONDS = 30


@dataclass(frozen=True)
class Operation:
    """One writing call. `id` is made before it is sent. `lots`: base units by lot, when the client named them;
    `total`: base units in all; both None for a call that posts nothing."""

    id: str
    path: str
    body: dict[str, Any]
    token: str
    lots: tuple[tuple[str, int], ...] | None = None
    total: int | None = None

    @property
    def posts(self) -> bool:
        """Whether it must appear in the book when it was taken."""
        return self.total is not None


@dataclass(frozen=True)
class Answer:
    """What came back: ok, refused or unknown."""

    outcome: str
    status: int
    body: Any
    sent_at: float
    received_at: float


@dataclass
class Journal:
    """One line before each sending, one after; each on the disk before the next step."""

    path: Path
    asked: dict[str, Operation] = field(default_factory=dict)
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    acknowledged: int = 0

    def __post_init__(self) -> None:
        self._file = self.path.open("a", encoding="utf-8")

    def before(self, operation: Operation, at: float) -> None:
        """The operation is on disk before a byte of it is sent."""
        self.asked[operation.id] = operation
        self._write({"t": at, "id": operation.id, "path": operation.path, "body": operation.body})

    def after(self, operation: Operation, answer: Answer) -> None:
        """The answer is on disk before the next thing is sent."""
        self.answers.setdefault(operation.id, []).append(answer)
        self.acknowledged += answer.outcome == OK
        self._write({"t": answer.received_at, "id": operation.id, "outcome": answer.outcome, "answer": answer.body})

    def _write(self, line: dict[str, Any]) -> None:
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def outcome(self, operation_id: str) -> str:
        """ok when any answer said so; else refused when the last one said so; else unknown."""
        outcomes = [answer.outcome for answer in self.answers.get(operation_id, [])]
        if OK in outcomes:
            return OK
        return REFUSED if outcomes and outcomes[-1] == REFUSED else UNKNOWN

    def ids(self, outcome: str) -> set[str]:
        """Operations that came to this outcome."""
        return {held for held in self.asked if self.outcome(held) == outcome}


@dataclass
class Client:
    """Sends over HTTP, one call after the other."""

    port: int
    journal: Journal
    name: str = ""

    def send(self, operation: Operation) -> Answer:
        """Send once, with the journal around it."""
        sent_at = time.monotonic()
        self.journal.before(operation, sent_at)
        status, body = self._post(operation)
        answer = Answer(_outcome(status, body), status, body, sent_at, time.monotonic())
        self.journal.after(operation, answer)
        return answer

    def _post(self, operation: Operation) -> tuple[int, Any]:
        """(status, body); status 0 when there is no whole answer."""
        headers = {"Idempotency-Key": operation.id, "Content-Type": "application/json"}
        return call(self.port, "POST", operation.path, operation.token, operation.body, headers)

    def wait_for_listener(self, is_over: Callable[[], bool]) -> None:
        """Until somebody listens again: a person does not type on while nothing answers."""
        while not is_over():
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=2).close()
                return
            except OSError:
                time.sleep(0.1)

    def resolve(self, seconds: float = RESOLVE_SECONDS) -> list[str]:
        """Send what is unknown again with the same id until it is known; the ids that do not become known in time."""
        until = time.monotonic() + seconds
        left = sorted(self.journal.ids(UNKNOWN))
        while left and time.monotonic() < until:
            left = [held for held in left if self.send(self.journal.asked[held]).outcome == UNKNOWN]
            time.sleep(0.2 if left else 0)
        return left


def _outcome(status: int, body: Any) -> str:
    """2xx with a body is ok, 4xx with a code is refused; everything else is unknown."""
    if 200 <= status < 300 and body is not None:
        return OK
    return REFUSED if 400 <= status < 500 and isinstance(body, dict) and body.get("code") else UNKNOWN


def call(
    port: int, method: str, path: str, token: str, body: Any = None, headers: dict[str, str] | None = None
) -> tuple[int, Any]:
    """One HTTP call; (0, None) when no whole answer came."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
    sent = None if body is None else json.dumps(body).encode()
    try:
        connection.request(method, f"/api/v1{path}", sent, {"Authorization": f"Bearer {token}", **(headers or {})})
        response = connection.getresponse()
        length = response.getheader("Content-Length")
        raw = response.read(int(length)) if length else response.read()
        if length and len(raw) < int(length):
            return 0, None
        return response.status, json.loads(raw)
    except (OSError, http.client.HTTPException, ValueError):
        return 0, None
    finally:
        connection.close()


def pages(port: int, path: str, token: str) -> Iterator[dict[str, Any]]:
    """Every row of a list, page by page."""
    cursor = ""
    while True:
        mark = "&" if "?" in path else "?"
        status, body = call(
            port, "GET", f"{path}{mark}limit=200" + (f"&cursor={quote(cursor)}" if cursor else ""), token
        )
        assert status == 200, (status, body)
        yield from body["results"]
        cursor = body.get("next") or ""
        if not cursor:
            return
