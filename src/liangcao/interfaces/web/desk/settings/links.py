"""A link made just now: shown once on the answer to the very request that made it, in the dialog or as a page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from liangcao.interfaces.web.acts import submit
from liangcao.interfaces.web.forms import ActForm
from liangcao.interfaces.web.refusals import told


def absolute(request: HttpRequest, name: str, secret: str) -> str:
    """The whole address, as it is pasted into a chat group."""
    return request.build_absolute_uri(reverse(name, args=[secret]))


def link_page(
    request: Any,
    form: ActForm,
    *,
    title: str,
    button: str,
    do: Any,
    shown: Any,
    summary: str = "",
    back: str = "",
    frame: str = "frame_desk.html",
) -> HttpResponse:
    """Ask like every act; when it is done, show what `shown(result)` says: {who, link, hint}."""
    in_dialog = bool(getattr(request, "htmx", False))
    if request.method == "POST":
        done = submit(form, do)
        if done is not None:
            context = {"title": title, "back": back, "frame": frame, "in_dialog": in_dialog, **shown(done)}
            return render(request, "components/_made_link.html" if in_dialog else "made_link.html", context)
    context = {
        "title": title, "form": form, "button": button, "summary": summary, "back": back, "danger": False,
        "refusal": told(form.refusal, request.LANGUAGE_CODE) if form.refusal else None,
    }  # fmt: skip
    page = "portal/act.html" if frame == "frame_portal.html" else "act.html"
    return render(request, "components/_act.html" if in_dialog else page, context, status=form.status)
