"""What is done with norms and need events."""

from liangcao.operations.forecast.actions.events import (
    EventInput,
    cancel_need_event,
    change_need_event,
    make_need_event,
)
from liangcao.operations.forecast.actions.norms import make_norm, retire_norm

__all__ = [
    "EventInput", "cancel_need_event", "change_need_event", "make_need_event", "make_norm", "retire_norm",
]  # fmt: skip
