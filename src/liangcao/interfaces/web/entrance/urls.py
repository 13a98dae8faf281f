"""Addresses of the entrance."""

from django.urls import path

from liangcao.interfaces.web.entrance import views

urlpatterns = [
    path("login/", views.log_in, name="login"),
    path("logout/", views.log_out, name="logout"),
    path("language/", views.switch_language, name="switch_language"),
    path("bureau/", views.switch_bureau, name="switch_bureau"),
]
