"""How often something happened lately, counted across the worker processes of this machine without a server of its own.

A file mapped into memory holds one number for each key: the moment until which its allowance is used up (the generic
cell rate algorithm). One more event moves that moment by the interval that one event costs; when it lies further ahead
than the allowance, the event comes too early, and how much too early is the time to wait. A hit costs some ten
microseconds and writes nothing to the database.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

_SLOT = struct.Struct("=8sd")
_WAYS = 8
_BUCKETS = 4096
_SIZE = _SLOT.size * _WAYS * _BUCKETS


@dataclass(frozen=True)
class Allowance:
    """`most` events in `seconds`, at once or spread."""

    most: int
    seconds: float

    @property
    def cost(self) -> float:
        """How long one event uses the allowance."""
        return self.seconds / self.most


class Counters:
    """The counters of one file. Where the file cannot be made, this process counts alone."""

    def __init__(self, path: Path) -> None:
        self._thread = threading.Lock()
        self._handle: int | None = None
        self._table: mmap.mmap | bytearray
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            os.ftruncate(self._handle, _SIZE)
            self._table = mmap.mmap(self._handle, _SIZE)
        except OSError:
            self._handle, self._table = None, bytearray(_SIZE)

    def wait(self, key: str, allowance: Allowance) -> float:
        """Seconds until `key` may happen again; 0 when it may now. Counts nothing."""
        return self._look(key, allowance, counts=False)

    def hit(self, key: str, allowance: Allowance) -> float:
        """Count one event of `key`, or say how long to wait: an event that comes too early is not counted."""
        return self._look(key, allowance, counts=True)

    def _look(self, key: str, allowance: Allowance, *, counts: bool) -> float:
        name = blake2b(key.encode(), digest_size=12).digest()
        mark, bucket = name[:8], int.from_bytes(name[8:]) % _BUCKETS
        # Monotonic: setting the clock neither locks anybody out nor lets anybody in.
        now = time.monotonic()
        with self._locked(bucket):
            place, used_until = self._find(mark, bucket, now)
            # Further ahead than any allowance reaches: left over from before the machine was started again.
            if not now < used_until <= now + 2 * allowance.seconds:
                used_until = now
            early = used_until + allowance.cost - now - allowance.seconds
            if early > 1e-9:
                return early
            if counts:
                _SLOT.pack_into(self._table, place, mark, used_until + allowance.cost)
            return 0.0

    def _find(self, mark: bytes, bucket: int, now: float) -> tuple[int, float]:
        """The slot of a key, else the slot that is free the longest."""
        start = bucket * _WAYS * _SLOT.size
        oldest, oldest_moment = start, float("inf")
        for place in range(start, start + _WAYS * _SLOT.size, _SLOT.size):
            held, moment = _SLOT.unpack_from(self._table, place)
            if held == mark:
                return place, moment
            if moment < oldest_moment:
                oldest, oldest_moment = place, moment
        return oldest, now

    @contextmanager
    def _locked(self, bucket: int) -> Iterator[None]:
        """One at a time: threads by a lock of this process, processes by a lock on the bucket's bytes."""
        with self._thread:
            if self._handle is None:
                yield
                return
            place, length = bucket * _WAYS * _SLOT.size, _WAYS * _SLOT.size
            fcntl.lockf(self._handle, fcntl.LOCK_EX, length, place)
            try:
                yield
            finally:
                fcntl.lockf(self._handle, fcntl.LOCK_UN, length, place)
