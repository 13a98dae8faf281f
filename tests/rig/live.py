"""The application behind a real socket, on the test's own database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pytest

from tests.rig.databases import TestDatabase


@dataclass(frozen=True)
class LiveApp:
    """`url` has no slash at its end."""

    url: str
    database: TestDatabase


@pytest.fixture
def live_app(fresh_database: TestDatabase) -> Iterator[LiveApp]:
    """Serve on a free port of 127.0.0.1, one thread per request; every request sees what the test has committed."""
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

    class QuietHandler(WSGIRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """The test's own output is enough."""

    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietHandler, connections_override={})
    server.set_app(application())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield LiveApp(f"http://127.0.0.1:{server.server_port}", fresh_database)
    server.shutdown()
    server.server_close()
    thread.join(10)


@lru_cache(maxsize=1)
def application() -> Any:
    """The WSGI application is built once per process: it holds no connection."""
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()
