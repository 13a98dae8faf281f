"""access.toml as Python: roles with their names and side, who may do which act, who may read which field, and the words
for objects, acts and fields.

The file alone is the source: the guard, the buttons, docs/access.md and the tests of access read it through here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ACCESS_FILE = Path(__file__).with_name("access.toml")


@dataclass(frozen=True)
class Role:
    """A role's names, and whether it stands outside: then its appointment names the organisation it speaks for."""

    zh: str
    en: str
    outside: bool = False


@cache
def _table() -> dict[str, Any]:
    with ACCESS_FILE.open("rb") as file:
        return tomllib.load(file)


@cache
def roles() -> dict[str, Role]:
    """Every role there is."""
    return {name: Role(**names) for name, names in _table()["roles"].items()}


def desk_roles() -> frozenset[str]:
    """Roles of officials at the desk of a bureau."""
    return frozenset(name for name, role in roles().items() if not role.outside)


def portal_roles() -> frozenset[str]:
    """Roles of people who speak for an outside organisation."""
    return frozenset(name for name, role in roles().items() if role.outside)


@cache
def access() -> dict[str, dict[str, frozenset[str]]]:
    """object → action → roles, with the groups spelled out."""
    return {
        name: {action: _spelled(named) for action, named in actions.items()}
        for name, actions in _table()["access"].items()
    }


def _spelled(named: Iterable[str]) -> frozenset[str]:
    groups = _table().get("groups", {})
    found = [role for name in named for role in (groups[name[1:]] if name.startswith("@") else [name])]
    unknown = set(found) - set(roles())
    if unknown:
        raise LookupError(f"access.toml names roles that it does not list: {', '.join(sorted(unknown))}")
    return frozenset(found)


def role_name(role: str, language: str) -> str:
    """The role's name in "zh" or "en"."""
    known = roles().get(role)
    if known is None:
        return role
    return known.en if language.startswith("en") else known.zh


@cache
def words(kind: str) -> dict[str, tuple[str, str]]:
    """Code → (Chinese, English) for "objects", "acts" or "fields" of this file."""
    return {name: (told["zh"], told["en"]) for name, told in _table()["words"][kind].items()}


def act_words(act: str) -> tuple[str, str]:
    """ "requisition.approve" in words: 申领:审核, Requisition: review. What the file does not name stands as it is."""
    name, _dot, action = act.partition(".")
    (object_zh, object_en), (act_zh, act_en) = _told("objects", name), _told("acts", action)
    return f"{object_zh}:{act_zh}", f"{object_en}: {act_en}"


def field_words(name: str, field: str) -> tuple[str, str]:
    """The unit_price of a source in words: 来源的单价, unit price of a source."""
    (object_zh, object_en), (field_zh, field_en) = _told("objects", name), _told("fields", field)
    return f"{object_zh}的{field_zh}", f"{field_en} ({object_en.lower()})"


def _told(kind: str, name: str) -> tuple[str, str]:
    return words(kind).get(name, (name, name))


def counts_when_narrowed(name: str, action: str, dimensions: Iterable[str]) -> bool:
    """Whether an appointment narrowed by these ("store", "region", "emergency") still gives this act."""
    listed = narrowing()
    return all(f"{name}.{action}" in listed[dimension] for dimension in dimensions)


@cache
def inner_acts() -> frozenset[str]:
    """Acts that the program does as a consequence of another act; no token is asked for them."""
    return frozenset(_table()["inner"]["acts"])


@cache
def fields() -> dict[str, dict[str, frozenset[str]]]:
    """object → field → roles that may read it, for the fields that not everybody who sees the object may read."""
    return {
        name: {field: _spelled(named) for field, named in columns.items()}
        for name, columns in _table().get("fields", {}).items()
    }


def readers_of(name: str, field: str) -> frozenset[str] | None:
    """Roles that may read a field; None where everybody who sees the object may."""
    return fields().get(name, {}).get(field)


@cache
def narrowing() -> dict[str, frozenset[str]]:
    """ "store", "region", "emergency" → the acts ("object.action") that an appointment narrowed by it still gives."""
    return {
        dimension: frozenset(act for name in named for act in _acts_of(name))
        for dimension, named in _table()["narrowing"].items()
    }


def _acts_of(name: str) -> list[str]:
    found = [act for act in acts() if act == name or act.startswith(f"{name}.")]
    if not found:
        raise LookupError(f"access.toml narrows an act that it does not list: {name}")
    return found


def acts() -> list[str]:
    """Every "object.action" of the file, in its order."""
    return [f"{name}.{action}" for name, actions in access().items() for action in actions]
