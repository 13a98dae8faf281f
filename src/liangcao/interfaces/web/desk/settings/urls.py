"""Addresses of settings."""

from django.urls import path

from liangcao.interfaces.web.desk.settings import adding, views

urlpatterns = [
    path("", views.settings, name="settings"),
    path("items/", views.item_list, name="item_list"),
    path("items/new/", adding.item_new, name="item_new"),
    path("items/<int:item_id>/", views.item, name="item"),
    path("items/<int:item_id>/packs/new/", adding.pack_new, name="pack_new"),
    path("items/<int:item_id>/substitutes/new/", adding.substitute_new, name="substitute_new"),
    path("organisations/", views.organisation_list, name="organisation_list"),
    path("organisations/new/", adding.organisation_new, name="organisation_new"),
    path("organisations/<int:organisation_id>/", views.organisation, name="organisation"),
    path("stores/", views.store_list, name="store_list"),
    path("stores/new/", adding.store_new, name="store_new"),
    path("people/", views.person_list, name="person_list"),
    path("rules/", views.rule_set_list, name="rule_set_list"),
    path("rules/<int:rule_set_id>/", views.rule_set, name="rule_set"),
    path("journal/", views.journal, name="journal"),
    path("emergencies/new/", adding.emergency_open, name="emergency_open"),
]
