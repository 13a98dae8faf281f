"""Addresses of the portal. A state change is a noun: POST /portal/deliveries/7/receipt/."""

from django.urls import path

from liangcao.interfaces.web.portal import (
    carried,
    custody,
    lists,
    people,
    picked_up,
    programs,
    recalled,
    standing,
    supplied,
    views,
)

urlpatterns = [
    path("given/<int:source_id>/", supplied.gift, name="portal_given"),
    path("", views.home, name="portal_home"),
    path("requisitions/", lists.requisitions, name="portal_requisition_list"),
    path("requisitions/new/", views.asking, name="portal_requisition_new"),
    path("requisitions/<int:requisition_id>/", views.requisition, name="portal_requisition"),
    path("requisitions/<int:requisition_id>/withdrawal/", views.withdrawal, name="portal_withdrawal"),
    path("lines/confirmations/", standing.confirmations, name="portal_confirmations"),
    path("lines/<int:line_id>/confirmation/", views.confirmation, name="portal_confirmation"),
    path("deliveries/", lists.deliveries, name="portal_delivery_list"),
    path("deliveries/<int:delivery_id>/", carried.delivery, name="portal_delivery"),
    path("deliveries/<int:delivery_id>/receipt/", views.receipt, name="portal_receipt"),
    path("deliveries/<int:delivery_id>/disputes/", views.dispute_new, name="portal_dispute_new"),
    path("deliveries/<int:delivery_id>/thanks/", views.thanks, name="portal_thanks"),
    path("turns/<int:turn_id>/", picked_up.turn, name="portal_pick_up_turn"),
    path("turns/<int:turn_id>/acknowledgement/", picked_up.acknowledgement, name="portal_pick_up_turn_acknowledgement"),
    path("turns/<int:turn_id>/slot/", picked_up.slot, name="portal_pick_up_turn_slot"),
    path("holdings/", custody.holdings, name="portal_holdings"),
    path("holdings/<uuid:lot_id>/sub-issues/", custody.sub_issue_new, name="portal_sub_issue_new"),
    path("sub-issues/<int:sub_issue_id>/reversal/", custody.sub_issue_reversal, name="portal_sub_issue_reversal"),
    path("returns/new/", custody.return_new, name="portal_return_new"),
    path("returns/<int:return_id>/", custody.unit_return, name="portal_return"),
    path("returns/<int:return_id>/withdrawal/", custody.return_withdrawal, name="portal_return_withdrawal"),
    path("recalls/<int:recall_id>/", recalled.recall, name="portal_recall"),
    path("people/", people.people, name="portal_people"),
    path("people/invitations/new/", people.invitation_new, name="portal_invitation_new"),
    path(
        "people/invitations/<int:invitation_id>/revocation/",
        people.invitation_revocation,
        name="portal_invitation_revocation",
    ),
    path("people/programs/new/", programs.program_new, name="portal_program_new"),
    path("people/programs/<int:person_id>/token/", programs.program_token, name="portal_program_token"),
    path("people/programs/<int:person_id>/closure/", programs.program_closure, name="portal_program_closure"),
    path("people/<int:appointment_id>/ending/", people.ending, name="portal_ending"),
    path("people/<int:appointment_id>/reset/", people.reset, name="portal_reset"),
]
