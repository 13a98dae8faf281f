"""Addresses of trace."""

urlpatterns: list = []
