"""Links lead only where the reader may go: what the appointment does not open is shown as text."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from liangcao.interfaces.web.cells import Row, Table
from liangcao.interfaces.web.pages import can

_IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+")


def opens(request: Any, url: str) -> bool:
    """Whether the page behind an address opens for the reader; asked once a request for each shape of address."""
    path = urlsplit(url).path
    shape = _IDS.sub("#", path)
    if not hasattr(request, "known_reach"):
        request.known_reach = {}
    if shape not in request.known_reach:
        request.known_reach[shape] = _may_open(request, path)
    return request.known_reach[shape]


def _may_open(request: Any, path: str) -> bool:
    try:
        access = getattr(resolve(path).func, "access", None)
    except Resolver404:
        return False
    if access is None or access[0] in ("open", "own"):
        return True
    object_name, action = access
    return can(request, action, object_name)


def table_for(request: Any, table: Table) -> Table:
    """The table with the links that open for the reader."""
    return replace(table, rows=[_row_for(request, row) for row in table.rows])


def _row_for(request: Any, row: Row) -> Row:
    if all(not cell.url or opens(request, cell.url) for cell in row.cells):
        return row
    cells = [cell if not cell.url or opens(request, cell.url) else replace(cell, url="") for cell in row.cells]
    return Row(cells, row.tone)


def links_for(request: Any, linked: Any) -> list[Any]:
    """Facts or links of a document, with the addresses that open for the reader."""
    return [part if not part.url or opens(request, part.url) else replace(part, url="") for part in linked]
