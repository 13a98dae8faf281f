"""States of a document: names in both languages, allowed next states, whose turn it is."""

from __future__ import annotations

from dataclasses import dataclass

from liangcao.foundation.kernel.errors import Conflict


@dataclass(frozen=True)
class State:
    """One state. `turn` is the role that must act next, None when nobody has to (an end state)."""

    zh: str
    en: str
    next: tuple[str, ...] = ()
    turn: str | None = None


Flow = dict[str, State]


def check_step(flow: Flow, current: str, target: str, *, what_zh: str, what_en: str) -> None:
    """Raise `Conflict` STATE_CONFLICT with the allowed next states unless `target` follows `current`."""
    state = flow[current]
    if target in state.next:
        return
    allowed_zh = "、".join(flow[name].zh for name in state.next) or "无"
    allowed_en = ", ".join(flow[name].en for name in state.next) or "none"
    raise Conflict(
        "STATE_CONFLICT",
        f"{what_zh}现在是“{state.zh}”,不能转为“{flow[target].zh}”;可以的下一步:{allowed_zh}。请刷新后再试",
        f'{what_en} is now "{state.en}" and cannot become "{flow[target].en}";'
        f" allowed next: {allowed_en}. Reload and try again",
    )
