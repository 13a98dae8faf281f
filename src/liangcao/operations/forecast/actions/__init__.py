"""What is done with norms, need events and the days of an alert."""

from liangcao.operations.forecast.actions.alert_days import set_alert_days
from liangcao.operations.forecast.actions.events import (
    EventInput,
    cancel_need_event,
    change_need_event,
    make_need_event,
)
from liangcao.operations.forecast.actions.norms import make_norm, retire_norm

__all__ = [
    "EventInput", "cancel_need_event", "change_need_event", "make_need_event", "make_norm", "retire_norm",
    "set_alert_days",
]  # fmt: skip
