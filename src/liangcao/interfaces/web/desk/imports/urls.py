"""Addresses of imports. A state change is a noun: POST /imports/7/posting/."""

from django.urls import path

from liangcao.interfaces.web.desk.imports import acts, beginning, columns, correcting, views

urlpatterns = [
    path("", views.imports, name="import_list"),
    path("new/", beginning.begin, name="import_new"),
    path("template/", beginning.template_file, name="import_template"),
    path("<int:import_id>/", views.one, name="import"),
    path("<int:import_id>/file/", views.original, name="import_file"),
    path("<int:import_id>/problems/", views.annotated, name="import_problems"),
    path("<int:import_id>/abandonment/", acts.abandonment, name="import_abandonment"),
    path("<int:import_id>/columns/", columns.columns, name="import_columns"),
    path("<int:import_id>/confirmation/", acts.confirmation, name="import_confirmation"),
    path("<int:import_id>/description/", acts.description, name="import_description"),
    path("<int:import_id>/exclusion/", acts.exclusion, name="import_exclusion"),
    path("<int:import_id>/inclusion/", acts.inclusion, name="import_inclusion"),
    path("<int:import_id>/posting/", acts.posting, name="import_posting"),
    path("<int:import_id>/resumption/", acts.resumption, name="import_resumption"),
    path("<int:import_id>/rows/<int:row_id>/correction/", correcting.correction, name="import_row_correction"),
]
