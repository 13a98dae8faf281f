"""The URL map: desk and portal pages, and the machines' door."""

from django.urls import include, path

from liangcao.interfaces.api.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("api/v1/", include("liangcao.interfaces.api.v1.urls")),
    path("", include("liangcao.interfaces.web.urls")),
]

handler400 = "liangcao.config.faults.bad_request"
handler403 = "liangcao.config.faults.permission_denied"
handler404 = "liangcao.config.faults.page_not_found"
handler500 = "liangcao.config.faults.server_error"
