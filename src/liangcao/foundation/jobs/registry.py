"""The kinds of jobs: a name, the function that does one, how often it may fail, how often it comes round."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Handler = Callable[..., None]
Prepare = Callable[..., Any]
ATTEMPTS = 5


@dataclass(frozen=True)
class Kind:
    """One kind of job. `prepare` is its slow first half (network, long computing), done outside any transaction."""

    name: str
    handler: Handler
    zh: str
    en: str
    attempts: int = ATTEMPTS
    prepare: Prepare | None = None
    seconds: int | None = None


_KINDS: dict[str, Kind] = {}


def job(
    kind: str, *, attempts: int = ATTEMPTS, prepare: Prepare | None = None, zh: str = "", en: str = ""
) -> Callable[[Handler], Handler]:
    """Register `handler(*, payload, at)` as what does a job of this kind.

    The handler runs inside the job's transaction: its writes and the job's end stand or fall together, and a worker
    whose lease was taken over cannot commit. It must be quick and do nothing that a rollback cannot undo. What is slow
    or reaches outside goes into `prepare(*, payload, at)`, which may run more than once and writes nothing here; its
    answer comes to the handler as `prepared`.
    """

    def register(handler: Handler) -> Handler:
        _register(Kind(kind, handler, zh or kind, en or kind, attempts, prepare))
        return handler

    return register


def periodic(
    kind: str, *, seconds: int, prepare: Prepare | None = None, zh: str = "", en: str = ""
) -> Callable[[Handler], Handler]:
    """Register `handler(*, payload, at)` to run every so many seconds, once over all workers. The payload is {};
    `prepare` as for `job`."""

    def register(handler: Handler) -> Handler:
        _register(Kind(kind, handler, zh or kind, en or kind, ATTEMPTS, prepare, seconds))
        return handler

    return register


def kinds() -> dict[str, Kind]:
    """Every registered kind by name."""
    return dict(_KINDS)


def kind_of(name: str) -> Kind | None:
    """The kind of this name; None for one that this version does not know."""
    return _KINDS.get(name)


def _register(kind: Kind) -> None:
    held = _KINDS.get(kind.name)
    if held is not None and held.handler.__module__ != kind.handler.__module__:
        raise ValueError(f"two handlers for the job {kind.name!r}: {held.handler} and {kind.handler}")
    _KINDS[kind.name] = kind
