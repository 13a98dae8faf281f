"""The scan page, the answer to a page's script, and the address of a label."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from liangcao.foundation.files.pictures import MOST_BYTES
from liangcao.foundation.kernel.codes import LONGEST
from liangcao.foundation.kernel.errors import Invalid, NotFound, Refusal
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.journalling import note
from liangcao.interfaces.web.pages import desk_page, own_page, render_page
from liangcao.interfaces.web.refusals import told
from liangcao.interfaces.web.scanning import leading


@desk_page("item")
def scan(request: Any) -> HttpResponse:
    """A field for a code: it opens what the code leads to, or says why it does not."""
    text = request.GET.get("code", "")[: LONGEST + 1]
    shown: dict[str, Any] = {"text": text, "status": 200}
    paper = leading.paper_in(request, text)
    if paper:
        return HttpResponseRedirect(address("paper_form", paper))
    if text.strip():
        try:
            found = leading.scanned(request, text)
        except Refusal as refusal:
            shown |= {"refusal": told(refusal, request.LANGUAGE_CODE), "status": refusal.status}
        else:
            place = leading.place_of(request, found)
            if place:
                return HttpResponseRedirect(place)
            shown["words"] = leading.in_words(found)
            shown["teaching"] = leading.teaching_address(request, text) if found.kind == "unknown" else ""
    return render_page(request, "desk/scanning/scan.html", title=_("扫码"), **shown)


@desk_page("item")
def scan_read(request: Any) -> HttpResponse:
    """What a code says, for the script of a page."""
    try:
        return JsonResponse(leading.for_script(request, request.GET.get("code", "")))
    except Refusal as refusal:
        return _refused(request, refusal)


@desk_page("item")
@require_POST
def scan_photo(request: Any) -> HttpResponse:
    """The codes in a photo, for the script of a page: it goes on with the one that is meant as if it had been typed.
    Nothing of the photo is kept."""
    sent = request.FILES.get("photo")
    try:
        # One byte more than is taken shows that it is too large.
        return JsonResponse(leading.in_photo(request, sent.read(MOST_BYTES + 1) if sent else b""))
    except Refusal as refusal:
        return _refused(request, refusal)


def _refused(request: Any, refusal: Refusal) -> JsonResponse:
    note(request, refusal)
    answer = {"kind": "refused", "code": refusal.code, "message": refusal.message(request.LANGUAGE_CODE)}
    return JsonResponse(answer, status=refusal.status)


@own_page
def label_link(request: Any, label: str) -> HttpResponse:
    """What the QR of a label leads to: for everybody who is logged in and may see it, and the same “not found” for
    everybody else."""
    try:
        place = leading.place_of(request, leading.scanned(request, f"https://label/Q/{label}"))
    except Invalid:
        # Not even the shape of a label: an address that is not there.
        raise NotFound() from None
    if not place:
        raise NotFound()
    return HttpResponseRedirect(place)
