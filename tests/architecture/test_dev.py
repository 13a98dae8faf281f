"""The entry script runs on a bare Python; CI calls what a person calls."""

from __future__ import annotations

import subprocess
import sys

from tests.architecture.tree import ROOT, imported_modules

LONGEST = 300


def test_dev_is_short_and_needs_the_standard_library_only() -> None:
    assert len((ROOT / "dev").read_text(encoding="utf-8").splitlines()) < LONGEST
    assert not [name for _, name in imported_modules(ROOT / "dev") if name.split(".")[0] not in sys.stdlib_module_names]


def test_dev_lists_its_commands_and_refuses_others() -> None:
    shown = subprocess.run([sys.executable, "dev"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert all(f"./dev {name}" in shown for name in ("setup", "run", "demo", "test", "check", "fix", "bench"))
    assert (
        subprocess.run([sys.executable, "dev", "nonsense"], cwd=ROOT, capture_output=True, check=False).returncode == 2
    )


def test_ci_runs_the_two_commands() -> None:
    text = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "./dev check" in text
    assert "./dev test" in text
    assert "CI=true" in text
