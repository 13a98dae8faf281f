"""The shipped templates of an emergency's organisation: what bureaus really set up. See data/README.md."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from liangcao.foundation.kernel.errors import Invalid


@dataclass(frozen=True)
class GroupPattern:
    """A group as the template has it. `duties` are lines; those that the source does not tell are our proposal."""

    kind: str
    name: str
    name_en: str
    departments: str
    duties: str
    duties_en: str
    is_named: bool
    is_told: bool


@dataclass(frozen=True)
class Template:
    """A structure to begin with, the leading group first."""

    code: str
    name: str
    name_en: str
    source: str
    source_en: str
    groups: tuple[GroupPattern, ...]


@cache
def templates() -> tuple[Template, ...]:
    """All shipped templates, in the order of the file."""
    text = files(__package__ or "").joinpath("data", "templates.json").read_text(encoding="utf-8")
    return tuple(_template(row) for row in json.loads(text))


def template(code: str) -> Template:
    """One template. Raises Invalid TEMPLATE_UNKNOWN."""
    found = next((each for each in templates() if each.code == code), None)
    if found is None:
        known = "、".join(each.code for each in templates())
        raise Invalid(
            "TEMPLATE_UNKNOWN",
            f"没有模板“{code[:40]}”;可用的模板:{known}",
            f'There is no template "{code[:40]}"; there are: {known.replace("、", ", ")}',
            field="template",
        )
    return found


def _template(row: dict[str, Any]) -> Template:
    groups = tuple(_pattern(group) for group in row["groups"])
    return Template(row["code"], row["name"], row["name_en"], row["source"], row["source_en"], groups)


def _pattern(row: dict[str, Any]) -> GroupPattern:
    return GroupPattern(
        kind=row["kind"],
        name=row["name"],
        name_en=row["name_en"],
        departments=row.get("departments", ""),
        duties="\n".join(duty["zh"] for duty in row["duties"]),
        duties_en="\n".join(duty["en"] for duty in row["duties"]),
        is_named=row.get("named", True),
        is_told=all(duty["told"] for duty in row["duties"]),
    )
