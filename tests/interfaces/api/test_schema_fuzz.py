"""Every call of the OpenAPI document, with values that fit it, values that do not, and values of the books at hand, by
several roles: no server error, no status or media type that the document does not name, no answer of another shape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from liangcao.interfaces.api.v1.urls import api
from tests.access.world import Scene, make_scene

# What the document says hangs on no engine; the calls themselves run on both elsewhere.
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.engine("sqlite")]
CALLERS = ("administrator", "coordinator", "requester", "")
CASES = {GenerationMode.POSITIVE: 4, GenerationMode.NEGATIVE: 2}
_ALWAYS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
CHECKS = {GenerationMode.POSITIVE: _ALWAYS, GenerationMode.NEGATIVE: [*_ALWAYS, negative_data_rejection]}
CALLS = [f"{method.upper()} {path}" for path, calls in api.get_openapi_schema()["paths"].items() for method in calls]
# Words of a body or a query, by the name of their field: the words that these books know.
KNOWN: dict[str, Any] = {
    "item": "T-mask", "item_code": "T-mask", "store": "S1", "from_store": "S1", "to_store": "S2", "organisation": "U05",
    "bureau": "own", "counterparty": "U01", "kind": "gifts", "ref": "", "date": "2020-02-03", "day": "2020-02-03",
    "category_code": "test", "reason": "示例",
}  # fmt: skip


def known(name: str, value: Any, scene: Scene) -> Any:
    """What stands under this name in the books, or the value as it was made."""
    places = scene.own.places
    held = places.get(f"{name}_id", places.get(name, KNOWN.get(name)))
    if held is None or value is None:
        return value
    return held if isinstance(value, int) else str(held)


def filled(value: Any, scene: Scene, name: str = "") -> Any:
    """A body in which the names of goods, places and documents are those of the books."""
    if isinstance(value, dict):
        return {key: filled(each, scene, key) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(each, scene, name) for each in value]
    return known(name, value, scene)


def fill(case: Any, scene: Scene) -> None:
    """Put what the books know into the address, the query and the body."""
    case.path_parameters = filled(case.path_parameters or {}, scene)
    case.query = filled(case.query or {}, scene)
    if isinstance(case.body, (dict, list)):
        case.body = filled(case.body, scene)


def ask(case: Any, scene: Scene, caller: str, checks: list[Any]) -> str:
    """Send one case as one caller; nothing of it stays. Returns what is wrong, or nothing."""
    headers = {"Authorization": f"Bearer {scene.people[caller].token}"} if caller else {}
    with transaction.atomic():
        answer = case.call(headers=headers)
        transaction.set_rollback(True)
    try:
        case.validate_response(answer, checks=checks)
    except BaseException as wrong:
        return f"{case.method} {case.formatted_path} as {caller or 'nobody'}: {answer.status_code}\n{wrong}"
    return ""


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """Built once for the module, inside a transaction that is rolled back at its end."""
    signals = (request_started, request_finished)
    with django_db_blocker.unblock():
        for each in signals:  # As the test client does: the end of a request would close the connection.
            each.disconnect(close_old_connections)
        outer = transaction.atomic()
        outer.__enter__()
        try:
            yield make_scene()
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)
            for each in signals:
                each.connect(close_old_connections)


@pytest.fixture(scope="module")
def document() -> Any:
    """The document as it is served."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


def cases_of(operation: Any, mode: GenerationMode) -> list[tuple[Any, bool]]:
    """Some cases of a call, each with whether the words of the books are put into it."""
    made: list[tuple[Any, bool]] = []

    @seed(2020)
    @settings(max_examples=CASES[mode], deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(mode), is_filled=st.booleans())
    def make(case: Any, is_filled: bool) -> None:
        made.append((case, is_filled and mode is GenerationMode.POSITIVE))

    make()
    return made


@pytest.mark.parametrize("call", CALLS)
def test_no_answer_that_the_document_does_not_name(db: None, scene: Scene, document: Any, call: str) -> None:
    method, path = call.split()
    operation, wrong = document[path][method], {}
    for mode in CASES:
        for case, is_filled in cases_of(operation, mode):
            if is_filled:
                fill(case, scene)
            for caller in CALLERS:
                problem = ask(case, scene, caller, CHECKS[mode])
                if problem:
                    wrong.setdefault(problem.splitlines()[1], problem)
    assert not wrong, "\n\n".join(wrong.values())
