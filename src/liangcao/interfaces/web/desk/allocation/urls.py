"""Addresses of allocation. A state change is a noun: POST /allocation/plans/7/publication/."""

from django.urls import path

from liangcao.interfaces.web.desk.allocation import acts, consultation, drafting, held, hold_backs, scenarios, views

urlpatterns = [
    path("", views.plans, name="plan_list"),
    path("hold-backs/", hold_backs.hold_backs, name="hold_back_list"),
    path("plans/new/", drafting.draft, name="plan_new"),
    path("shares/new/", drafting.share, name="share_new"),
    path("plans/<int:plan_id>/", views.plan, name="plan"),
    path("plans/<int:plan_id>/workbooks/<str:part>/", views.workbook, name="plan_workbook"),
    path("plans/<int:plan_id>/recomputation/", acts.recomputation, name="plan_recomputation"),
    path("plans/<int:plan_id>/review/", acts.review, name="plan_review"),
    path("plans/<int:plan_id>/sign-off/", consultation.sign_off, name="plan_sign_off"),
    path("plans/<int:plan_id>/minutes/", consultation.minutes, name="plan_minutes"),
    path("plans/<int:plan_id>/minutes/new/", consultation.minutes_new, name="plan_minutes_new"),
    path("plans/<int:plan_id>/scenarios/", scenarios.scenarios, name="plan_scenarios"),
    path("plans/<int:plan_id>/scenarios/new/", scenarios.scenario_new, name="scenario_new"),
    path("plans/<int:plan_id>/scenarios/<int:scenario_id>/adoption/", scenarios.adoption, name="scenario_adoption"),
    path("plans/<int:plan_id>/publication/", acts.publication, name="plan_publication"),
    path("plans/<int:plan_id>/discard/", acts.discard, name="plan_discard"),
    path("plans/<int:plan_id>/lines/<int:line_id>/", acts.line, name="plan_line"),
    path("plans/<int:plan_id>/lines/<int:line_id>/release/", held.release, name="plan_line_release"),
    path("plans/<int:plan_id>/picks/<int:plan_pick_id>/replacement/", held.replacement, name="plan_pick_replacement"),
    path("plans/<int:plan_id>/notices/", held.notices, name="plan_notices"),
]
