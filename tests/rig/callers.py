"""A caller: a test client with a token of one role. Imports wait until a test asks: plugins load before Django is set up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

if TYPE_CHECKING:
    from liangcao.reference.parties.models import Organisation
    from tests.factories.world import World


class Caller:
    """Sends JSON with a token, and with an idempotency key where one is due."""

    def __init__(self, token: str) -> None:
        from django.test import Client

        self.client = Client()
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, **query: Any) -> Any:
        """GET /api/v1{path}."""
        return self.client.get(f"/api/v1{path}", query, headers=self.headers)

    def post(self, path: str, body: Any, key: UUID | str | None = "new", **headers: str) -> Any:
        """POST /api/v1{path} with `body` (a text is sent as it is); key None sends none."""
        made = {**self.headers, **headers}
        if key is not None:
            made["Idempotency-Key"] = str(uuid4() if key == "new" else key)
        given = headers.pop("content_type", "application/json")
        return self.client.post(f"/api/v1{path}", body, content_type=given, headers=made)


@pytest.fixture
def world(db: None) -> World:
    """The small bureau."""
    from tests.factories.world import make_world

    return make_world()


@pytest.fixture
def caller(db: None) -> Callable[..., Caller]:
    """`caller(world, "storekeeper")`, or `caller(world, "requester", organisation)`: a new account with a token."""

    from liangcao.foundation.identity.actions import add_user, make_token
    from liangcao.reference.parties.actions import add_person, appoint
    from tests.factories.world import NOON, TODAY

    def make(world: World, role: str, organisation: Organisation | None = None) -> Caller:
        name = f"{world.bureau.code}-{role}-{uuid4().hex[:6]}"
        user = add_user(username=name, display_name=f"{role} 甲", password=None, at=NOON)
        appoint(
            person=add_person(name=user.display_name, user=user), role=role, bureau_id=world.bureau.pk,
            organisation_id=organisation.pk if organisation else None, valid_from=TODAY, by=world.system, at=NOON,
        )  # fmt: skip
        return Caller(make_token(user=user, at=NOON))

    return make


@pytest.fixture
def stranger() -> Caller:
    """Somebody without a token."""
    return Caller("")
