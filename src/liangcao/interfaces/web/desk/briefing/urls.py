"""Addresses of the briefing."""

urlpatterns: list = []
