"""Addresses of scanning. A label's address is in capitals on the label; a person may type it small."""

from django.urls import path, re_path

from liangcao.interfaces.web.scanning import identifiers, views

urlpatterns = [
    path("scan/", views.scan, name="scan"),
    path("scan/read/", views.scan_read, name="scan_read"),
    path("scan/photo/", views.scan_photo, name="scan_photo"),
    re_path(r"^[Qq]/(?P<label>.{1,100}?)/?$", views.label_link, name="label_link"),
    path("settings/identifiers/new/", identifiers.identifier_new, name="identifier_new"),
    path("settings/identifiers/<int:identifier_id>/ending/", identifiers.identifier_ending, name="identifier_ending"),
]
