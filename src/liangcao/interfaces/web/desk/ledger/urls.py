"""Addresses of the book."""

from django.urls import path

from liangcao.interfaces.web.desk.ledger import views

urlpatterns = [
    path("", views.move_list, name="move_list"),
    path("moves/<uuid:move_id>/", views.move, name="move"),
    path("numbers/<str:number>/", views.move_by_number, name="move_by_number"),
    path("registers/<str:kind>/", views.register, name="register"),
    path("proof/", views.proof, name="proof"),
]
