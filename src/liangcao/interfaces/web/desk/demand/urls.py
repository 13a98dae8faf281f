"""Addresses of demand."""

urlpatterns: list = []
