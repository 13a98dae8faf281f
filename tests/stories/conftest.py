"""People at their browsers. What needs Django's settings is imported when a test asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.factories.walking import Login, Walker

if TYPE_CHECKING:
    from tests.factories.accounts import Office


@pytest.fixture
def office(live_app: Any) -> Office:
    """A bureau whose people can log in, in the database of the live application."""
    from tests.factories.accounts import make_office

    return make_office()


@pytest.fixture
def person(office: Office, live_app: Any, new_page: Any) -> Login:
    """`person("storekeeper")` logs in and gives a walker; units log in with their code; `width` makes it a phone."""

    def log_in(username: str, **options: Any) -> Walker:
        page = new_page(**options)
        # The browser reports every refusal as an error of the network; the stories walk into some on purpose.
        page.allowed_errors = ["status of 400", "status of 409"]
        return Walker(page, live_app.url).log_in(username)

    return log_in
