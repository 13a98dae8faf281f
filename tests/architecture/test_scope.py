"""Nothing is read past the scope rule: every model has `visible_to`, and queries start from it."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.test_foreign_keys import our_models
from tests.architecture.tree import SOURCE, parsed, python_files, short

# Models that no list, page or search ever shows by themselves, each with its reason.
WITHOUT_SCOPE: dict[str, str] = {}
# (file, function): why this read does not begin with visible_to.
IMPORTING = SOURCE / "interfaces" / "intake" / "importing"
UNSCOPED_READS: dict[tuple[str, str], str] = {
    ("foundation/files/queries.py", "is_kept"): "whether bytes on the disk may go; says nothing of whose they are",
    ("foundation/identity/queries.py", "user_by_id"): "the worker asks who gave it its task; the actor is made of it",
    ("foundation/journal/queries.py", "is_claimed"): "whether a caller's own id was used; asked after the guard",
    ("foundation/journal/queries.py", "last_entry_id"): "a number that says only whether something was done since",
    ("foundation/journal/queries.py", "last_of_system"): "what the program found on its round; asked after the guard",
    ("ledger/queries.py", "bureaus_with_a_book"): "asked by the program's own round, which proves every book",
    ("foundation/journal/queries.py", "done_since"): "names as they were, of units that the reader sees anyway",
    ("foundation/identity/queries.py", "user_by_name"): "log-in: there is no actor yet",
    ("foundation/identity/queries.py", "token_held"): "log-in by token: there is no actor yet",
    ("foundation/identity/queries.py", "has_users"): "log-in: there is no actor yet",
    ("foundation/identity/queries.py", "live_link"): "whoever has a one-time link opens it; there is no actor",
    ("foundation/identity/queries.py", "sign_ins"): "one's own sessions, asked with one's own user",
    ("foundation/identity/queries.py", "tokens_of"): "one's own tokens, asked with one's own user",
    ("reference/parties/queries.py", "live_invitation"): "whoever has the link opens it; there is no actor",
    ("reference/parties/queries.py", "last_appointment"): "tells somebody without any appointment whom to ask",
    ("reference/parties/queries.py", "appointments_now"): "who closes a log-in must be in charge of all its places",
    ("reference/parties/queries.py", "is_last_administrator"): "asked by actions, after the guard",
    ("reference/parties/queries.py", "actor_for_user"): "this is what makes the actor",
    ("reference/parties/queries.py", "moment"): "the calendar of an exercise, asked before the actor is known",
    ("reference/parties/queries.py", "current_emergency"): "asked by actions, after the guard has checked the bureau",
    ("operations/custody/queries.py", "given_on"): "asked by actions and queries that have the unit in scope",
    ("operations/recall/queries.py", "stopped"): "asked by actions and queries that have the lots in scope",
    ("reference/catalog/queries.py", "items_by_id"): "the catalogue is the same for everybody; asked by actions",
    ("reference/catalog/queries.py", "item_by_code"): "the catalogue is the same for everybody; asked by actions",
}


def reading_files() -> list[Path]:
    """Where actors read: queries of every module, and all of oversight."""
    return [
        path
        for path in python_files()
        if path.stem == "queries"
        or path.parent.name == "queries"
        or (SOURCE / "oversight" in path.parents and path.stem != "actions")
    ]


def unscoped_reads(path: Path) -> list[tuple[int, str]]:
    """(line, enclosing function) of each `Model.objects.something` that is not visible_to.

    A subquery correlated by OuterRef only adds columns to rows of a query that is scoped itself.
    """
    found = []
    for outer in parsed(path).body:
        calls = {id(node.func): node for node in ast.walk(outer) if isinstance(node, ast.Call)}
        for node in ast.walk(outer):
            if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute)):
                continue
            if node.value.attr in ("objects", "_default_manager") and node.attr != "visible_to":
                call = calls.get(id(node))
                if not (call and "OuterRef(" in ast.unparse(call)):
                    found.append((node.lineno, getattr(outer, "name", "module")))
    return found


def test_every_model_can_be_narrowed_to_an_actor() -> None:
    open_models = {
        model._meta.label for model in our_models() if not hasattr(model._default_manager.all(), "visible_to")
    }
    assert open_models == set(WITHOUT_SCOPE)


def test_queries_start_from_visible_to() -> None:
    offenders = [
        f"{short(path)}:{line} {function}"
        for path in reading_files()
        for line, function in unscoped_reads(path)
        if (str(path.relative_to(SOURCE)), function) not in UNSCOPED_READS
    ]
    assert not offenders


def test_exceptions_are_still_needed() -> None:
    seen = {
        (str(path.relative_to(SOURCE)), function) for path in reading_files() for _, function in unscoped_reads(path)
    }
    assert set(UNSCOPED_READS) <= seen


def test_interfaces_leave_the_tables_to_queries_and_actions() -> None:
    """But for imports, which are tables of the interfaces themselves: their own package writes them."""
    offenders = [
        f"{short(path)}:{node.lineno}"
        for path in python_files()
        if SOURCE / "interfaces" in path.parents
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager")
        if not (path.parent == IMPORTING and ast.unparse(node.value) in ("ImportRun", "ImportRow", "SenderLayout"))
    ]
    assert not offenders
