"""Addresses of settings."""

from django.urls import path

from liangcao.interfaces.web.desk.home import views

urlpatterns = [path("account/", views.home, name="account")]
