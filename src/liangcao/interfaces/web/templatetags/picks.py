"""Words of picking."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.filter
def pick_state(line: Any) -> str:
    """Whether a line of a delivery stands ready, by whom and when."""
    from liangcao.interfaces.web.desk.dispatch.scanned_picks import state_of

    return state_of(line)
