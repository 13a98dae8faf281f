"""Addresses of sources and receipts. A state change is a noun: POST /supply/sources/7/closure/."""

from django.urls import path

from liangcao.interfaces.web.desk.supply import accepting, arrivals, views

urlpatterns = [
    path("", views.sources, name="source_list"),
    path("sources/new/", views.source_choice, name="source_new"),
    path("sources/new/<str:kind>/", views.announcement, name="source_announcement"),
    path("sources/<int:source_id>/", views.source, name="source"),
    path("sources/<int:source_id>/closure/", views.closure, name="source_closure"),
    path("sources/<int:source_id>/cancellation/", views.cancellation, name="source_cancellation"),
    path("sources/<int:source_id>/receipts/", arrivals.receipt_of_source, name="source_receipt"),
    path("sources/<int:source_id>/direct-deliveries/", arrivals.direct, name="source_direct"),
    path("arrivals/", arrivals.gate, name="arrivals"),
    path("arrivals/new/", arrivals.unannounced, name="arrival_new"),
    path("receipts/", views.receipts, name="receipt_list"),
    path("receipts/<int:receipt_id>/", views.receipt, name="receipt"),
    path("receipts/<int:receipt_id>/reversal/", arrivals.reversal, name="receipt_reversal"),
    path("receipts/<int:receipt_id>/signatures/<str:kind>/", accepting.signature, name="receipt_signature"),
    path(
        "receipts/<int:receipt_id>/signatures/<str:kind>/correction/",
        accepting.correction,
        name="receipt_signature_correction",
    ),
    path("receipts/<int:receipt_id>/release/", accepting.release, name="receipt_release"),
    path("receipts/<int:receipt_id>/returns/new/", accepting.return_new, name="receipt_return_new"),
    path("receipts/<int:receipt_id>/returns/<uuid:move_id>/", accepting.return_paper, name="receipt_return"),
]
