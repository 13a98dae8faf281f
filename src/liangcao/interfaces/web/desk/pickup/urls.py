"""Addresses of pick-ups. A state change is a noun: POST /dispatch/pick-ups/7/announcement/."""

from django.urls import path

from liangcao.interfaces.web.desk.pickup import turns, views

urlpatterns = [
    path("pick-ups/", views.pick_up_list, name="pick_up_list"),
    path("pick-ups/new/", views.pick_up_new, name="pick_up_new"),
    path("pick-ups/<int:pick_up_id>/", views.pick_up, name="pick_up"),
    path("pick-ups/<int:pick_up_id>/notices/", views.notices, name="pick_up_notices"),
    path("pick-ups/<int:pick_up_id>/announcement/", views.announcement, name="pick_up_announcement"),
    path("pick-ups/<int:pick_up_id>/no-shows/", views.no_shows, name="pick_up_no_shows"),
    path("pick-ups/<int:pick_up_id>/closure/", views.closure, name="pick_up_closure"),
    path("pick-ups/<int:pick_up_id>/cancellation/", views.cancellation, name="pick_up_cancellation"),
    path("turns/<int:turn_id>/", turns.turn, name="pick_up_turn"),
    path("turns/<int:turn_id>/slot/", turns.slot, name="pick_up_turn_slot"),
    path("turns/<int:turn_id>/check-in/", turns.check_in, name="pick_up_turn_check_in"),
    path("turns/<int:turn_id>/hand-over/", turns.hand_over, name="pick_up_turn_hand_over"),
]
