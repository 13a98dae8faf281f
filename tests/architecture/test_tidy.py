"""Style that a machine can hold: sizes, names, words."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

from tests.architecture.tree import ROOT, parsed, python_files, short

LONGEST_FILE = 400
LONGEST_FUNCTION = 70
LONGEST_LINE = 120
BANNED_FILES = {"utils", "util", "helpers", "helper", "common", "core", "misc", "manager", "managers", "base", "stuff"}
# Django looks for an engine's connection in a module of this name.
NAMED_BY_DJANGO = {"sqlite3/base.py", "postgresql/base.py"}
BANNED_NAMES = {"qty", "num", "amt", "info", "tmp"}
# What PyVRP calls things.
THEIRS = {"num_available", "num_depots", "num_iterations", "num_load_dimensions", "num_missing_clients"}
# Written in two halves, so that this file does not find itself.
UNFINISHED = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK")))
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:ro" + "ot|wo" + "rk|ho" + "me)/[a-z]")
TEXT_ENDINGS = {".py", ".html", ".css", ".js", ".mjs", ".md", ".toml", ".po", ".sh", ".yml"}


def tracked_files() -> list[Path]:
    """Files that git holds or would hold, as far as they are text of ours."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = [ROOT / line for line in listed.stdout.splitlines()]
    return [path for path in paths if path.is_file() and (path.suffix in TEXT_ENDINGS or path.name in ("dev", "run"))]


def test_no_file_is_too_long() -> None:
    tests = sorted((ROOT / "tests").rglob("*.py"))
    sizes = {
        short(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in [*python_files(), *tests, ROOT / "dev"]
    }
    assert not {name: size for name, size in sizes.items() if size > LONGEST_FILE}


def test_no_function_is_too_long() -> None:
    long = {}
    for path in python_files():
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or node.lineno) - node.lineno + 1
                if size > LONGEST_FUNCTION:
                    long[f"{short(path)}:{node.lineno} {node.name}"] = size
    assert not long


def test_no_line_is_too_long() -> None:
    long = [
        f"{short(path)}:{number}"
        for path in python_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]
    assert not long


def test_no_file_has_a_name_that_says_nothing() -> None:
    named = [short(path) for path in python_files() if path.stem in BANNED_FILES or path.parent.name in BANNED_FILES]
    assert not [name for name in named if not name.endswith(tuple(NAMED_BY_DJANGO))]


def test_no_name_hides_what_it_counts() -> None:
    found = []
    for path in python_files():
        for node in ast.walk(parsed(path)):
            name = {ast.Name: "id", ast.arg: "arg", ast.FunctionDef: "name", ast.Attribute: "attr"}.get(type(node))
            if isinstance(node, ast.Attribute) and node.attr in THEIRS:
                continue
            if name and BANNED_NAMES & set(str(getattr(node, name)).split("_")):
                found.append(f"{short(path)}:{getattr(node, 'lineno', 0)} {getattr(node, name)}")
    assert not found


def test_nothing_is_marked_unfinished() -> None:
    found = []
    for path in tracked_files():
        if path.name in ("package-lock.json", "uv.lock"):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if UNFINISHED.search(line):
                found.append(f"{short(path)}:{number}")
    assert not found


def test_no_file_names_a_path_of_one_machine() -> None:
    found = [short(path) for path in tracked_files() if MACHINE_PATHS.search(path.read_text(encoding="utf-8"))]
    assert not found


def offered(path: Path) -> set[str] | None:
    """What an actions package offers: the names in its __init__. None for a file that is a module's only one."""
    if path.parent.name != "actions":
        return None
    return {
        alias.name
        for node in parsed(path.parent / "__init__.py").body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_actions_take_keywords_only() -> None:
    """An action is an offered function with `by`: a call of it reads as a sentence."""
    offenders = []
    for path in python_files():
        if path.stem != "actions" and path.parent.name != "actions":
            continue
        names = offered(path)
        for node in parsed(path).body:
            if isinstance(node, ast.FunctionDef) and (names is None or node.name in names):
                positional = [argument.arg for argument in node.args.posonlyargs + node.args.args]
                keywords = {argument.arg for argument in node.args.kwonlyargs}
                if positional and {"by", "client_id"} <= {*positional, *keywords} and not node.name.startswith("_"):
                    offenders.append(f"{short(path)}:{node.lineno} {node.name}({', '.join(positional)})")
    assert not offenders
