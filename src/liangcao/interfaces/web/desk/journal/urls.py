"""Addresses of the journal."""

from django.urls import path

from liangcao.interfaces.web.desk.journal import views

urlpatterns = [
    path("", views.journal, name="journal"),
    path("prints/", views.printing, name="journal_print"),
    path("<int:entry_id>/", views.entry, name="journal_entry"),
]
