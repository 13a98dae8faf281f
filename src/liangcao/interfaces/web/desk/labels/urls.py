"""Addresses of labels."""

from django.urls import path

from liangcao.interfaces.web.desk.labels import views

urlpatterns = [path("labels/", views.labels, name="labels")]
