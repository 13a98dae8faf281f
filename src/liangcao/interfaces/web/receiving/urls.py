"""Addresses of receiving by the link of a slip."""

from django.urls import path

from liangcao.interfaces.web.receiving import views

urlpatterns = [
    path("<str:secret>/", views.receipt, name="receipt_by_link"),
    path("<str:secret>/dispute/", views.dispute, name="dispute_by_link"),
]
