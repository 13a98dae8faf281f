"""Addresses of demand. A state change is a noun: POST /demand/requisitions/7/approval/."""

from django.urls import path

from liangcao.interfaces.web.desk.demand import replenishing, review, views

urlpatterns = [
    path("", views.by_item, name="demand"),
    path("lines/", views.by_unit, name="demand_lines"),
    path("lines/<int:line_id>/confirmation/", views.confirmation, name="requisition_line_confirmation"),
    path("replenishments/", replenishing.replenishments, name="replenishment_list"),
    path("replenishments/<int:item_id>/new/", replenishing.replenishment_new, name="replenishment_new"),
    path("requisitions/", views.requisitions, name="requisition_list"),
    path("requisitions/new/", views.filing, name="requisition_new"),
    path("requisitions/<int:requisition_id>/", views.requisition, name="requisition"),
    path("requisitions/<int:requisition_id>/approval/", review.approval, name="requisition_approval"),
    path("requisitions/<int:requisition_id>/rejection/", review.rejection, name="requisition_rejection"),
    path("requisitions/<int:requisition_id>/withdrawal/", review.withdrawal, name="requisition_withdrawal"),
]
