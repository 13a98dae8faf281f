"""The end of a requisition, at the desk and in the portal: a reason, the version that was read, one act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.desk.demand.forms import ReasonForm


def ending_page(
    request: Any, requisition: Any, end: Callable[..., Any], *, document: str, **shown: Any
) -> HttpResponse:
    """A page for `end`, an action of demand. `document` names the page of the requisition, to which it leads back;
    `shown` are the words of `act_page`."""
    back = reverse(document, args=[requisition.pk])
    return act_page(
        request,
        ReasonForm(request, version=requisition.version),
        do=lambda values: end(
            requisition_id=requisition.pk,
            reason=values["reason"],
            version=values["version"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda ended: back,
        danger=True,
        back=back,
        **shown,
    )
