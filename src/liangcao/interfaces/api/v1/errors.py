"""One shape for every error: {code, message, field, row, request_id}, with the right status, in the caller's
language; what an appointment or token does not give says its `act` too."""

from __future__ import annotations

import logging
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from liangcao.foundation.database import outcome
from liangcao.foundation.database.faults import interruption_of, may_try_again
from liangcao.foundation.identity.actor import NOBODY, Actor
from liangcao.foundation.identity.guard import NotAllowed
from liangcao.foundation.journal.actions import record_refusal
from liangcao.foundation.journal.outcomes import NOT_FOUND, asked_for, outcome_of, outcome_of_missing
from liangcao.foundation.kernel.clock import now
from liangcao.foundation.kernel.errors import Invalid, NotFound, Refusal, Unavailable
from liangcao.foundation.kernel.quantity import no_lines, too_many_lines
from liangcao.interfaces.api.v1.doors import language_of, origin_of
from liangcao.reference.parties import queries as parties

logger = logging.getLogger(__name__)
READING = ("GET", "HEAD")
_WRONG_TYPE = (
    "int_type",
    "int_from_float",
    "string_type",
    "bool_type",
    "list_type",
    "model_type",
    "dict_type",
    "model_attributes_type",
)


def install(api: NinjaAPI) -> None:
    """Register the handlers."""
    api.exception_handler(Refusal)(refused)
    api.exception_handler(ValidationError)(malformed)
    api.exception_handler(HttpError)(unreadable)
    api.exception_handler(AuthenticationError)(stranger)
    api.exception_handler(Http404)(lambda request, error: refused(request, NotFound()))
    api.exception_handler(RequestDataTooBig)(too_big)
    for wrong in (MultiPartParserError, TooManyFieldsSent, TooManyFilesSent):
        api.exception_handler(wrong)(unreadable_parts)
    api.exception_handler(Exception)(failed)


def refused(request: HttpRequest, error: Refusal) -> HttpResponse:
    """A refusal with its own status; several problems are listed. The one place of this door that journals them."""
    _journal(request, error)
    body = _plain(request, error)
    body["request_id"] = getattr(request, "request_id", "")
    if isinstance(error, Unavailable):
        body["applied"] = error.applied
    if error.problems:
        body["problems"] = [_plain(request, problem) for problem in error.problems]
    # ASCII: what the caller sent may stand in the message, and a lone surrogate has no UTF-8.
    response = JsonResponse(body, status=error.status)
    if isinstance(error, Unavailable) and error.status != HTTPStatus.INTERNAL_SERVER_ERROR:
        response["Retry-After"] = "2"
    return response


def _journal(request: HttpRequest, error: Refusal) -> None:
    """Write what was refused to whom; the act has been rolled back. Faults of ours and broken connections are in the
    log, and so is what the journal cannot take now: the answer goes out in any case."""
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return
    try:
        _write(request, error)
    except DatabaseError:
        logger.exception("not journalled: %s of request %s", error.code, getattr(request, "request_id", ""))


def _write(request: HttpRequest, error: Refusal) -> None:
    match = request.resolver_match
    named = match.kwargs if match else {}
    parts = request.path.strip("/").split("/")[2:]
    kind, ref = asked_for(named)
    result = outcome_of(error.status)
    if result == NOT_FOUND:
        result = outcome_of_missing(named, places=parts)
    by: Actor = getattr(request, "auth", None) or NOBODY
    bureau_id = by.grants[0].bureau_id if by.grants else None
    at = now()
    record_refusal(
        by=by if by.origin else replace(by, origin=origin_of(request)),
        at=parties.moment(bureau_id, at) if bureau_id else at,
        action=f"call.{(request.method or '').lower()}"[:20],
        object_kind=kind or "call",
        object_ref=ref or (match.url_name if match and match.url_name else "/".join(parts[:1])[:30]),
        bureau_id=bureau_id,
        result=result,
        details={"status": error.status, "code": error.code, **({"field": error.field} if error.field else {})},
    )


def _plain(request: HttpRequest, error: Refusal) -> dict[str, Any]:
    shape = {"code": error.code, "message": error.message(language_of(request)), "field": error.field, "row": error.row}
    return shape | {"act": error.act} if isinstance(error, NotAllowed) else shape


def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Wrong types, missing, unknown or read-only fields: all of them at once."""
    problems = [_problem(fault) for fault in error.errors]
    first = problems[0]
    if len(problems) == 1:
        return refused(request, first)
    return refused(
        request, Invalid(first.code, first.zh, first.en, field=first.field, row=first.row, problems=problems)
    )


def _problem(fault: dict[str, Any]) -> Invalid:
    place = [part for part in fault["loc"] if part not in ("body", "query", "path", "header", "filters")]
    row = next((part + 1 for part in place if isinstance(part, int)), None)
    field = next((part for part in reversed(place) if isinstance(part, str)), None)
    shown, at = field or "body", f"第 {row} 行" if row else ""
    if fault["type"] == "extra_forbidden":
        kind_zh, kind_en = (
            ("未知筛选", "unknown filter")
            if fault["loc"][0] == "query"
            else ("未知字段,或该字段不可写", "unknown or read-only field")
        )
        return Invalid("FIELD_UNKNOWN", f"{at}{kind_zh}:{shown}", f"{kind_en}: {shown}", field=field, row=row)
    if fault["type"] == "missing":
        return Invalid("FIELD_MISSING", f"{at}缺少字段 {shown}", f"the field {shown} is missing", field=field, row=row)
    if field == "lines" and fault["type"] in ("too_long", "too_short"):
        return _wrong_count(fault["ctx"])
    if fault["type"] in _WRONG_TYPE:
        return Invalid(
            "TYPE_INVALID",
            f"{at}字段 {shown} 的类型不对(数量须为整数)",
            f"{shown}: {fault['msg']}",
            field=field,
            row=row,
        )
    return Invalid(
        "VALUE_INVALID", f"{at}字段 {shown} 的值不对:{fault['msg']}", f"{shown}: {fault['msg']}", field=field, row=row
    )


def _wrong_count(told: dict[str, Any]) -> Invalid:
    """A document with no lines, or with more than it may have."""
    return no_lines() if "min_length" in told else too_many_lines(told["actual_length"], told["max_length"])


def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """The framework's own refusals; a body that our parser refused keeps its words."""
    if isinstance(error.__cause__, Refusal):
        return refused(request, error.__cause__)
    wrong = Invalid("REQUEST_INVALID", "请求无法读取,请检查 JSON 与字段", f"The request cannot be read: {error}")
    wrong.status = error.status_code
    return refused(request, wrong)


def unreadable_parts(request: HttpRequest, error: Exception) -> HttpResponse:
    """A body with a file that is no multipart, or holds too many parts."""
    return refused(
        request,
        Invalid(
            "REQUEST_INVALID",
            "请求无法读取,请检查 multipart 的格式和份数",
            "The request cannot be read: check the form and the number of its parts",
        ),
    )


def stranger(request: HttpRequest, error: Exception) -> HttpResponse:
    """No token, or one that is unknown, revoked, or whose owner is gone."""
    wrong = Invalid(
        "TOKEN_INVALID",
        "缺少令牌,或令牌无效,请在 Authorization 头中提供 Bearer 令牌",
        "No valid token: send Authorization: Bearer TOKEN",
    )
    wrong.status = 401
    response = refused(request, wrong)
    response["WWW-Authenticate"] = "Bearer"
    return response


def too_big(request: HttpRequest, error: Exception) -> HttpResponse:
    """A body over the limit."""
    wrong = Invalid("BODY_TOO_LARGE", "请求正文超过 10 MB,请分批发送", "The body is over 10 MB; send it in parts")
    wrong.status = 413
    return refused(request, wrong)


def failed(request: HttpRequest, error: Exception) -> HttpResponse:
    """What nobody refused. A database or disk that does not take the act now is told as such; of our own fault the log
    has the trace, and the caller gets an id and nothing of the inside. After a deadlock the call is done again."""
    if may_try_again(error):
        match: Any = request.resolver_match
        answered: HttpResponse = match.func(request, *match.args, **match.kwargs)
        return answered
    interruption = interruption_of(error, is_reading=request.method in READING)
    logger.error("request %s failed", getattr(request, "request_id", ""), exc_info=error)
    if interruption is not None:
        return refused(request, interruption)
    wrong = Fault("INTERNAL", "系统出错,请凭请求编号联系管理员", "Something failed on our side; quote the request id")
    wrong.applied = False if outcome.current().has_written_nothing else None
    return refused(request, wrong)


class Fault(Unavailable):
    """Our own fault."""

    status = 500
