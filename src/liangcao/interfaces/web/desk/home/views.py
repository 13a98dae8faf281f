"""今日: what waits, what is short, what arrives."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from liangcao.interfaces.web.pages import desk_page, render_page


@desk_page("item")
def home(request: Any) -> HttpResponse:
    """The day at a glance."""
    return render_page(request, "desk/home/home.html", title=_("今日"))


@desk_page("item")
def search(request: Any) -> HttpResponse:
    """Items, lots, documents, units by name, code or pinyin."""
    return render_page(request, "desk/home/home.html", title=_("查找"))
