"""Thirty cells of the access matrix as a person wrote them down, beside the generated ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.access.test_matrix import address, scene  # noqa: F401
from tests.access.world import Scene

pytestmark = pytest.mark.django_db

# role, route, whose object, status
CELLS: list[tuple[str, str, str, int]] = [
    ("coordinator", "requisition", "own", 200),
    ("coordinator", "requisition", "other", 404),
    ("coordinator", "organisation", "own", 200),
    ("coordinator", "organisation", "other", 404),
    ("coordinator", "plan", "other", 404),
    ("allocator", "plan", "own", 200),
    ("allocator", "receipt", "own", 200),
    ("allocator", "journal", "own", 403),
    ("allocator", "plan_publication", "own", 403),
    ("buyer", "source", "own", 200),
    ("buyer", "requisition", "own", 403),
    ("buyer", "plan", "own", 403),
    ("storekeeper", "lot", "own", 200),
    ("storekeeper", "lot", "other", 404),
    ("storekeeper", "separation_new", "own", 403),
    ("leader", "separation_new", "own", 200),
    ("leader", "edition", "other", 404),
    ("auditor", "move", "own", 200),
    ("auditor", "requisition_new", "own", 403),
    ("administrator", "person", "own", 200),
    ("administrator", "person", "other", 404),
    ("administrator", "requisition", "own", 403),
    ("administrator", "delivery", "own", 403),
    ("security_administrator", "stock", "own", 403),
    ("security_administrator", "briefing", "own", 403),
    ("requester", "portal_home", "own", 200),
    ("requester", "portal_requisition", "own", 404),  # the second hospital's
    ("requester", "GET /requisitions/{requisition_id}", "own", 404),
    ("requester", "GET /moves", "own", 403),
    ("requester", "requisition", "own", 302),
    ("carrier", "GET /requisitions", "own", 403),
    ("carrier", "portal_delivery", "own", 200),  # which it brings
    ("carrier", "portal_delivery", "other", 404),
    ("carrier", "GET /deliveries/{delivery_id}", "own", 200),
    ("carrier", "GET /deliveries/{delivery_id}", "other", 404),
    ("carrier", "portal_receipt", "own", 403),
    ("carrier", "portal_thanks", "own", 404),
    ("carrier", "portal_requisition", "own", 403),
    ("township", "portal_delivery", "own", 200),  # to the hospital of its division
    ("township", "portal_receipt", "own", 404),
    ("township", "portal_requisition", "own", 404),  # of the hospital next door
    ("township", "GET /requisitions/{requisition_id}", "own", 404),
    ("township", "GET /deliveries/{delivery_id}", "own", 200),
    ("township", "GET /deliveries/{delivery_id}", "other", 404),
    ("requester", "portal_delivery", "own", 200),
    ("duty_officer", "GET /requisitions/{requisition_id}", "other", 404),
    ("auditor", "GET /requisitions/{requisition_id}", "own", 200),
    ("anonymous", "home", "own", 302),
    ("anonymous", "GET /items", "own", 401),
]


def test_cells_written_by_hand(scene: Scene) -> None:  # noqa: F811
    assert len(CELLS) >= 30
    wrong = [told for cell in CELLS for told in _told(scene, *cell)]
    assert not wrong, "\n".join(wrong)


def _told(scene: Scene, role: str, route: str, whose: str, status: int) -> Iterator[str]:  # noqa: F811
    somebody: Any = scene.people.get(role, scene.anonymous)
    target = address(route, getattr(scene, whose))
    assert target is not None
    answer = somebody.get(target, whole=True)
    if answer.status_code != status:
        yield f"{role} {route} {whose}: {answer.status_code}, not {status}"
