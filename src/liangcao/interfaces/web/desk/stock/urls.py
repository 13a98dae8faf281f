"""Addresses of stock."""

urlpatterns: list = []
