"""Addresses of dispatch. A state change is a noun: POST /dispatch/deliveries/7/hand-over/."""

from django.urls import path

from liangcao.interfaces.web.desk.dispatch import disputes, emergency, scanned_picks, substitution, views

urlpatterns = [
    path("", views.deliveries, name="delivery_list"),
    path("pick-lists/", views.pick_lists, name="pick_lists"),
    path("plans/<int:plan_id>/deliveries/", views.preparation, name="plan_deliveries"),
    path("deliveries/<int:delivery_id>/", views.delivery, name="delivery"),
    path("deliveries/<int:delivery_id>/carrier/", views.carrier, name="delivery_carrier"),
    path("deliveries/<int:delivery_id>/picks/", scanned_picks.delivery_picks, name="delivery_picks"),
    path(
        "deliveries/<int:delivery_id>/lines/<int:delivery_line_id>/substitution/",
        substitution.substitution,
        name="delivery_substitution",
    ),
    path("deliveries/<int:delivery_id>/hand-over/", views.hand_over, name="delivery_hand_over"),
    path("deliveries/<int:delivery_id>/receipt/", views.receipt, name="delivery_receipt"),
    path("deliveries/<int:delivery_id>/settlement/", views.settlement, name="delivery_settlement"),
    path("deliveries/<int:delivery_id>/cancellation/", views.cancellation, name="delivery_cancellation"),
    path("deliveries/<int:delivery_id>/papers/", emergency.papers, name="delivery_papers"),
    path("signatures/<int:delivery_receipt_id>/", disputes.signature, name="delivery_signature"),
    path("photos/<int:delivery_photo_id>/", disputes.photo, name="delivery_photo"),
    path("deliveries/<int:delivery_id>/disputes/", disputes.dispute_new, name="dispute_new"),
    path("disputes/", disputes.dispute_list, name="dispute_list"),
    path("disputes/<int:dispute_id>/", disputes.dispute, name="dispute"),
    path("disputes/<int:dispute_id>/acceptance/", disputes.acceptance, name="dispute_acceptance"),
    path("disputes/<int:dispute_id>/rejection/", disputes.rejection, name="dispute_rejection"),
    path("disputes/<int:dispute_id>/withdrawal/", disputes.withdrawal, name="dispute_withdrawal"),
    path("emergency-issues/new/", emergency.issue, name="emergency_new"),
    path("emergency-issues/effects/", emergency.effects, name="emergency_effects"),
]
