"""The demo's loaders use the same door as everybody: actions and queries, never tables."""

from __future__ import annotations

import ast

from tests.architecture.tree import SOURCE, imported_modules, parsed, python_files, short

COMMANDS = SOURCE / "interfaces" / "commands"


def test_commands_and_loaders_import_no_models() -> None:
    files = [path for path in python_files() if COMMANDS in path.parents]
    assert files
    offenders = [
        f"{short(path)}:{line} {module}"
        for path in files
        for line, module in imported_modules(path)
        if module.startswith("liangcao.") and ".models" in module
    ]
    assert not offenders


def test_loaders_write_no_sql_and_ask_no_registry() -> None:
    offenders = [
        f"{short(path)}:{node.lineno} {node.attr}"
        for path in python_files()
        if COMMANDS / "demo" in path.parents
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and node.attr in ("get_model", "cursor", "bulk_create", "raw", "save")
    ]
    assert not offenders
