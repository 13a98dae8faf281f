"""Documents tell the truth about the tree, and their links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

from tests.architecture.tree import ROOT, SOURCE


def tree_paths() -> set[Path]:
    """The paths that the tree at the head of ARCHITECTURE.md names."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").split("```")[1]
    stack: list[str] = []
    paths = set()
    for line in text.splitlines():
        found = re.match(r"^([│ ]*)[├└]── ([\w./-]+)", line)
        if found:
            stack = [*stack[: len(found.group(1)) // 4], found.group(2).rstrip("/")]
            paths.add(ROOT.joinpath(*stack))
    return paths


def test_the_tree_in_architecture_exists() -> None:
    named = tree_paths()
    assert len(named) > 25
    assert not [str(path.relative_to(ROOT)) for path in named if not path.exists()]


def test_every_module_is_in_the_tree() -> None:
    rings = [folder for folder in SOURCE.iterdir() if (folder / "__init__.py").exists()]
    flat = {SOURCE / name for name in ("config", "ledger")}
    modules = {
        child for ring in rings if ring not in flat for child in ring.iterdir() if (child / "__init__.py").exists()
    }
    missing = {*rings, *modules} - tree_paths()
    assert not sorted(str(path.relative_to(SOURCE)) for path in missing)


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
            if not (document.parent / target).exists():
                broken.append(f"{document.name}: {target}")
    assert not broken


def test_decisions_are_numbered_once() -> None:
    names = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert all(re.match(r"\d{4}-[a-z0-9-]+\.md$", name) for name in names)
    assert len({name[:4] for name in names}) == len(names)
