"""The documentation as a page that a person reads: every call with its parameters, fields, an example and its answers.

It is made of the OpenAPI document and served whole, without another host; Chinese sentences stand in sentences.toml,
English ones in the docstrings of the calls.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

from liangcao.interfaces.api.v1.described import PREFIX, REFUSALS

_DEEPEST = 4
_LIMITS = {
    "minLength": "≥ {}", "maxLength": "≤ {}", "minimum": "≥ {}", "maximum": "≤ {}", "minItems": "≥ {}",
    "maxItems": "≤ {}", "exclusiveMinimum": "> {}", "format": "{}",
}  # fmt: skip


@dataclass(frozen=True)
class Field:
    """A parameter or a field of a body."""

    name: str
    kind: str
    is_required: bool
    note: str


@dataclass(frozen=True)
class Call:
    """One call as the page shows it."""

    method: str
    address: str
    anchor: str
    sentence: str
    parameters: tuple[Field, ...]
    fields: tuple[Field, ...]
    example: str
    answers: tuple[tuple[str, str], ...]


class ReadablePage(DocsBase):
    """Ninja's place for a documentation page, filled with our own."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **_kwargs: Any) -> HttpResponse:
        """The page in the reader's language."""
        is_english = (get_language() or "").startswith("en")
        return render(
            request,
            "api/docs.html",
            {
                "title": _("接口文档"),
                "groups": groups(api, is_english=is_english),
                "refusals": [(status, _half(row[0], is_english), row[1]) for status, row in REFUSALS.items()],
                "prefix": PREFIX,
            },
        )


@cache
def sentences() -> dict[str, dict[str, str]]:
    """tag -> "GET /address" -> what the call does, in Chinese."""
    return tomllib.loads(Path(__file__).with_name("sentences.toml").read_text(encoding="utf-8"))


@cache
def groups(api: NinjaAPI, *, is_english: bool) -> list[tuple[str, list[Call]]]:
    """The calls by their group, in the order of the document."""
    document: Any = api.get_openapi_schema()
    made: dict[str, list[Call]] = {}
    for path, calls in document["paths"].items():
        for method, call in calls.items():
            shown = _call(document, path.removeprefix(PREFIX), method.upper(), call, is_english)
            made.setdefault(call["tags"][0], []).append(shown)
    return [(title(tag, is_english=is_english), calls) for tag, calls in made.items()]


def title(tag: str, *, is_english: bool) -> str:
    """The name of a group."""
    titles = {
        "accounts": "账号与任职", "reference": "目录与单位", "reading": "读文字", "imports": "导入", "scanning": "扫码",
        "supply": "来源与收货", "demand": "申领", "allocation": "分配", "dispatch": "发放", "ledger": "台账与追溯",
        "duty": "值班与任务", "separation": "不相容岗位", "stock": "盘点与报损", "recalls": "召回", "custody": "退回与转发",
        "pickup": "自提",
        "trips": "提货车次",
        "briefing": "通报", "registers": "登记簿", "journal": "日志", "jobs": "后台任务与推送",
    }  # fmt: skip
    return tag.capitalize() if is_english else titles.get(tag, tag)


def sentence_of(tag: str, name: str, call: dict[str, Any], *, is_english: bool) -> str:
    """What the call does."""
    english = " ".join(str(call.get("description") or call["summary"]).split())
    return english if is_english else sentences().get(tag, {}).get(name, english)


def _call(document: Any, address: str, method: str, call: dict[str, Any], is_english: bool) -> Call:
    body: dict[str, Any] = call.get("requestBody", {}).get("content", {})
    schema: dict[str, Any] = next((media["schema"] for media in body.values()), {})
    example = json.dumps(example_of(document, schema), ensure_ascii=False, indent=2) if schema else ""
    return Call(
        method, address, call["operationId"],
        sentence_of(call["tags"][0], f"{method} {address}", call, is_english=is_english),
        tuple(
            Field(each["name"], _kind(document, each["schema"]), bool(each.get("required")),
                  _half(each.get("description", ""), is_english))
            for each in call["parameters"]
        ),
        tuple(_fields(document, schema)), example,
        tuple(
            (str(code), answer.get("description", ""))
            for code, answer in call["responses"].items()
            if int(code) < 400
        ),
    )  # fmt: skip


def _resolved(document: Any, schema: dict[str, Any]) -> dict[str, Any]:
    """The schema itself: behind a reference, and without "or null"."""
    if "$ref" in schema:
        return _resolved(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    real = [each for each in schema.get("anyOf", []) if each.get("type") != "null"]
    return _resolved(document, real[0] | {k: v for k, v in schema.items() if k != "anyOf"}) if real else schema


def _kind(document: Any, schema: dict[str, Any]) -> str:
    found = _resolved(document, schema)
    if "enum" in found or "const" in found:
        return " | ".join(json.dumps(each, ensure_ascii=False) for each in found.get("enum", [found.get("const")]))
    kind = str(found.get("type", "any"))
    if kind == "array":
        kind = f"[{_kind(document, found.get('items', {}))}]"
    limits = [text.format(found[name]) for name, text in _LIMITS.items() if name in found]
    return ", ".join([kind, *limits])


def _fields(document: Any, schema: dict[str, Any], before: str = "", depth: int = 0) -> list[Field]:
    found = _resolved(document, schema)
    if found.get("type") == "array":
        return _fields(document, found["items"], f"{before}[]", depth)
    made: list[Field] = []
    required = set(found.get("required", []))
    for name, each in found.get("properties", {}).items():
        full = f"{before}.{name}" if before else name
        inner = _resolved(document, each)
        made.append(Field(full, _kind(document, each), name in required, each.get("description", "")))
        if depth < _DEEPEST and ("properties" in inner or inner.get("type") == "array"):
            made += _fields(document, inner, full, depth + 1)
    return made


def example_of(document: Any, schema: dict[str, Any], depth: int = 0) -> Any:
    """A body as it might be sent: the examples of the schema, what is required, and lists of one."""
    found = _resolved(document, schema)
    if found.get("examples"):
        return found["examples"][0]
    if "enum" in found or "const" in found:
        return found.get("enum", [found.get("const")])[0]
    if found.get("type") == "array":
        return [example_of(document, found.get("items", {}), depth + 1)] if depth < _DEEPEST else []
    if "properties" in found:
        wanted = set(found.get("required", []))
        return {
            name: example_of(document, each, depth + 1)
            for name, each in found["properties"].items()
            if name in wanted or _resolved(document, each).get("examples")
        }
    return _PLAIN.get(found.get("format", ""), _PLAIN.get(found.get("type", ""), ""))


_PLAIN: dict[str, Any] = {
    "integer": 1, "number": 1, "boolean": False, "string": "示例", "object": {}, "date": "2020-02-03",
    "date-time": "2020-02-03T09:00:00+08:00", "uuid": "0190f7a0-0000-7000-8000-000000000001", "binary": "(file)",
}  # fmt: skip


def _half(text: str, is_english: bool) -> str:
    """The part of a text in two languages that the reader wants; one in one language stays whole."""
    chinese, _dot, english = text.partition(" · ")
    return english or chinese if is_english else chinese
