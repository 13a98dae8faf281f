"""Addresses of ringing and of one's own notices."""

from django.urls import path

from liangcao.interfaces.web.notices import views

urlpatterns = [
    path("waiting/", views.badge, name="waiting"),
    path("notices/", views.setting, name="notice_setting"),
    path("notices/address/removal/", views.removal, name="notice_removal"),
]
