"""Exactly once, and honest about what is unknown: no code hides a failed database from the one place that tells it, and
everything that writes carries the id that its caller made."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.tree import SOURCE, parsed, python_files

FAMILY = {"Exception", "BaseException", "DatabaseError", "OperationalError", "Error", "InterfaceError", "InternalError"}
# Whoever catches a failed database, and why the act it may have been part of is safe all the same.
CATCHING = {
    "config/checks.py": "asks whether the database is there at all",
    "foundation/database/copies.py": "raises it on, in the system's words",
    "foundation/database/sqlite3/base.py": "raises it on",
    "foundation/database/watched.py": "the one place that tells refused from unknown",
    "foundation/jobs/leases.py": "a heartbeat; the lease tells",
    "foundation/jobs/running.py": "a job is tried again, under the same lease rules",
    "foundation/journal/actions.py": "entries beside acts, in transactions of their own",
    "foundation/journal/batches.py": "cut again the next time",
    "foundation/journal/outcomes.py": "a question after a refusal",
    "foundation/journal/settings.py": "written at the next start",
    "interfaces/api/health.py": "answers 503 itself",
    "interfaces/api/v1/errors.py": "the journal of a refusal",
    "interfaces/commands/output.py": "takes half a file away and raises it on",
    "interfaces/commands/stock_cards.py": "csv.Error",
    "interfaces/console.py": "one line and an exit code, by the one place",
    "interfaces/intake/reading/files/child.py": "asks no database there: whatever a file makes of its reader",
    "interfaces/intake/reading/files/delimited.py": "csv.Error",
    "interfaces/intake/reading/files/opening.py": "asks no database there: whatever a file makes of its reader",
    "foundation/files/pictures.py": "asks no database there: whatever a forged picture makes of the reader of pictures",
    "interfaces/web/entrance/sessions.py": "when somebody was last seen; a full disk lets people read on",
    "interfaces/web/journalling.py": "the journal of a refusal",
    "interfaces/web/middleware.py": "asks the one place",
    "ledger/epcis.py": "raises it on",
}
# Pages that take a POST without a client's id: what they do is the same however often it is done, or cannot be done twice.
WITHOUT_ID = {
    "printing": "a line of the journal", "acceptance": "an invitation is used once",
    "token_new": "a token is shown once; a second one is seen and revoked on the same page",
    "first_start": "a link that works once", "next_address": "reads where to go on", "password_change": "sets",
    "password_choice": "a link that works once", "reauthentication": "proves", "second_factor_new": "sets",
    "unlocking": "a code that works once", "log_in": "enters", "log_in_code": "a code that works once",
    "switch_language": "sets", "read_panel": "reads a message into an empty form", "switch_bureau": "sets",
}  # fmt: skip
# Calls that take a POST and write nothing.
READING = {
    "post /api/v1/rule-sets/try": "tries rules on today's needs",
    "post /api/v1/scan/photo": "reads the codes of a photo",
    "post /api/v1/passes/verification": "says what a code is worth",
    "post /api/v1/readings": "reads the lines of a message",
}
# Not views: the forms themselves, and what stands around every view.
AROUND = {"forms.py", "middleware.py", "refusals.py"}
WAYS = ("client_id", "submit(", "act_page(", "returning_act(")


def _names(handled: ast.expr | None) -> set[str]:
    parts = handled.elts if isinstance(handled, ast.Tuple) else [handled] if handled else []
    return {part.attr if isinstance(part, ast.Attribute) else getattr(part, "id", "") for part in parts}


def _catches() -> Iterator[str]:
    for path in python_files():
        for node in ast.walk(parsed(path)):
            is_handler = isinstance(node, ast.ExceptHandler) and (node.type is None or _names(node.type) & FAMILY)
            is_suppressed = (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") == "suppress"
                and any(_names(argument) & FAMILY for argument in node.args)
            )
            if is_handler or is_suppressed:
                yield str(path.relative_to(SOURCE))


def test_nobody_hides_a_failed_database() -> None:
    assert set(_catches()) == set(CATCHING)


def test_every_action_with_an_id_passes_it_on() -> None:
    """To `journal.claim`, or to the action that claims it."""
    idle = []
    for path in python_files():
        for function in ast.walk(parsed(path)):
            if not isinstance(function, ast.FunctionDef) or "actions" not in str(path.relative_to(SOURCE)):
                continue
            named = {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}
            calls = (ast.unparse(node) for node in ast.walk(function) if isinstance(node, ast.Call))
            if "client_id" in named and not any("client_id" in call for call in calls):
                idle.append(f"{path.relative_to(SOURCE)} {function.name}")
    assert not idle


def test_every_call_that_writes_has_its_key() -> None:
    from liangcao.interfaces.api.v1.urls import api

    keyless = [
        f"{method} {path}"
        for path, calls in api.get_openapi_schema()["paths"].items()
        for method, call in calls.items()
        if method != "get" and "Idempotency-Key" not in {each["name"] for each in call.get("parameters", [])}
    ]
    assert set(keyless) == set(READING)


def test_every_page_that_writes_has_its_id() -> None:
    without = set()
    for path in python_files():
        if "interfaces/web" not in str(path) or path.name in AROUND:
            continue
        for function in ast.walk(parsed(path)):
            text = ast.unparse(function) if isinstance(function, ast.FunctionDef) else ""
            if ("request.POST" in text or "'POST'" in text) and not any(way in text for way in WAYS):
                without.add(function.name)  # type: ignore[attr-defined]
    assert without == set(WITHOUT_ID)
