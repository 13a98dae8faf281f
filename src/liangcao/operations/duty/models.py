"""WorkingGroup, GroupMember, DutyPost, DutyShift, ShiftSwap, HandOver, Task, TaskEvent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q

from liangcao.foundation.database.guards import append_only
from liangcao.foundation.database.overlaps import never_overlapping
from liangcao.foundation.database.scope import EVERYWHERE, ScopedQuerySet

if TYPE_CHECKING:
    from liangcao.foundation.identity.actor import Actor

GROUP_KIND_NAMES = ("leading", "working", "team")
POSITION_NAMES = ("head", "deputy", "contact", "member")
SHIFT_STATUSES = ("planned", "cancelled")
SWAP_STATUSES = ("asked", "accepted", "declined", "withdrawn")
HAND_OVER_STATUSES = ("signed", "taken")
TASK_STATUSES = ("open", "done", "cancelled")
TASK_SOURCE_NAMES = ("meeting", "call", "note")
TASK_EVENT_NAMES = ("given", "done", "cancelled", "reopened", "reassigned")


class WorkingGroupQuerySet(ScopedQuerySet):
    """Groups of the actor's bureaus."""

    store_path = EVERYWHERE
    region_path = EVERYWHERE
    emergency_path = "emergency_id"


class WorkingGroup(models.Model):
    """工作组 of an emergency: the leading group, or a group or team under it, with what it has to do."""

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT, db_index=False)
    emergency = models.ForeignKey("parties.Emergency", on_delete=models.PROTECT, db_index=False)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    duties = models.CharField(max_length=1000, blank=True)
    duties_en = models.CharField(max_length=2000, blank=True)
    departments = models.CharField(max_length=300, blank=True)
    place = models.PositiveSmallIntegerField()
    dissolved_on = models.DateField(null=True)

    objects = WorkingGroupQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["emergency", "name"], condition=Q(dissolved_on=None), name="working_group_name_once"
            ),
            models.UniqueConstraint(
                fields=["emergency"],
                condition=Q(dissolved_on=None, kind="leading"),
                name="one_leading_group_per_emergency",
            ),
            models.CheckConstraint(condition=Q(kind__in=GROUP_KIND_NAMES), name="working_group_kind_is_known"),
            models.CheckConstraint(
                condition=~Q(kind="leading") | Q(parent=None), name="working_group_leading_has_no_parent"
            ),
        ]
        indexes = [models.Index(fields=["bureau", "emergency", "place"], name="working_group_by_bureau")]

    def __str__(self) -> str:
        return self.name


class GroupMemberQuerySet(ScopedQuerySet):
    """Members of the groups of the actor's bureaus."""

    bureau_path = "group__bureau_id"
    store_path = EVERYWHERE
    region_path = EVERYWHERE
    emergency_path = "group__emergency_id"


class GroupMember(models.Model):
    """A person in a group from one day to another, with position, and the department that seconded the person."""

    group = models.ForeignKey(WorkingGroup, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="group_members")
    position = models.CharField(max_length=10)
    seconded_from = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    objects = GroupMemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group"], condition=Q(position="head", valid_until=None), name="one_head_per_group"
            ),
            models.UniqueConstraint(
                fields=["group", "person"], condition=Q(valid_until=None), name="group_member_once"
            ),
            models.CheckConstraint(condition=Q(position__in=POSITION_NAMES), name="group_member_position_is_known"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="group_member_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_id}/{self.person_id}"


class DutyPostQuerySet(ScopedQuerySet):
    """Posts of the actor's bureaus; a unit sees the public ones of the bureau that serves it."""

    store_path = EVERYWHERE
    region_path = EVERYWHERE
    emergency_path = EVERYWHERE

    def visible_to(self, actor: Actor) -> Self:
        """The base rule, and the public posts for people outside: whom to call."""
        if actor.sees_everything or not actor.organisation_ids:
            return super().visible_to(actor)
        public = Q(is_public=True, is_active=True, bureau__organisations__in=sorted(actor.organisation_ids))
        outside = self.model._default_manager.filter(public).values("pk")
        desk = super().visible_to(actor).values("pk")
        return self.filter(Q(pk__in=outside) | Q(pk__in=desk))


class DutyPost(models.Model):
    """值守岗位: the duty desk, the leader on duty, the store at night. Its telephone is the office's, never a person's."""

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT, related_name="duty_posts", db_index=False)
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    is_public = models.BooleanField(default=False)
    is_always_staffed = models.BooleanField(default=True)
    place = models.PositiveSmallIntegerField(default=1)
    is_active = models.BooleanField(default=True)

    objects = DutyPostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bureau", "code"], name="duty_post_code_once"),
            models.CheckConstraint(condition=Q(is_public=False) | ~Q(phone=""), name="duty_post_public_has_phone"),
        ]

    def __str__(self) -> str:
        return self.name


class DutyShiftQuerySet(ScopedQuerySet):
    """Shifts of the actor's bureaus."""

    store_path = EVERYWHERE
    region_path = EVERYWHERE
    emergency_path = EVERYWHERE


@never_overlapping("post", starts="starts_at", ends="ends_at", unless=("status", "cancelled"))
class DutyShift(models.Model):
    """班次: one person, with a deputy, on one post from one moment to another. Two of a post never overlap."""

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT, db_index=False)
    post = models.ForeignKey(DutyPost, on_delete=models.PROTECT, related_name="shifts", db_index=False)
    person = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="duty_shifts")
    deputy = models.ForeignKey("parties.Person", on_delete=models.PROTECT, null=True, related_name="deputy_shifts")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    status = models.CharField(max_length=10, default="planned")
    planned_by = models.CharField(max_length=60)
    planned_at = models.DateTimeField()

    objects = DutyShiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=SHIFT_STATUSES), name="duty_shift_status_is_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="duty_shift_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(deputy=None) | ~Q(deputy=F("person")), name="duty_shift_deputy_is_another"
            ),
        ]
        indexes = [
            models.Index(fields=["post", "starts_at"], name="duty_shift_by_post"),
            models.Index(fields=["bureau", "starts_at"], name="duty_shift_by_bureau"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} {self.starts_at:%Y-%m-%d %H:%M}"


class ShiftSwapQuerySet(ScopedQuerySet):
    """Swaps of the actor's bureaus."""

    store_path = EVERYWHERE
    region_path = EVERYWHERE
    emergency_path = EVERYWHERE


class ShiftSwap(models.Model):
    """换班: a shift is offered to another person, alone or against one of his; nothing changes until he accepts."""

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT)
    shift = models.ForeignKey(DutyShift, on_delete=models.PROTECT, related_name="swaps")
    exchange_for = models.ForeignKey(DutyShift, on_delete=models.PROTECT, null=True, related_name="exchanges")
    from_person = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="swaps_asked")
    to_person = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="swaps_to_answer")
    reason = models.CharField(max_length=200)
    status = models.CharField(max_length=10, default="asked")
    asked_by = models.CharField(max_length=60)
    asked_at = models.DateTimeField()
    answered_by = models.CharField(max_length=60, blank=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True)

    objects = ShiftSwapQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shift"], condition=Q(status="asked"), name="one_open_swap_per_shift"),
            models.CheckConstraint(condition=Q(status__in=SWAP_STATUSES), name="shift_swap_status_is_known"),
            models.CheckConstraint(condition=~Q(from_person=F("to_person")), name="shift_swap_between_two_people"),
            models.CheckConstraint(
                condition=Q(status="asked", answered_at=None) | ~Q(status="asked") & Q(answered_at__isnull=False),
                name="shift_swap_answered_when_not_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} → {self.to_person_id}"


class HandOverQuerySet(ScopedQuerySet):
    """Hand-overs of the actor's bureaus. They tell of the whole bureau: an appointment for some stores sees none."""


@append_only("status", "next_shift", "taken_by", "taken_user_id", set_once=("taken_at",))
class HandOver(models.Model):
    """交接班: what was open when a shift ended, frozen with its bytes and digest; the next shift signs for it."""

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT, db_index=False)
    number = models.CharField(max_length=30)
    shift = models.OneToOneField(DutyShift, on_delete=models.PROTECT, related_name="hand_over")
    next_shift = models.ForeignKey(DutyShift, on_delete=models.PROTECT, null=True, related_name="taken_from")
    content = models.JSONField()
    content_digest = models.CharField(max_length=64)
    word = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=2000, blank=True)
    status = models.CharField(max_length=10, default="signed")
    signed_by = models.CharField(max_length=60)
    signed_user_id = models.BigIntegerField(null=True)
    signed_at = models.DateTimeField()
    taken_by = models.CharField(max_length=60, blank=True)
    taken_user_id = models.BigIntegerField(null=True)
    taken_at = models.DateTimeField(null=True)
    client_id = models.UUIDField(unique=True)

    objects = HandOverQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bureau", "number"], name="hand_over_number_once"),
            models.CheckConstraint(condition=Q(status__in=HAND_OVER_STATUSES), name="hand_over_status_is_known"),
            models.CheckConstraint(condition=~Q(signed_by=""), name="hand_over_signed_by_somebody"),
            models.CheckConstraint(
                condition=Q(status="signed", taken_by="", taken_at=None)
                | Q(status="taken", taken_at__isnull=False) & ~Q(taken_by=""),
                name="hand_over_taken_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(taken_user_id=None) | Q(signed_user_id=None) | ~Q(taken_user_id=F("signed_user_id")),
                name="hand_over_taken_by_another",
            ),
        ]
        indexes = [models.Index(fields=["bureau", "-id"], name="hand_over_by_bureau")]

    def __str__(self) -> str:
        return self.number


class TaskQuerySet(ScopedQuerySet):
    """Tasks of the actor's bureaus."""

    store_path = EVERYWHERE
    region_path = EVERYWHERE
    emergency_path = EVERYWHERE


class Task(models.Model):
    """交办: one line with an owner and a moment. What became of it stands in its events."""

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT, db_index=False)
    number = models.CharField(max_length=30)
    text = models.CharField(max_length=300)
    source = models.CharField(max_length=10)
    owner = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="tasks", db_index=False)
    due_at = models.DateTimeField()
    page = models.CharField(max_length=200, blank=True)
    # What another module gave it for ("replenishment 3/7"); of one subject one task is open at a time.
    subject = models.CharField(max_length=60, blank=True)
    status = models.CharField(max_length=10, default="open")
    given_by = models.CharField(max_length=60)
    given_user_id = models.BigIntegerField(null=True)
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    client_id = models.UUIDField(unique=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bureau", "number"], name="task_number_once"),
            models.UniqueConstraint(
                fields=["bureau", "subject"],
                condition=Q(status="open") & ~Q(subject=""),
                name="one_open_task_per_subject",
            ),
            models.CheckConstraint(condition=Q(status__in=TASK_STATUSES), name="task_status_is_known"),
            models.CheckConstraint(condition=Q(source__in=TASK_SOURCE_NAMES), name="task_source_is_known"),
            models.CheckConstraint(condition=~Q(text=""), name="task_says_something"),
            models.CheckConstraint(
                condition=Q(status="open", ended_at=None) | ~Q(status="open") & Q(ended_at__isnull=False),
                name="task_ended_when_not_open",
            ),
        ]
        indexes = [
            models.Index(fields=["bureau", "status", "due_at"], name="task_by_status"),
            models.Index(fields=["owner", "status", "due_at"], name="task_by_owner"),
        ]

    def __str__(self) -> str:
        return self.number


class TaskEventQuerySet(ScopedQuerySet):
    """As the task that they belong to."""

    bureau_path = "task__bureau_id"
    store_path = EVERYWHERE
    region_path = EVERYWHERE
    emergency_path = EVERYWHERE


@append_only()
class TaskEvent(models.Model):
    """What happened to a task (given, done, cancelled, reopened, reassigned), with its owner and moment from then on.
    Only ever added: figures of a past day read it."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()
    owner = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    due_at = models.DateTimeField()
    by = models.CharField(max_length=60)
    reason = models.CharField(max_length=200, blank=True)

    objects = TaskEventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=TASK_EVENT_NAMES), name="task_event_kind_is_known"),
            models.CheckConstraint(condition=Q(kind__in=("given", "done")) | ~Q(reason=""), name="task_event_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.kind}"
