"""What a browser is told about our answers: what may run and load, who may frame or open them, what stays closed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

# Nothing but our own files runs or loads: no inline script or style anywhere, so no nonce and no exception is needed.
# Bars are drawn by SVG attributes. img-src data: is for the arrows that the bundled stylesheet carries in itself.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; media-src 'self'; manifest-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-src 'none'; frame-ancestors 'none'"
)
# Data is no page: opened by itself it loads nothing.
MACHINE_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# The camera is for reading codes, on our own pages only.
PERMISSIONS = (
    "camera=(self), accelerometer=(), autoplay=(self), browsing-topics=(), display-capture=(), encrypted-media=(), "
    "fullscreen=(self), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), "
    "publickey-credentials-get=(self), screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()"
)
MACHINE_PATHS = ("/api/", "/healthz", "/readyz")
_STATIC = "/static/"


def is_machine(request: HttpRequest) -> bool:
    """Whether the caller is a program, which is answered in JSON."""
    return request.path.startswith(MACHINE_PATHS)


def dress(request: HttpRequest, response: HttpResponse) -> None:
    """Put the headers on an answer. A view that has set one of them keeps its own."""
    is_page = response.get("Content-Type", "").startswith("text/html")
    response.setdefault("Content-Security-Policy", PAGE_POLICY if is_page else MACHINE_POLICY)
    response.setdefault("Permissions-Policy", PERMISSIONS)
    response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    response.setdefault("X-Permitted-Cross-Domain-Policies", "none")
    if not request.path.startswith(_STATIC):
        response.setdefault("Cache-Control", "private, no-store")
