"""The OpenAPI document: what the types of the calls say, and in one place what is true of every call: each status with
which it may be refused, the shape of a refusal, the headers of an answer, the media type of a file."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from liangcao.interfaces.api.v1.etags import tagged

PREFIX = "/api/v1"
JSONL = "application/jsonl"
_OFFICE = "application/vnd.openxmlformats-officedocument"
XLSX, DOCX, PDF = f"{_OFFICE}.spreadsheetml.sheet", f"{_OFFICE}.wordprocessingml.document", "application/pdf"
# Calls that answer with a file, by the end of their address.
FILES: dict[str, tuple[str, ...]] = {
    "/plans/{plan_id}/workbook": (XLSX,),
    "/epcis-events": ("application/ld+json",),
    "/seals/file": (JSONL,),
    "/hand-overs/{hand_over_id}/file": (DOCX,),
    "/briefings/{day}": (DOCX, PDF, XLSX, "text/plain", "application/json"),
    "/paper-forms/{kind}/file": (PDF,),
    "/signatures/{delivery_receipt_id}": ("image/png",),
    "/delivery-photos/{delivery_photo_id}": ("image/jpeg",),
    "/registers/{kind}/file": (XLSX, PDF),
}
# status -> (what it means, code and sentence of an example)
REFUSALS: dict[int, tuple[str, str, str]] = {
    400: ("内容有误:按 field、row 修改 · The input is wrong", "FIELD_MISSING", "缺少字段 lines"),
    401: (
        "令牌缺少或无效 · No valid token",
        "TOKEN_INVALID",
        "缺少令牌,或令牌无效,请在 Authorization 头中提供 Bearer 令牌",
    ),
    403: ("岗位或令牌不允许,见 act · Not allowed, see act", "FORBIDDEN", "您的岗位不能办理“申领:审批”"),
    404: ("没有,或不在您的范围内 · Unknown, or not in your scope", "NOT_FOUND", "未找到,或不在您的范围内"),
    405: (
        "地址不接受这种请求,见 Allow · Method not allowed",
        "METHOD_NOT_ALLOWED",
        "这个地址不接受 PUT 请求,没有做任何修改",
    ),
    409: (
        "现在的状态不允许 · The state of things does not allow it",
        "STATE_CONFLICT",
        "申领单 YL2026-0012 已批准,不能再审批",
    ),
    413: ("正文太大 · The body is too large", "BODY_TOO_LARGE", "请求正文超过 10 MB,请分批发送"),
    415: ("正文不是 UTF-8 的 JSON · Not JSON in UTF-8", "MEDIA_UNSUPPORTED", "请求正文须为 application/json(UTF-8)"),
    422: (
        "幂等键已用于别的内容 · The key was used for another body",
        "KEY_REUSED",
        "这个编号已用于另一份内容,请换新编号",
    ),
    429: ("请求过于频繁 · Too many requests", "TOO_MANY_REQUESTS", "请求过于频繁,请等 7 秒再试。本次没有做任何修改"),
    503: ("数据库现在不能办,见 applied · Not now, see applied", "DATABASE_DOWN", "数据库暂时不可用,请稍后重试"),
    507: ("磁盘已满,见 applied · The disk is full, see applied", "STORAGE_FULL", "磁盘已满,没有写入,请联系系统管理员"),
}
WAITING = (429, 503)
ONLY_WITH_BODY = (413, 415, 422)
_HEADERS: dict[str, tuple[str, str]] = {
    "Retry-After": ("integer", "几秒后再试 · Seconds to wait"),
    "ETag": ("string", "单据现在的样子 · The document as it is now"),
    "X-Request-Id": ("string", "请求编号 · Number of the request, as in the log"),
}


class DescribedApi(NinjaAPI):
    """The API with a document that names every answer."""

    @cached_property
    def _described(self) -> dict[str, Any]:
        return described(super().get_openapi_schema())

    def create_response(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The answer of a call; that of a single document has its ETag."""
        return tagged(request, super().create_response(request, *args, **kwargs))

    def get_openapi_schema(self, **_: Any) -> Any:
        """The document; it is made once, since calls and addresses do not change while the program runs."""
        return self._described


def described(document: dict[str, Any]) -> dict[str, Any]:
    """The document with the refusals of every call, the shape they have, and the media types of files."""
    components = document["components"]
    components["schemas"] |= {"Problem": _shape(), "Refusal": _refusal()}
    components["responses"] = {f"Refused{status}": _response(status) for status in REFUSALS}
    singles = {path for path, calls in document["paths"].items() if "get" in calls and _is_single(path)}
    for path, calls in document["paths"].items():
        for method, call in calls.items():
            _describe(call, path.removeprefix(PREFIX), is_reading=method == "get")
            if method == "get" and path in singles:
                _describe_tag(call)
            elif method == "post" and any(path.startswith(f"{single}/") for single in singles):
                call["parameters"].append(_header("If-Match", "ETag 原样:单据已变则 409 · The ETag that was read"))
    return document


def _is_single(path: str) -> bool:
    return path.endswith("}") and path.removeprefix(PREFIX) not in FILES


def _describe_tag(call: dict[str, Any]) -> None:
    """A single document has an ETag; asked with it, 304 says that nothing has changed."""
    call["responses"][200]["headers"] |= _headers("ETag")
    call["responses"][304] = {"description": "没有变化 · Not changed", "headers": _headers("ETag")}
    call["parameters"].append(_header("If-None-Match", "上次的 ETag:没有变化则 304 · The ETag of last time"))


def _header(name: str, description: str) -> dict[str, Any]:
    return {
        "in": "header", "name": name, "required": False, "schema": {"type": "string", "maxLength": 1000},
        "description": description,
    }  # fmt: skip


def _describe(call: dict[str, Any], address: str, *, is_reading: bool) -> None:
    for status in REFUSALS:
        if is_reading and status in ONLY_WITH_BODY:
            continue
        call["responses"].setdefault(status, {"$ref": f"#/components/responses/Refused{status}"})
    if address in FILES:
        content = {kind: {"schema": _file(kind)} for kind in FILES[address]}
        call["responses"][200]["content"] = content
    for status, answer in call["responses"].items():
        if status not in REFUSALS:
            answer["headers"] = answer.get("headers", {}) | _headers("X-Request-Id")


def _file(kind: str) -> dict[str, Any]:
    return {} if "json" in kind else {"type": "string", "format": "binary"}


def _headers(*names: str) -> dict[str, Any]:
    return {
        name: {"schema": {"type": _HEADERS[name][0]}, "description": _HEADERS[name][1]} for name in names
    }  # fmt: skip


def _response(status: int) -> dict[str, Any]:
    means, code, sentence = REFUSALS[status]
    example: dict[str, Any] = {"code": code, "message": sentence, "field": None, "row": None}
    if status == 400:
        example["field"] = "lines"
    if status == 403:
        example["act"] = "requisition.approve"
    if status in (503, 507):
        example["applied"] = False
    return {
        "description": means,
        "headers": _headers("X-Request-Id", *(["Retry-After"] if status in WAITING else [])),
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/Refusal"},
                "example": example | {"request_id": "0190f7a00000"},
            }
        },
    }


def _shape() -> dict[str, Any]:
    """One refusal."""
    return {
        "title": "Problem",
        "type": "object",
        "required": ["code", "message", "field", "row"],
        "properties": {
            "code": {"type": "string", "pattern": "^[A-Z][A-Z0-9_]*$", "description": "不变的代号 · Stable code"},
            "message": {"type": "string", "minLength": 1, "description": "一句话:哪里不对,怎么办 · What to do"},
            "field": {"type": ["string", "null"], "description": "哪个字段 · Which field"},
            "row": {"type": ["integer", "null"], "description": "第几行,从 1 数起 · Which row, from 1"},
            "act": {"type": "string", "description": "岗位或令牌所缺的操作 · The act that is not covered"},
        },
    }


def _refusal() -> dict[str, Any]:
    """What every refusal looks like: the first problem, and all of them where there are several."""
    shape = _shape()
    more = {
        "request_id": {"type": "string", "description": _HEADERS["X-Request-Id"][1]},
        "problems": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Problem"}},
        "applied": {
            "type": ["boolean", "null"],
            "description": "false: 什么也没写入 · nothing was written; null: 结果未知 · nobody knows",
        },
    }
    return shape | {
        "title": "Refusal",
        "required": [*shape["required"], "request_id"],
        "properties": shape["properties"] | more,
        "additionalProperties": False,
    }
