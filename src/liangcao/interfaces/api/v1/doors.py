"""What every call passes: a token that becomes an actor, the bureau and its time, the idempotency key, strict JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import wraps
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja.parser import Parser
from ninja.security import HttpBearer
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StrictInt

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import business_date, now
from liangcao.foundation.kernel.errors import Invalid, Refusal
from liangcao.foundation.kernel.text import check_characters
from liangcao.interfaces.api.v1.documented import body_names, query_names
from liangcao.interfaces.api.v1.etags import version_read
from liangcao.reference.parties import queries as parties


def _in_range(moment: datetime) -> datetime:
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise ValueError(f"{EARLIEST_YEAR}–{LATEST_YEAR}")
    return moment


ID_MOST = 2**63 - 1
EARLIEST_YEAR, LATEST_YEAR = 1990, 2199
# A moment without its zone is eight hours wrong somewhere; one of the year 1 cannot be turned into another zone.
Moment = Annotated[AwareDatetime, AfterValidator(_in_range)]
# Ids of rows, in a body and in a query: what no database can hold is refused here.
RowId = Annotated[StrictInt, Field(ge=0, le=ID_MOST)]
RowFilter = Annotated[int, Field(ge=0, le=ID_MOST)]


class Body(BaseModel):
    """Base of every input: a field that is not in the schema is refused by name, never ignored."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Filters(BaseModel):
    """Base of every list's query: filters by allow-list, a cursor, and a page of at most 200."""

    model_config = ConfigDict(extra="forbid")


class PlaceFilters(Filters):
    """The bureau; needed only with several in scope."""

    bureau: str | None = Field(None, max_length=30)


class TokenAuth(HttpBearer):
    """`Authorization: Bearer TOKEN`."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """The actor behind the token; nobody else gets in."""
        actor = parties.actor_for_token(token, now())
        return replace(actor, language=language_of(request), origin=origin_of(request)) if actor else None


class UnsupportedMedia(Refusal):
    """The body is not JSON in UTF-8."""

    status = 415


def origin_of(request: HttpRequest) -> str:
    """Where a call comes from, as the journal writes it: door, address, request id."""
    return f"api {request.META.get('REMOTE_ADDR') or '-'} {getattr(request, 'request_id', '-')}"


def language_of(request: HttpRequest) -> str:
    """English only when the caller asks for it first; Chinese otherwise."""
    wanted = request.headers.get("Accept-Language", "").strip().lower()
    return "en" if wanted.startswith("en") else "zh-hans"


class StrictJson(Parser):
    """JSON in UTF-8 without doubled keys, NaN or trailing text; the refusal names line and column."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body as plain Python. Raises Invalid JSON_INVALID, JSON_KEY_TWICE or CONTROL_CHARACTER,
        UnsupportedMedia."""
        kind, _, rest = request.headers.get("Content-Type", "").partition(";")
        charset = rest.strip().lower().removeprefix("charset=").strip('"') or "utf-8"
        if kind.strip().lower() != "application/json" or charset not in ("utf-8", "utf8"):
            raise UnsupportedMedia(
                "MEDIA_UNSUPPORTED",
                "请求正文须为 application/json(UTF-8)",
                "The body must be application/json in UTF-8",
                field="Content-Type",
            )
        try:
            body = json.loads(request.body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
        except json.JSONDecodeError as error:
            raise Invalid(
                "JSON_INVALID",
                f"JSON 第 {error.lineno} 行第 {error.colno} 列有误",
                f"The JSON is wrong at line {error.lineno}, column {error.colno}",
            ) from None
        except (UnicodeDecodeError, RecursionError):
            raise Invalid(
                "JSON_INVALID", "正文不是 UTF-8,或嵌套过深", "The body is not UTF-8, or nested too deep"
            ) from None
        check_characters(body)
        read = version_read(request)
        if read is not None and isinstance(body, dict) and "version" in body_names(request):
            body.setdefault("version", read)
        return body


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            raise Invalid("JSON_KEY_TWICE", f"字段“{key}”重复", f'The field "{key}" stands twice', field=key[:60])
        made[key] = value
    return made


def _no_constant(name: str) -> Any:
    raise Invalid("JSON_INVALID", f"JSON 中不能有 {name}", f"{name} is not JSON")


@dataclass(frozen=True)
class Door:
    """Who calls, for which bureau, and when (in the bureau's calendar)."""

    actor: Actor
    bureau_id: int
    at: datetime

    @property
    def today(self) -> date:
        """The day in the bureau's calendar."""
        return business_date(self.at)

    @property
    def who_and_when(self) -> dict[str, Any]:
        """The two arguments that every action takes."""
        return {"by": self.actor, "at": self.at}


def enter(request: HttpRequest, bureau: str | None = None) -> Door:
    """The door of a call. With one bureau in scope it need not be named; with several, `bureau` names one by its
    code."""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    in_scope = dict(parties.bureaus(actor).values_list("code", "pk"))
    if bureau is not None and bureau not in in_scope:
        raise Invalid(
            "BUREAU_UNKNOWN",
            f"没有编码为“{bureau}”的局,或不在您的范围内",
            f'No bureau "{bureau}" in your scope',
            field="bureau",
        )
    if bureau is None and len(in_scope) != 1:
        raise Invalid(
            "BUREAU_MISSING",
            "请用 bureau 指明是哪个局" if in_scope else "您的账号还没有任职,请联系系统管理员",
            "Name the bureau" if in_scope else "Your account has no appointment; ask the administrator",
            field="bureau",
        )
    bureau_id = in_scope[bureau] if bureau is not None else next(iter(in_scope.values()))
    return Door(actor, bureau_id, parties.moment(bureau_id, now()))


def entered(request: HttpRequest, bureau: str | None, object_name: str) -> Door:
    """The door of a read, for those who may see what it shows."""
    door = enter(request, bureau)
    guard.check(door.actor, "view", object_name, bureau_id=door.bureau_id)
    return door


def key_of(request: HttpRequest) -> UUID:
    """The client-made id of a posting call. Raises Invalid KEY_MISSING or KEY_INVALID."""
    given = request.headers.get("Idempotency-Key", "")
    if not given:
        raise Invalid(
            "KEY_MISSING",
            "缺少 Idempotency-Key:请在发送前生成一个 UUID,重发时用同一个",
            "Idempotency-Key is missing: make a UUID before sending and use the same one when sending again",
            field="Idempotency-Key",
        )
    try:
        if len(given) > 40:
            raise ValueError
        return UUID(given)
    except ValueError:
        raise Invalid(
            "KEY_INVALID", "Idempotency-Key 须为 UUID", "Idempotency-Key must be a UUID", field="Idempotency-Key"
        ) from None


def known_query_only(view: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse query parameters that the documentation of the call does not name, instead of ignoring them, and
    characters that no text has, in query and path."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        places = request.resolver_match.kwargs if request.resolver_match else {}
        check_characters({**dict(request.GET.lists()), **places})
        unknown = sorted(set(request.GET) - query_names(request))
        if unknown:
            raise Invalid(
                "FIELD_UNKNOWN",
                f"未知筛选:{unknown[0][:60]}",
                f"unknown filter: {unknown[0][:60]}",
                field=unknown[0][:60],
            )
        return view(request, *args, **kwargs)

    return checked


KEYED: dict[str, Any] = {
    "parameters": [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "required": True,
            "schema": {"type": "string", "format": "uuid"},
            "description": "发送前生成;同键同文得同一回答,换了内容回 422 · "
            "Made by the client before sending. Same key and body: same answer; another body: 422.",
        }
    ]
}
