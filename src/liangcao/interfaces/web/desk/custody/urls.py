"""Addresses of what units give back and give on."""

from django.urls import path

from liangcao.interfaces.web.desk.custody import views

urlpatterns = [
    path("returns/", views.return_list, name="return_list"),
    path("returns/new/", views.return_new, name="return_new"),
    path("returns/<int:return_id>/", views.unit_return, name="unit_return"),
    path("returns/<int:return_id>/receipt/", views.return_receipt, name="return_receipt"),
    path("returns/<int:return_id>/refusal/", views.return_refusal, name="return_refusal"),
    path("returns/<int:return_id>/reversal/", views.return_reversal, name="return_reversal"),
    path("sub-issues/", views.sub_issue_list, name="sub_issue_list"),
    path("units/<int:organisation_id>/lots/<uuid:lot_id>/sub-issues/", views.sub_issue_new, name="sub_issue_new"),
    path("sub-issues/<int:sub_issue_id>/reversal/", views.sub_issue_reversal, name="sub_issue_reversal"),
]
