"""Writes docs/states/*.md from the flow tables. ``python -m tests.architecture.state_pages [--check]``."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from liangcao.foundation.kernel.flow import Flow, State
from tests.architecture.tree import ROOT, SOURCE

FOLDER = ROOT / "docs" / "states"
HEAD = "<!-- Written by ./dev fix from {source}; edit that file. -->\n"


def flows() -> dict[str, Flow]:
    """Name of a document -> its table, for every flow.py: FLOW takes the module's name, X_FLOW the name before it."""
    found: dict[str, Flow] = {}
    for path in sorted(SOURCE.rglob("flow.py")):
        if path.parent.name == "kernel":
            continue
        module = importlib.import_module(".".join(path.with_suffix("").relative_to(SOURCE.parent).parts))
        for name, value in vars(module).items():
            if isinstance(value, dict) and value and all(isinstance(state, State) for state in value.values()):
                found[name.removesuffix("FLOW").strip("_").lower() or path.parent.name] = value
    return found


def sources() -> dict[str, str]:
    """Name of a document -> the file that holds its table."""
    return {name: module_of(flow) for name, flow in flows().items()}


def module_of(flow: Flow) -> str:
    for path in sorted(SOURCE.rglob("flow.py")):
        module = sys.modules.get(".".join(path.with_suffix("").relative_to(SOURCE.parent).parts))
        if module and any(value is flow for value in vars(module).values()):
            return str(path.relative_to(ROOT))
    raise LookupError("a flow table without a file")


def page(name: str, flow: Flow) -> str:
    """A table and a diagram of one document's states."""
    lines = [
        HEAD.format(source=module_of(flow)),
        f"# States of {name}\n",
        "| state | 中文 | English | next | whose turn |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| `{key}` | {state.zh} | {state.en} | {followers(state)} | {state.turn or '–'} |"
        for key, state in flow.items()
    ]
    lines += ["", "```mermaid", "stateDiagram-v2", f"    [*] --> {next(iter(flow))}"]
    lines += [f"    {key} --> {follower}" for key, state in flow.items() for follower in state.next]
    lines += [f"    {key} --> [*]" for key, state in flow.items() if not state.next]
    return "\n".join([*lines, "```", ""])


def followers(state: State) -> str:
    return ", ".join(f"`{follower}`" for follower in state.next) or "–"


def wanted_pages() -> dict[Path, str]:
    return {FOLDER / f"{name}.md": page(name, flow) for name, flow in flows().items()}


def outdated() -> list[str]:
    """Pages that differ from their table, and pages without a table."""
    wanted = wanted_pages()
    differing = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    orphans = [path for path in FOLDER.glob("*.md") if path not in wanted]
    return sorted(str(path.relative_to(ROOT)) for path in [*differing, *orphans])


def main(arguments: list[str]) -> int:
    """Write the pages, or with --check only compare."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liangcao.config.settings")
    django.setup()
    if "--check" in arguments:
        late = outdated()
        if late:
            print("outdated, run ./dev fix: " + ", ".join(late))  # noqa: T201
        return 1 if late else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = wanted_pages()
    for path in FOLDER.glob("*.md"):
        if path not in wanted:
            path.unlink()
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
