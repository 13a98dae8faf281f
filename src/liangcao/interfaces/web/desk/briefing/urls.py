"""Addresses of the briefing."""

from django.urls import path, re_path

from liangcao.interfaces.web.desk.briefing import views

urlpatterns = [
    path("", views.briefing, name="briefing"),
    re_path(r"^file/(?P<ending>docx|pdf|xlsx|txt|json)/$", views.briefing_file, name="briefing_file"),
    path("freezing/", views.briefing_freezing, name="briefing_freezing"),
    path("editions/", views.edition_list, name="edition_list"),
    path("editions/<int:edition_id>/", views.edition, name="edition"),
    re_path(r"^editions/(?P<edition_id>\d+)/(?P<ending>docx|xlsx)/$", views.edition_file, name="edition_file"),
    path("entries/", views.figure_entries, name="figure_entries"),
]
