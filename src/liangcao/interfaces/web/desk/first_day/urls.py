"""Addresses of the first day."""

from django.urls import path

from liangcao.interfaces.web.desk.first_day import acts, views

urlpatterns = [
    path("", views.first_day, name="first_day"),
    path("opening-stock/", views.opening_stock, name="opening_stock"),
    path("opening-stock/template/", views.opening_template, name="opening_template"),
    path("opening-stock/file/", acts.opening_file, name="opening_file"),
    path("opening-stock/empty/", acts.opening_empty, name="opening_empty"),
    path("opening-stock/signature/", acts.opening_sign, name="opening_sign"),
    path("opening-stock/return/", acts.opening_return, name="opening_return"),
    path("opening-stock/confirmation/", acts.opening_confirm, name="opening_confirm"),
]
