"""Addresses of deliveries."""

urlpatterns: list = []
