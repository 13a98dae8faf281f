"""Addresses of stock."""

from django.urls import path, re_path

from liangcao.interfaces.web.desk.stock import views
from liangcao.interfaces.web.desk.stock.forms import FACT_WORDS

urlpatterns = [
    path("", views.stock, name="stock"),
    path("stores/", views.store_stock, name="store_stock"),
    path("places/", views.place_list, name="place_list"),
    path("lots/", views.lot_list, name="lot_list"),
    path("entries/", views.entry_list, name="entry_list"),
    path("transfer/", views.transfer, name="transfer"),
    path("lots/<uuid:lot_id>/", views.lot, name="lot"),
    path("lots/<uuid:lot_id>/inspection/", views.lot_inspection, name="lot_inspection"),
    re_path(rf"^lots/(?P<lot_id>[0-9a-f-]{{36}})/(?P<fact>{'|'.join(FACT_WORDS)})/$", views.lot_fact, name="lot_fact"),
]
