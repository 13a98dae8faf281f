"""Writes docs/access.md from access.toml and separation.toml. ``python -m tests.architecture.access_page [--check]``."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from tests.architecture.tree import ROOT

PAGE = ROOT / "docs" / "access.md"
HEAD = "<!-- Written by ./dev fix from foundation/identity/access.toml and reference/parties/separation.toml. -->\n"


def page() -> str:
    """Roles, acts by object, fields, narrowing, separation of duties."""
    from liangcao.foundation.identity import access as table

    lines = [
        HEAD,
        "# Who may do what\n",
        "What is not listed is denied. Scope comes from the appointment.\n",
        "## Roles\n",
    ]
    lines += ["| role | 中文 | English | side |", "|---|---|---|---|"]
    lines += [
        f"| `{name}` | {role.zh} | {role.en} | {'portal' if role.outside else 'desk'} |"
        for name, role in sorted(table.roles().items())
    ]
    lines += ["", "## Acts\n", "| object | act | 中文 | English | roles |", "|---|---|---|---|---|"]
    lines += [
        f"| {name} | {action} | {' | '.join(table.act_words(f'{name}.{action}'))} | {listed(allowed)} |"
        for name, actions in sorted(table.access().items())
        for action, allowed in sorted(actions.items())
    ]
    lines += [
        "",
        "## Fields that not everybody who sees the object reads\n",
        "| object | field | 中文 | English | roles |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {field} | {' | '.join(table.field_words(name, field))} | {listed(readers)} |"
        for name, columns in sorted(table.fields().items())
        for field, readers in sorted(columns.items())
    ]
    lines += ["", "## What a narrowed appointment still gives\n", "| narrowed to | acts |", "|---|---|"]
    lines += [f"| {dimension} | {listed(acts)} |" for dimension, acts in sorted(table.narrowing().items())]
    return "\n".join([*lines, *separation(), ""])


def separation() -> list[str]:
    """The rules of separation by profile, and the roles that do not go together."""
    from liangcao.reference.parties import separation as rules

    names = list(rules.profiles())
    lines = [
        "",
        "## Two people 岗位分离\n",
        "| rule | what it says | " + " | ".join(names) + " |",
        "|---" * (2 + len(names)) + "|",
    ]
    for name, rule in sorted(rules.rules().items()):
        cells = " | ".join("two people" if profile in rule.apart else "one may" for profile in names)
        lines.append(f"| `{name}` | {rule.zh} / {rule.en} | {cells} |")
    lines += ["", "| profile | alone | not together |", "|---|---|---|"]
    for name in names:
        apart = rules.roles_apart(name)
        pairs = ", ".join(f"`{a}` + `{b}`" for a, b in sorted(apart.pairs))
        lines.append(f"| {name} | {listed(apart.alone)} | {pairs} |")
    return lines


def listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def main(arguments: list[str]) -> int:
    """Write the page, or with --check only compare."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liangcao.config.settings")
    django.setup()
    wanted = page()
    if "--check" in arguments:
        is_late = not PAGE.exists() or PAGE.read_text(encoding="utf-8") != wanted
        if is_late:
            print("outdated, run ./dev fix: docs/access.md")  # noqa: T201
        return int(is_late)
    PAGE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
