"""Region, Bureau, Organisation, Store, Shelf, Person, Appointment, Emergency."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from liangcao.foundation.database.guards import append_only
from liangcao.foundation.database.overlaps import never_overlapping
from liangcao.foundation.database.scope import EVERYWHERE, PublicQuerySet, ScopedQuerySet
from liangcao.foundation.identity.actor import DESK_ROLES, PORTAL_ROLES
from liangcao.reference.parties.factor_removal import FactorRemoval  # noqa: F401
from liangcao.reference.parties.kinds import KINDS
from liangcao.reference.parties.places import on_the_earth, opens_before_it_closes


class RegionQuerySet(PublicQuerySet):
    """The division list is public."""


class Region(models.Model):
    """An administrative division (GB/T 2260 down to counties, statistical codes below) with its census population."""

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=60)
    level = models.PositiveSmallIntegerField()
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    population_2020 = models.PositiveIntegerField(null=True)
    is_official = models.BooleanField(default=True)

    objects = RegionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["parent", "code"], name="region_by_parent")]

    def __str__(self) -> str:
        return self.name


class BureauQuerySet(ScopedQuerySet):
    """A desk sees its own bureaus; a requester sees the bureau that serves it."""

    bureau_path = "pk"
    organisation_path = "organisations"
    store_path = EVERYWHERE
    region_path = EVERYWHERE
    emergency_path = EVERYWHERE

    def visible_to(self, actor):  # type: ignore[no-untyped-def]
        """Like the base rule, without the doubles that the join over organisations makes."""
        return super().visible_to(actor).distinct()


class Bureau(models.Model):
    """The economic bureau of one city or district: the owner of a book, of stores and of a desk."""

    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT)
    # An exercise runs on its own calendar: the demo books live in February 2020 while the server's clock does not.
    exercise_shift_days = models.IntegerField(default=0)
    # Comma-separated roles whose log-in needs a second factor here.
    second_factor_roles = models.CharField(max_length=600, blank=True)

    objects = BureauQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class OrganisationQuerySet(ScopedQuerySet):
    """The desk sees the organisations of its bureau; an outsider sees its own."""

    organisation_path = "pk"
    store_path = EVERYWHERE
    region_path = "region__code"
    emergency_path = EVERYWHERE


class Organisation(models.Model):
    """A party to the bureau's work: who asks, who gives, who sells, who makes, who carries."""

    bureau = models.ForeignKey(Bureau, on_delete=models.PROTECT, related_name="organisations")
    code = models.CharField(max_length=30)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, choices=[(name, kind.zh) for name, kind in KINDS.items()])
    tier = models.PositiveSmallIntegerField(default=0)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True)
    uscc = models.CharField(max_length=18, blank=True)
    address = models.CharField(max_length=200, blank=True)
    # Whom to ask for in the hour of a recall: an office or a post rather than a person, and its telephone.
    contact = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    beds = models.PositiveIntegerField(null=True)
    headcount = models.PositiveIntegerField(null=True)
    population = models.PositiveIntegerField(null=True)
    # Where it stands, in degrees; both or neither. For distances, trips and slots.
    latitude = models.DecimalField(max_digits=8, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    # When goods are taken in, and how long a vehicle stands there; no hours: at any time.
    opens_at = models.TimeField(null=True)
    closes_at = models.TimeField(null=True)
    service_minutes = models.PositiveSmallIntegerField(default=10)
    is_example = models.BooleanField(default=False)
    source_note = models.CharField(max_length=200, blank=True)
    pinyin = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bureau", "code"], name="organisation_code_once_per_bureau"),
            models.UniqueConstraint(fields=["bureau", "name"], name="organisation_name_once_per_bureau"),
            models.UniqueConstraint(
                fields=["bureau", "uscc"], condition=~Q(uscc=""), name="organisation_uscc_once_per_bureau"
            ),
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="organisation_kind_is_known"),
            models.CheckConstraint(condition=on_the_earth(), name="organisation_place_is_on_the_earth"),
            models.CheckConstraint(condition=opens_before_it_closes(), name="organisation_opens_before_it_closes"),
        ]

    def __str__(self) -> str:
        return self.name


class StoreQuerySet(ScopedQuerySet):
    """Stores of the actor's bureaus."""

    store_path = "pk"
    emergency_path = EVERYWHERE


class Store(models.Model):
    """A place that holds the bureau's goods. `hazard_classes` is a comma-separated list of what it may hold."""

    bureau = models.ForeignKey(Bureau, on_delete=models.PROTECT, related_name="stores")
    code = models.CharField(max_length=30)
    name = models.CharField(max_length=60)
    address = models.CharField(max_length=200, blank=True)
    hazard_classes = models.CharField(max_length=100, blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    opens_at = models.TimeField(null=True)
    closes_at = models.TimeField(null=True)
    is_active = models.BooleanField(default=True)

    objects = StoreQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bureau", "code"], name="store_code_once_per_bureau"),
            models.CheckConstraint(condition=on_the_earth(), name="store_place_is_on_the_earth"),
            models.CheckConstraint(condition=opens_before_it_closes(), name="store_opens_before_it_closes"),
        ]

    def __str__(self) -> str:
        return self.name

    def holds(self, hazard_class: str) -> bool:
        """True when goods of this hazard class may lie here; goods without one may lie anywhere."""
        return not hazard_class or hazard_class in self.hazard_classes.split(",")


class ShelfQuerySet(ScopedQuerySet):
    """Shelves of the actor's stores."""

    bureau_path = "store__bureau_id"
    store_path = "store_id"
    emergency_path = EVERYWHERE


class Shelf(models.Model):
    """库位 in a store."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="shelves")
    code = models.CharField(max_length=20)

    objects = ShelfQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "code"], name="shelf_code_once_per_store")]

    def __str__(self) -> str:
        return self.code


class PersonQuerySet(ScopedQuerySet):
    """People of the actor's bureaus."""

    bureau_path = "appointments__bureau_id"
    organisation_path = "appointments__organisation_id"

    def visible_to(self, actor):  # type: ignore[no-untyped-def]
        """Like the base rule, one row a person."""
        return super().visible_to(actor).distinct()


class Person(models.Model):
    """Somebody with an appointment. Only what the work needs: a name, and the log-in if there is one."""

    name = models.CharField(max_length=60)
    user = models.OneToOneField("identity.User", on_delete=models.PROTECT, null=True, related_name="person")

    objects = PersonQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class AppointmentQuerySet(ScopedQuerySet):
    """Appointments of the actor's bureaus, and of the organisations that he speaks for."""

    organisation_path = "organisation_id"


class Appointment(models.Model):
    """任职: a person's role in a bureau, or for an organisation, from one day to another. The appointment is the
    permission."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    role = models.CharField(max_length=30)
    bureau = models.ForeignKey(Bureau, on_delete=models.PROTECT)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True)
    # A desk's appointment may be narrowed; each of the three empty: not narrowed by it.
    store = models.ForeignKey("parties.Store", on_delete=models.PROTECT, null=True, related_name="+")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="+")
    emergency = models.ForeignKey("parties.Emergency", on_delete=models.PROTECT, null=True, related_name="+")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)  # Ended before its last day, at once.

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="appointment_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(role__in=sorted(PORTAL_ROLES), organisation__isnull=False)
                | Q(role__in=sorted(DESK_ROLES), organisation__isnull=True),
                name="appointment_outside_has_organisation",
            ),
            models.CheckConstraint(
                condition=Q(organisation=None) | Q(store=None, region=None, emergency=None),
                name="appointment_outside_is_not_narrowed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}/{self.role}"


class InvitationQuerySet(ScopedQuerySet):
    """The desk sees the invitations of its bureau; an organisation administrator those of his organisation."""

    organisation_path = "organisation_id"


class Invitation(models.Model):
    """邀请: a link with which one person of an outside organisation makes a log-in and is appointed, once. Only the
    link's SHA-256 is kept; `nonce` is the part of it that an installation needs to write it out again."""

    bureau = models.ForeignKey(Bureau, on_delete=models.PROTECT)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=30)
    nonce = models.CharField(max_length=32)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["organisation", "role"], name="invitation_by_organisation")]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at=None, person=None)
                | Q(accepted_at__isnull=False, person__isnull=False, revoked_at=None),
                name="invitation_accepted_by_a_person",
            ),
            models.CheckConstraint(condition=Q(role__in=sorted(PORTAL_ROLES)), name="invitation_role_is_outside"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}/{self.role}"


class EmergencyQuerySet(ScopedQuerySet):
    """Emergencies of the actor's bureaus, and of the bureaus that serve the actor's organisations."""

    organisation_path = "bureau__organisations"
    store_path = EVERYWHERE
    region_path = EVERYWHERE
    emergency_path = "pk"

    def visible_to(self, actor):  # type: ignore[no-untyped-def]
        """Like the base rule, one row an emergency."""
        return super().visible_to(actor).distinct()


class Emergency(models.Model):
    """应急事件: everything asked and planned belongs to one."""

    bureau = models.ForeignKey(Bureau, on_delete=models.PROTECT, related_name="emergencies")
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    started_on = models.DateField()
    ended_on = models.DateField(null=True)

    objects = EmergencyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")), name="emergency_ends_after_it_begins"
            ),
            models.UniqueConstraint(
                fields=["bureau"], condition=Q(ended_on=None), name="one_open_emergency_per_bureau"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SeparationTermQuerySet(ScopedQuerySet):
    """Terms of the actor's bureaus."""

    emergency_path = EVERYWHERE


@never_overlapping("bureau", starts="starts_at", ends="ends_at", unless=("status", "cancelled"))
@append_only("status", "ends_at", "ended_by")
class SeparationTerm(models.Model):
    """岗位分离期: from when to when a profile other than the full one is in force, by whose word and why. It ends by
    itself; ending it earlier shortens it."""

    STATUSES = ("set", "cancelled")

    bureau = models.ForeignKey(Bureau, on_delete=models.PROTECT, related_name="separation_terms")
    profile = models.CharField(max_length=10)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    set_by = models.CharField(max_length=60)
    set_user_id = models.BigIntegerField(null=True)
    set_at = models.DateTimeField()
    status = models.CharField(max_length=10, default="set")
    ended_by = models.CharField(max_length=60, blank=True)

    objects = SeparationTermQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["bureau", "ends_at"], name="separation_term_by_end")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="separation_term_ends_after_start"),
            models.CheckConstraint(condition=Q(profile__in=["small", "night"]), name="separation_term_profile_known"),
            models.CheckConstraint(condition=Q(status__in=["set", "cancelled"]), name="separation_term_status_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="separation_term_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.bureau_id}/{self.profile}"


class RelaxationQuerySet(ScopedQuerySet):
    """Relaxations of the actor's bureaus."""

    emergency_path = EVERYWHERE


@append_only()
class Relaxation(models.Model):
    """放宽记录: one time that one person did two steps because the profile in force allowed it."""

    bureau = models.ForeignKey(Bureau, on_delete=models.PROTECT, related_name="+")
    term = models.ForeignKey(SeparationTerm, on_delete=models.PROTECT, related_name="relaxations")
    rule = models.CharField(max_length=40)
    object_ref = models.CharField(max_length=80, blank=True)
    user_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=60)
    at = models.DateTimeField()

    objects = RelaxationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["bureau", "at"], name="relaxation_by_day")]

    def __str__(self) -> str:
        return f"{self.rule} {self.object_ref}"
