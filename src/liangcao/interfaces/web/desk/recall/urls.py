"""Addresses of recalls."""

from django.urls import path

from liangcao.interfaces.web.desk.recall import views

_HOLDER = "recalls/<int:recall_id>/holders/<int:organisation_id>"
urlpatterns = [
    path("recalls/", views.recall_list, name="recall_list"),
    path("recalls/<int:recall_id>/", views.recall, name="recall"),
    path("recalls/<int:recall_id>/holders/", views.recall_holders, name="recall_holders"),
    path(f"{_HOLDER}/telling/", views.recall_telling, name="recall_telling"),
    path(f"{_HOLDER}/answer/", views.recall_answer, name="recall_answer"),
    path("recalls/<int:recall_id>/lifting/", views.recall_lifting, name="recall_lifting"),
    path("recalls/<int:recall_id>/closure/", views.recall_closure, name="recall_closure"),
    path("lots/<uuid:lot_id>/recall/", views.recall_new, name="recall_new"),
]
