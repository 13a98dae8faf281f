"""Addresses of trace."""

from django.urls import path

from liangcao.interfaces.web.desk.trace import views

urlpatterns = [
    path("", views.trace, name="trace"),
    path("events/", views.events, name="epcis_file"),
]
