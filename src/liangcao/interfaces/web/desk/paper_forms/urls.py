"""Addresses of blank paper forms."""

from django.urls import path

from liangcao.interfaces.web.desk.paper_forms import views

urlpatterns = [
    path("", views.paper_forms, name="paper_forms"),
    path("<str:number>/", views.paper_form, name="paper_form"),
]
