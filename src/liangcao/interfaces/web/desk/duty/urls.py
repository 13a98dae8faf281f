"""Addresses of duty. A state change is a noun: POST /duty/tasks/7/completion/."""

from django.urls import path

from liangcao.interfaces.web.desk.duty import contacts, hand_overs, organisation, roster, swaps, tasks

urlpatterns = [
    path("", roster.duty, name="duty"),
    path("shifts/", roster.shifts, name="shift_list"),
    path("shifts/new/", roster.shift_new, name="shift_new"),
    path("roster/new/", roster.roster_new, name="roster_new"),
    path("posts/new/", roster.post_new, name="post_new"),
    path("shifts/<int:shift_id>/", roster.shift, name="shift"),
    path("shifts/<int:shift_id>/cancellation/", roster.cancellation, name="shift_cancellation"),
    path("shifts/<int:shift_id>/swaps/new/", swaps.swap_new, name="swap_new"),
    path("swaps/", swaps.swaps, name="swap_list"),
    path("swaps/<int:swap_id>/acceptance/", swaps.acceptance, name="swap_acceptance"),
    path("swaps/<int:swap_id>/refusal/", swaps.refusal, name="swap_refusal"),
    path("swaps/<int:swap_id>/withdrawal/", swaps.withdrawal, name="swap_withdrawal"),
    path("shifts/<int:shift_id>/hand-over/", hand_overs.hand_over_new, name="hand_over_new"),
    path("hand-overs/", hand_overs.hand_overs, name="hand_over_list"),
    path("hand-overs/<int:hand_over_id>/", hand_overs.hand_over, name="hand_over"),
    path("hand-overs/<int:hand_over_id>/file/", hand_overs.hand_over_file, name="hand_over_file"),
    path("hand-overs/<int:hand_over_id>/acceptance/", hand_overs.acceptance, name="hand_over_acceptance"),
    path("tasks/", tasks.tasks, name="task_list"),
    path("tasks/new/", tasks.task_new, name="task_new"),
    path("tasks/<int:task_id>/", tasks.task, name="task"),
    path("tasks/<int:task_id>/completion/", tasks.completion, name="task_completion"),
    path("tasks/<int:task_id>/cancellation/", tasks.cancellation, name="task_cancellation"),
    path("tasks/<int:task_id>/reopening/", tasks.reopening, name="task_reopening"),
    path("tasks/<int:task_id>/reassignment/", tasks.reassignment, name="task_reassignment"),
    path("groups/", organisation.groups, name="group_list"),
    path("groups/template/", organisation.template, name="group_template"),
    path("groups/new/", organisation.group_new, name="group_new"),
    path("groups/<int:group_id>/members/new/", organisation.member_new, name="member_new"),
    path("groups/<int:group_id>/dissolution/", organisation.dissolution, name="group_dissolution"),
    path("members/<int:member_id>/end/", organisation.member_end, name="member_end"),
    path("contacts/", contacts.contacts, name="contact_list"),
]
