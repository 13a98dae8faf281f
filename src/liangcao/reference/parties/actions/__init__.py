"""Writes of parties."""

from liangcao.reference.parties.actions.bureaus import add_bureau, add_store, load_regions, open_emergency
from liangcao.reference.parties.actions.organisations import (
    OrganisationTaken,
    add_organisation,
    checked_uscc,
    own_organisation,
)
from liangcao.reference.parties.actions.people import add_person, appoint

__all__ = [
    "OrganisationTaken",
    "add_bureau",
    "add_organisation",
    "add_person",
    "add_store",
    "appoint",
    "checked_uscc",
    "load_regions",
    "open_emergency",
    "own_organisation",
]
