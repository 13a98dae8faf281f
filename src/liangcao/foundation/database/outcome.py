"""What a request, a command or a job has certainly written so far. Who is told that something went wrong must also be
told whether his act stands; only whoever watches the commits knows. Pure Python: a command that needs no database asks
here as well."""

from __future__ import annotations

import time
from contextvars import ContextVar, Token
from dataclasses import dataclass

MOST_TRIES = 3


@dataclass
class Outcome:
    """Commits of what wrote something: how many stand, and whether one broke off so that nobody knows."""

    committed: int = 0
    is_unknown: bool = False
    tries: int = 1

    @property
    def has_written_nothing(self) -> bool:
        """True only where it is certain."""
        return not (self.committed or self.is_unknown)


@dataclass
class _Process:
    """When this process last saw a commit succeed (monotonic seconds)."""

    committed_at: float = float("-inf")


_CURRENT: ContextVar[Outcome | None] = ContextVar("outcome", default=None)
_PROCESS = _Process()


def begin() -> Token[Outcome | None]:
    """Count from zero: a new request, a new command."""
    return _CURRENT.set(Outcome())


def end(token: Token[Outcome | None]) -> None:
    """Back to what was counted before."""
    _CURRENT.reset(token)


def current() -> Outcome:
    """What is counted now; outside of any request something that is forgotten at once."""
    return _CURRENT.get() or Outcome()


def note_commit() -> None:
    """A commit that wrote something succeeded."""
    current().committed += 1
    _PROCESS.committed_at = time.monotonic()


def note_unknown() -> None:
    """A commit broke off, written or not; nor is it known that the database takes writes."""
    current().is_unknown = True
    note_fault()


def note_fault() -> None:
    """The database or its disk refused a write: earlier commits prove nothing any more."""
    _PROCESS.committed_at = float("-inf")


def has_committed_within(seconds: float) -> bool:
    """Whether this process wrote so lately that nobody need try whether the database takes writes."""
    return time.monotonic() - _PROCESS.committed_at <= seconds
