"""What every request of a page passes: a language, an actor with bureau and time, and refusals as answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from liangcao.foundation.database.faults import interruption_of, may_try_again
from liangcao.foundation.identity.actor import NOBODY, Actor
from liangcao.foundation.kernel.clock import now
from liangcao.foundation.kernel.errors import Invalid, Refusal
from liangcao.foundation.kernel.text import check_characters
from liangcao.interfaces.web import refusals
from liangcao.interfaces.web.journalling import origin_of
from liangcao.reference.parties import queries as parties

Answer = Callable[[HttpRequest], HttpResponse]
MACHINE_PATHS = ("/api/", "/healthz", "/readyz", "/static/")
LANGUAGE_COOKIE = "language"


class LanguageMiddleware:
    """Chinese unless the reader chose English: the choice is kept in the session, and in a cookie for the log-in
    page."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Speak the reader's language while this request lasts."""
        chosen = request.session.get("language") or request.COOKIES.get(LANGUAGE_COOKIE, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.setdefault("Content-Language", language)
        return response


class ActorMiddleware:
    """Turns the log-in into an actor with a current bureau and its time. Machines bring a token and are not looked
    at here."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set actor, bureau, organisation and at."""
        request.actor = NOBODY  # type: ignore[attr-defined]
        request.bureau = request.organisation = None  # type: ignore[attr-defined]
        request.at = now()  # type: ignore[attr-defined]
        if not request.path.startswith(MACHINE_PATHS) and request.user.is_authenticated:
            actor = parties.actor_for_user(request.user, request.at)  # type: ignore[attr-defined, arg-type]
            request.actor = replace(  # type: ignore[attr-defined]
                actor, language=request.LANGUAGE_CODE, origin=origin_of(request)
            )
            self._place(request, request.actor)  # type: ignore[attr-defined]
        return self.get_response(request)

    def _place(self, request: HttpRequest, actor: Actor) -> None:
        """The bureau at whose desk the person sits, or the organisation and the bureau that serves it."""
        if actor.is_outside:
            bureau_id = self._organisation(request, actor)
        else:
            chosen = request.session.get("bureau_id")
            bureau_id = chosen if chosen in actor.bureau_ids else min(actor.bureau_ids)
        if bureau_id is not None:
            request.bureau = parties.bureau(actor, bureau_id)  # type: ignore[attr-defined]
            request.at = parties.moment(bureau_id, request.at)  # type: ignore[attr-defined]

    def _organisation(self, request: HttpRequest, actor: Actor) -> int | None:
        if not actor.organisation_ids:
            return None
        chosen = request.session.get("organisation_id")
        organisation_id = chosen if chosen in actor.organisation_ids else min(actor.organisation_ids)
        request.organisation = parties.organisation(actor, organisation_id)  # type: ignore[attr-defined]
        return request.organisation.bureau_id  # type: ignore[attr-defined]


class PlainTextMiddleware:
    """Looks once through what a page sends: characters that no text has are refused before any form or search sees
    them."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 400 with the field's name, or pass on."""
        if not request.path.startswith(MACHINE_PATHS):
            try:
                check_characters(request.path, field="path")
                for sent in (request.GET, request.POST):
                    check_characters(dict(sent.lists()))
            except Invalid as refusal:
                return refusals.answer(request, refusal)
        return self.get_response(request)


class RefusalMiddleware:
    """A refusal that no form has caught becomes a page, or a fragment for htmx, with its own status. Never a 500.
    A database that broke off, or a full disk, is told as such: 503, 507."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal of a page; machines' doors have their own shape for it. After a deadlock the view is done
        again: it has committed nothing."""
        if request.path.startswith(MACHINE_PATHS):
            return None
        match: Any = request.resolver_match
        while may_try_again(exception):
            try:
                answered: HttpResponse = match.func(request, *match.args, **match.kwargs)
                return answered
            except Exception as later:
                exception = later
        if isinstance(exception, Refusal):
            return refusals.answer(request, exception)
        interruption = interruption_of(exception, is_reading=refusals.is_reading(request))
        return refusals.broken_off(request, interruption) if interruption else None
