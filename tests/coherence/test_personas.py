"""Personas agree with themselves as other families do, but in what makes them odd."""

from __future__ import annotations

from contracts.catalogue import Catalogue
from tests.coherence.family import Walk
from tests.coherence.registries import Registries
from tests.coherence.rules import find_broken

ODD = {
    "no-residence-record": {"the_declared_address_is_the_registered_one"},
    "undeclared-second-marriage": {"spouses_live_together"},
    "foreigner-with-permit": {"who_is_declared_is_kin_by_the_acts"},
    "member-in-treatment": {"who_is_declared_as_a_child_is_one"},
    "invalid-document": {"who_lives_has_the_document_of_the_age"},
    "marriage-not-in-acts": {"who_is_declared_is_kin_by_the_acts"},
    "part-time-student": {"who_is_declared_as_a_child_is_one"},
    "no-account-record": {"the_declared_account_and_phone_are_the_applicants_alone"},
}
"""What each of them breaks, and by its description is meant to."""


def test_a_persona_contradicts_itself_only_where_it_is_meant_to(registries: Registries, catalogue: Catalogue) -> None:
    personas = registries.control("GET", "/_mock/personas")
    # Of the others not all registries tell, which is what they are for.
    names = [one["name"] for one in personas if not one["failures"]]
    told = Walk(registries, catalogue).read([registries.control("GET", f"/_mock/people/{name}") for name in names])
    broken = {name: {rule for rule, _ in find_broken(family)} for name, family in zip(names, told, strict=True)}
    assert {name: rules for name, rules in broken.items() if rules} == ODD
