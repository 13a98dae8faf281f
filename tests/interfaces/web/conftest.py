"""People at the pages: an office with goods in its stores, and clients that are logged in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.factories.accounts import Office


@pytest.fixture
def office(db: None) -> Office:
    """A bureau on 4 February 2020 with masks, suits and alcohol in its first store."""
    from tests.factories.accounts import make_office
    from tests.factories.world import TODAY

    made = make_office(day=TODAY + timedelta(days=1))
    made.world.put_in(made.world.mask, 20_000)
    made.world.put_in(made.world.suit, 300, source_kind="purchase", party=made.world.supplier)
    return made


@pytest.fixture
def as_user(office: Office) -> Callable[..., Any]:
    """`as_user("storekeeper")` is a Django client logged in as that person; options go to the client."""
    from django.test import Client

    from liangcao.foundation.identity.queries import user_by_name

    def log_in(username: str, **options: Any) -> Any:
        client = Client(**options)
        user = user_by_name(username)
        assert user is not None
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def storekeeper(as_user: Callable[..., Any]) -> Any:
    """A client of the storekeeper."""
    return as_user("storekeeper")
