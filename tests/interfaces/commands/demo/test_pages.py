"""The page check finds what does not open."""

from __future__ import annotations

from liangcao.interfaces.commands.demo.pages import Answer, problems


def answer(status: int, *, route: str = "stock/", linked_from: str = "") -> Answer:
    return Answer("zb-cangguan", f"/{route}", route, status, linked_from)


def test_problems_are_links_that_do_not_open_and_errors() -> None:
    fine = [answer(200), answer(302, route="old/"), answer(403), answer(405, route="post/")]
    assert problems(fine) == []
    broken = [answer(404, linked_from="/"), answer(500), answer(500, linked_from="/")]
    assert problems([answer(200), *broken]) == broken


def test_problems_name_a_route_that_opens_for_nobody() -> None:
    refused = [answer(403, route="journal/")]
    assert problems(refused) == refused
    assert problems([*refused, answer(200, route="journal/")]) == []
