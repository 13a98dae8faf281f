"""Addresses of passes."""

from django.urls import path

from liangcao.interfaces.web.desk.passes import views

urlpatterns = [
    path("", views.pass_list, name="pass_list"),
    path("new/", views.pass_new, name="pass_new"),
    path("checker/", views.pass_checker, name="pass_checker"),
    path("<int:pass_id>/", views.pass_page, name="pass"),
    path("<int:pass_id>/paper/", views.pass_paper, name="pass_paper"),
    path("<int:pass_id>/renewal/", views.pass_renewal, name="pass_renewal"),
    path("<int:pass_id>/revocation/", views.pass_revocation, name="pass_revocation"),
]
