"""Flow tables: complete, reachable, with an owner for every state that is not an end; their pages are up to date."""

from __future__ import annotations

import tomllib

import pytest

from liangcao.foundation.kernel.errors import Conflict
from liangcao.foundation.kernel.flow import Flow, check_step
from tests.architecture import state_pages
from tests.architecture.tree import SOURCE


def roles() -> set[str]:
    with (SOURCE / "foundation" / "identity" / "access.toml").open("rb") as file:
        return set(tomllib.load(file)["roles"])


def test_the_four_modules_with_documents_have_flows() -> None:
    modules = {source.split("/")[-2] for source in state_pages.sources().values()}
    assert modules >= {"supply", "demand", "allocation", "dispatch"}


@pytest.mark.parametrize("name", sorted(state_pages.flows()))
def test_flow_is_complete(name: str) -> None:
    flow = state_pages.flows()[name]
    assert not [follower for state in flow.values() for follower in state.next if follower not in flow]
    assert reachable(flow) == set(flow)
    assert all(state.zh and state.en for state in flow.values())
    owned = {key for key, state in flow.items() if state.turn is not None}
    assert {flow[key].turn for key in owned} <= roles()
    assert not [key for key in owned if not flow[key].next], "an end state waits for nobody"


@pytest.mark.parametrize("name", sorted(state_pages.flows()))
def test_a_step_out_of_turn_is_told_what_may_follow(name: str) -> None:
    """Every pair of states that do not follow each other: 409 that names the state, and the steps that are allowed."""
    flow = state_pages.flows()[name]
    for current, state in flow.items():
        for target in set(flow) - set(state.next):
            with pytest.raises(Conflict) as caught:
                check_step(flow, current, target, what_zh="单据", what_en="The document")
            told = caught.value
            assert (told.status, told.code) == (409, "STATE_CONFLICT")
            assert f"“{state.zh}”" in told.zh and f'"{state.en}"' in told.en
            following = [flow[key] for key in state.next]
            assert f"可以的下一步:{'、'.join(each.zh for each in following) or '无'}" in told.zh
            assert f"allowed next: {', '.join(each.en for each in following) or 'none'}" in told.en


def reachable(flow: Flow) -> set[str]:
    seen: set[str] = set()
    waiting = [next(iter(flow))]
    while waiting:
        key = waiting.pop()
        if key not in seen:
            seen.add(key)
            waiting.extend(flow[key].next)
    return seen


def test_state_pages_are_up_to_date() -> None:
    assert state_pages.outdated() == [], "run ./dev fix"
