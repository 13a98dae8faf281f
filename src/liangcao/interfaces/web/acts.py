"""One page for one act: shown as a page or in a dialog, posted once, refused beside the field, redirected when done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from liangcao.foundation.kernel.errors import Refusal
from liangcao.interfaces.web.forms import ActForm
from liangcao.interfaces.web.journalling import note
from liangcao.interfaces.web.pages import see_other
from liangcao.interfaces.web.refusals import told


def submit(form: ActForm, do: Callable[[dict[str, Any]], Any]) -> Any:
    """What the action returned, or None when form or action refused; then the form carries the reasons and the
    status."""
    if not form.is_valid():
        return None
    try:
        return do(form.values())
    except Refusal as refusal:
        form.refuse(refusal)
        note(form.request, refusal)
        return None


def act_page(
    request: HttpRequest,
    form: ActForm,
    *,
    title: str,
    button: str,
    do: Callable[[dict[str, Any]], Any],
    to: Callable[[Any], str],
    message: str | Callable[[Any], str] = "",
    summary: str = "",
    danger: bool = False,
    back: str = "",
    template: str = "act.html",
    **context: Any,
) -> HttpResponse:
    """Show, or post and redirect to `to(result)` with `message`, which may depend on the result. `summary` says in
    numbers what will happen.

    `do` gets the cleaned values (with `client_id`, and `lines` where the form has rows) and returns what the
    action returned.
    """
    if request.method == "POST":
        done = submit(form, do)
        if done is not None:
            return see_other(request, to(done), message(done) if callable(message) else message)
    known = {
        "title": title, "form": form, "button": button, "summary": summary, "danger": danger, "back": back,
        "refusal": told(form.refusal, request.LANGUAGE_CODE) if form.refusal else None,
    }  # fmt: skip
    in_dialog = getattr(request, "htmx", False) and template == "act.html"
    shown = "components/_act.html" if in_dialog else template
    return render(request, shown, {**known, **context}, status=form.status)


def returning_act(
    request: HttpRequest, form: ActForm, act: Callable[..., Any], *, back: str, **shown: Any
) -> HttpResponse:
    """`act_page` for an act that leads back to where it began. It takes the form's values, by whom and when."""
    reader: Any = request
    return act_page(
        request,
        form,
        do=lambda values: act(**values, by=reader.actor, at=reader.at),
        to=lambda _done: back,
        back=back,
        **shown,
    )
