"""Addresses of the book."""

from django.urls import path

from liangcao.interfaces.web.desk.ledger import registers_paper, seals, views
from liangcao.interfaces.web.desk.trace import balance

urlpatterns = [
    path("", views.move_list, name="move_list"),
    path("moves/<uuid:move_id>/", views.move, name="move"),
    path("numbers/<str:number>/", views.move_by_number, name="move_by_number"),
    path("registers/<str:kind>/", views.register, name="register"),
    path("registers/<str:kind>/paper/", registers_paper.register_paper, name="register_paper"),
    path("seals/", seals.seal_list, name="seal_list"),
    path("seals/closing/", seals.day_close, name="day_close"),
    path("seals/file/", seals.seal_file, name="seal_file"),
    path("seals/addresses/", seals.seal_address_list, name="seal_address_list"),
    path("seals/addresses/new/", seals.seal_address_new, name="seal_address_new"),
    path("seals/addresses/<int:address_id>/removal/", seals.seal_address_removal, name="seal_address_removal"),
    path("seals/<int:number>/", seals.seal, name="seal"),
    path("balance/", balance.balance, name="mass_balance"),
    path("proof/", views.proof, name="proof"),
]
