"""The source tree as the architecture tests see it, and the order that the import contracts state."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "liangcao"
WEB = SOURCE / "interfaces" / "web"


def python_files(*, migrations: bool = False) -> list[Path]:
    """Our own Python files, without migrations unless asked for."""
    return [path for path in sorted(SOURCE.rglob("*.py")) if migrations or "migrations" not in path.parts]


def page_files() -> list[Path]:
    """What a browser gets as we wrote it: templates, styles and scripts, without the built third-party files."""
    endings = {".html", ".css", ".js", ".svg", ".txt"}
    found = [path for folder in ("templates", "static") for path in (WEB / folder).rglob("*")]
    return sorted(path for path in found if path.suffix in endings and "vendor" not in path.parts)


def short(path: Path) -> str:
    """The path as a person would say it."""
    return str(path.relative_to(ROOT))


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file, read once."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported_modules(path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of every import in a file; `from a import b` yields both a and a.b. Hints do not count."""
    tree = parsed(path)
    hints = {
        inner
        for outer in ast.walk(tree)
        if isinstance(outer, ast.If) and "TYPE_CHECKING" in ast.unparse(outer.test)
        for inner in ast.walk(outer)
    }
    for node in ast.walk(tree):
        if node in hints:
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


@lru_cache(maxsize=1)
def layer_order() -> dict[str, list[str]]:
    """Container -> its layers from the inside out, as pyproject.toml gives them to import-linter."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    return {
        contract["containers"][0]: list(reversed(contract["layers"]))
        for contract in contracts
        if contract["type"] == "layers" and contract.get("exhaustive")
    }


def depth(module: str) -> tuple[int, int]:
    """How far out a module stands: its ring, then its place inside the ring (0 where the ring has no order)."""
    _, ring, *rest = module.split(".")
    order = layer_order()
    inside = order.get(f"liangcao.{ring}", [])
    place = next((index for index, layer in enumerate(inside) if rest and rest[0] in names(layer)), 0)
    return order["liangcao"].index(ring), place


def names(layer: str) -> list[str]:
    """The modules of one layer: "web | api" or "(intake)"."""
    return [name.strip(" ()") for name in layer.split("|")]
