"""ETag, If-None-Match and If-Match on single documents, in one place for all of them.

A GET of one document answers with an ETag: the version of the document where it has one, and a digest of what this
caller was shown. `If-None-Match` gives 304 while nothing has changed. A POST below the document may say with `If-Match`
what was read: when the document is another by now it is refused with 409 and who changed it, and nothing is written.
Where the act takes a `version`, the tag's goes with the body and is checked again under the lock.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, QueryDict
from django.urls import resolve
from django.utils.http import parse_etags

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.outcomes import asked_for
from liangcao.foundation.journal.queries import entries_of, is_claimed
from liangcao.foundation.kernel.chain import digest
from liangcao.foundation.kernel.clock import LOCAL
from liangcao.foundation.kernel.errors import Conflict, Invalid
from liangcao.interfaces.api.v1.documented import body_names, path_of, single_paths

ANY = "*"
_LONGEST = 1000
_TAG = re.compile(r'"(?:v(\d{1,9})\.)?[0-9a-f]{24}"')


class ReadMeanwhile(Conflict):
    """The document is not as the caller read it."""


def parent_of(path: str, singles: frozenset[str]) -> str | None:
    """The single document below which an act stands: /plans/{plan_id} of /plans/{plan_id}/review."""
    return max((single for single in singles if path.startswith(f"{single}/")), key=len, default=None)


def tag_of(answer: HttpResponse, version: Any = None) -> str:
    """The ETag of an answer."""
    shown = digest(answer.content)[:24]
    return f'"v{version}.{shown}"' if isinstance(version, int) else f'"{shown}"'


def conditional(view: Callable[..., Any]) -> Callable[..., Any]:
    """The decorator of every call: nothing is done to a document that is not as it was read."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method == "POST" and "If-Match" in request.headers:
            refusal = _check_read(request, parent_of(path_of(request), single_paths()))
            if refusal is not None:
                return refusal
        return view(request, *args, **kwargs)

    return checked


def version_read(request: HttpRequest) -> int | None:
    """The version that `If-Match` names, for an act that takes one."""
    tags = parse_etags(request.headers.get("If-Match", "")[:_LONGEST])
    found = _TAG.fullmatch(tags[0]) if len(tags) == 1 else None
    return int(found[1]) if found and found[1] else None


def tagged(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """The answer of a call with its ETag where it shows a single document, or 304 where the caller has it already."""
    if request.method != "GET" or answer.status_code != 200 or path_of(request) not in single_paths():
        return answer
    answer["ETag"] = tag_of(answer, _version(answer))
    wanted = parse_etags(request.headers.get("If-None-Match", "")[:_LONGEST])
    if ANY in wanted or answer["ETag"] in [tag.removeprefix("W/") for tag in wanted]:
        return HttpResponseNotModified(headers={"ETag": answer["ETag"]})
    return answer


def _version(answer: HttpResponse) -> Any:
    """The document's own version, where it tells one."""
    shown = json.loads(answer.content)
    return shown.get("version") if isinstance(shown, dict) else None


def _check_read(request: HttpRequest, parent: str | None) -> HttpResponse | None:
    """Compare the document as it is with the tag; the answer of its own GET where that is a refusal. A call that was
    claimed before is answered from its claim. Raises Invalid IF_MATCH_UNUSABLE, ReadMeanwhile."""
    given = parse_etags(request.headers["If-Match"][:_LONGEST])
    if parent is None or not given or any(tag != ANY and not _TAG.fullmatch(tag) for tag in given):
        raise Invalid(
            "IF_MATCH_UNUSABLE",
            "If-Match 只用于有 ETag 的单据下面的操作,值须原样取自该单据 GET 的 ETag",
            "If-Match is for acts below a document that has an ETag; send the ETag of its GET as it was",
            field="If-Match",
        )
    if _is_claimed(request):
        return None
    address = "/".join(request.path.split("/")[: len(parent.split("/"))])
    answer, auth = _document(request, address)
    if answer.status_code != 200:
        return answer
    if ANY in given or tag_of(answer, _version(answer)) in given:
        return None
    read = version_read(request)
    if read is not None and read != _version(answer) and request.body and "version" in body_names(request):
        return None  # The act says it better, under its lock: it knows what has changed.
    raise _changed(auth, address, json.loads(answer.content).get("number", ""))


def _document(request: HttpRequest, address: str) -> tuple[HttpResponse, Any]:
    """The document as its GET would show it to this caller now, and who that is."""
    reading = copy.copy(request)
    reading.method, reading.path = "GET", address
    reading.GET = QueryDict("")  # type: ignore[assignment]
    reading.META = {key: value for key, value in request.META.items() if key != "HTTP_IF_NONE_MATCH"}
    reading.__dict__.pop("headers", None)
    reading.resolver_match = match = resolve(address)
    answer: HttpResponse = match.func(reading, *match.args, **match.kwargs)
    return answer, getattr(reading, "auth", None)


def _is_claimed(request: HttpRequest) -> bool:
    try:
        return is_claimed(UUID(request.headers.get("Idempotency-Key", "")))
    except ValueError:
        return False


def _changed(actor: Any, address: str, number: str) -> ReadMeanwhile:
    """Who has changed it, and when, where the journal says that and the caller is of the desk."""
    who_zh = who_en = ""
    last = _last_change(actor, address, number) if isinstance(actor, Actor) and not actor.is_outside else None
    if last is not None:
        when = last.at.astimezone(LOCAL)
        who_zh = f"被{last.who}于 {when.month}月{when.day}日 {when:%H:%M} "
        who_en = f" by {last.who} at {when:%Y-%m-%d %H:%M}"
    return ReadMeanwhile(
        "CHANGED_MEANWHILE",
        f"您读取之后,这份单据已{who_zh}修改,没有做任何操作。请重新读取 {address},看过改动后再办",
        f"The document was changed{who_en} after you read it; nothing was done. Read {address} again first",
        field="If-Match",
    )


def _last_change(actor: Actor, address: str, number: str) -> Any:
    """The journal names an object by its id or its number."""
    kind, key = asked_for(resolve(address).kwargs)
    found = [
        entries_of(actor, object_kind=kind, object_ref=ref, bureau_id=bureau_id).last()
        for bureau_id in actor.bureau_ids
        for ref in (key, str(number))
    ]
    return max((entry for entry in found if entry), key=lambda entry: entry.pk, default=None)
