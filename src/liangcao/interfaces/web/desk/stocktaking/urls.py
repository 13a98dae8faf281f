"""Addresses of counts, expiry and write-offs."""

from django.urls import path

from liangcao.interfaces.web.desk.stocktaking import views, write_offs

urlpatterns = [
    path("counts/", views.count_list, name="count_list"),
    path("counts/new/", views.count_new, name="count_new"),
    path("counts/<int:sheet_id>/", views.count, name="count"),
    path("counts/<int:sheet_id>/lines/", views.count_lines, name="count_lines"),
    path("counts/<int:sheet_id>/entry/", views.count_entry, name="count_entry"),
    path("counts/<int:sheet_id>/found/", views.count_found, name="count_found"),
    path("counts/<int:sheet_id>/completion/", views.count_completion, name="count_completion"),
    path("counts/<int:sheet_id>/recount/", views.count_recount, name="count_recount"),
    path("counts/<int:sheet_id>/signature/", views.count_signature, name="count_signature"),
    path("counts/<int:sheet_id>/confirmation/", views.count_confirmation, name="count_confirmation"),
    path("counts/<int:sheet_id>/return/", views.count_return, name="count_return"),
    path("counts/<int:sheet_id>/cancellation/", views.count_cancellation, name="count_cancellation"),
    path("expiry/", write_offs.expiry, name="expiry"),
    path("write-offs/", write_offs.write_off_list, name="write_off_list"),
    path("write-offs/new/", write_offs.write_off_new, name="write_off_new"),
    path("write-offs/<int:write_off_id>/", write_offs.write_off, name="write_off"),
    path("write-offs/<int:write_off_id>/approval/", write_offs.write_off_approval, name="write_off_approval"),
    path("write-offs/<int:write_off_id>/refusal/", write_offs.write_off_refusal, name="write_off_refusal"),
    path("write-offs/<int:write_off_id>/withdrawal/", write_offs.write_off_withdrawal, name="write_off_withdrawal"),
]
