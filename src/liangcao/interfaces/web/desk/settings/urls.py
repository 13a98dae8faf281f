"""Addresses of settings."""

from django.urls import path

from liangcao.interfaces.web.desk.settings import adding, factor_removals, invitations, jobs, people, separation, views

urlpatterns = [
    path("", views.settings, name="settings"),
    path("items/", views.item_list, name="item_list"),
    path("items/new/", adding.item_new, name="item_new"),
    path("items/<int:item_id>/", views.item, name="item"),
    path("items/<int:item_id>/packs/new/", adding.pack_new, name="pack_new"),
    path("items/<int:item_id>/substitutes/new/", adding.substitute_new, name="substitute_new"),
    path("organisations/", views.organisation_list, name="organisation_list"),
    path("organisations/new/", adding.organisation_new, name="organisation_new"),
    path("organisations/<int:organisation_id>/", views.organisation, name="organisation"),
    path("stores/", views.store_list, name="store_list"),
    path("stores/new/", adding.store_new, name="store_new"),
    path("people/", people.person_list, name="person_list"),
    path("people/new/", people.person_new, name="person_new"),
    path("people/second-factor/", people.second_factor_demand, name="second_factor_demand"),
    path("people/<int:person_id>/", people.person, name="person"),
    path("people/<int:person_id>/appointments/new/", people.appointment_new, name="appointment_new"),
    path("people/<int:person_id>/reset/", people.person_reset, name="person_reset"),
    path("people/<int:person_id>/closing/", people.person_closing, name="person_closing"),
    path("people/<int:person_id>/reopening/", people.person_reopening, name="person_reopening"),
    path("people/<int:person_id>/unlocking/", people.person_unlocking, name="person_unlocking"),
    path(
        "people/<int:person_id>/second-factor/removal/",
        factor_removals.person_second_factor_removal,
        name="person_second_factor_removal",
    ),
    path(
        "factor-removals/<int:removal_id>/confirmation/",
        factor_removals.factor_removal_confirmation,
        name="factor_removal_confirmation",
    ),
    path(
        "factor-removals/<int:removal_id>/withdrawal/",
        factor_removals.factor_removal_withdrawal,
        name="factor_removal_withdrawal",
    ),
    path("appointments/<int:appointment_id>/ending/", people.appointment_ending, name="appointment_ending"),
    path("invitations/", invitations.invitation_list, name="invitation_list"),
    path("invitations/new/", invitations.invitation_new, name="invitation_new"),
    path("invitations/file/", invitations.invitation_file, name="invitation_file"),
    path("invitations/template/", invitations.invitation_template, name="invitation_template"),
    path("invitations/links/", invitations.invitation_links, name="invitation_links"),
    path("invitations/<int:invitation_id>/", invitations.invitation, name="invitation"),
    path("invitations/<int:invitation_id>/link/", invitations.invitation_link, name="invitation_link"),
    path(
        "invitations/<int:invitation_id>/revocation/", invitations.invitation_revocation, name="invitation_revocation"
    ),
    path("rules/", views.rule_set_list, name="rule_set_list"),
    path("rules/<int:rule_set_id>/", views.rule_set, name="rule_set"),
    path("separation/", separation.separation, name="separation"),
    path("separation/new/", separation.separation_new, name="separation_new"),
    path("separation/terms/<int:term_id>/ending/", separation.separation_ending, name="separation_ending"),
    path("jobs/", jobs.job_list, name="job_list"),
    path("jobs/<int:job_id>/", jobs.job, name="job"),
    path("jobs/<int:job_id>/retry/", jobs.retry, name="job_retry"),
    path("jobs/<int:job_id>/cancellation/", jobs.cancel, name="job_cancel"),
    path("webhooks/", jobs.webhook_list, name="webhook_list"),
    path("webhooks/new/", jobs.webhook_new, name="webhook_new"),
    path("webhooks/<int:webhook_id>/", jobs.webhook, name="webhook"),
    path("webhooks/<int:webhook_id>/removal/", jobs.webhook_removal, name="webhook_removal"),
    path("emergencies/new/", adding.emergency_open, name="emergency_open"),
]
