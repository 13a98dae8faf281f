"""The URL map: desk and portal pages, and the machines' door."""

from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("liangcao.interfaces.api.v1.urls")),
    path("", include("liangcao.interfaces.web.urls")),
]
