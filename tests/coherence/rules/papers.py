"""Documents, the account and the phone: whose they are, and from when to when they hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.coherence.family import TODAY, Family, age, is_minor
from tests.coherence.payloads import Told
from tests.coherence.rules.shape import FIRST_PAPER, Rule, is_dead, is_over, of_each, years_after

_CITIZEN = "KAZ"


@of_each
def documents_bear_the_names_of_the_base_register(family: Family, iin: str, person: Told) -> Iterator[str]:
    for paper in person.get("documents", []):
        for leaf in ("surname", "name", "patronymic", "birth_date"):
            if paper.get(leaf) != person.get(leaf):
                yield f"{paper['type']} of {iin} has {leaf} {paper.get(leaf)}, told {person.get(leaf)}"


@of_each
def who_lives_has_the_document_of_the_age(family: Family, iin: str, person: Told) -> Iterator[str]:
    """Of citizens; others have papers of many kinds."""
    if person["citizenship"] != _CITIZEN:
        return
    valid = [paper["type"] for paper in person.get("documents", []) if paper["status"] == "valid"]
    kind = "identity_card" if age(person["birth_date"], TODAY) >= FIRST_PAPER else "birth_certificate"
    if valid.count(kind) != (not is_dead(person)):
        yield f"{iin}, born on {person['birth_date']}, has valid {valid}"
    if "identity_card" in valid and "birth_certificate" in valid:
        yield f"{iin} has a certificate of birth beside an identity card"


@of_each
def documents_hold_from_their_age_to_death(family: Family, iin: str, person: Told) -> Iterator[str]:
    for paper in person.get("documents", []):
        first = years_after(person["birth_date"], 0 if paper["type"] == "birth_certificate" else FIRST_PAPER)
        if not first <= paper["issued_on"] <= person.get("death_date", TODAY):
            yield f"{paper['type']} of {iin} is issued on {paper['issued_on']}"
        if (paper["status"] == "valid") != ("invalid_since" not in paper):
            yield f"{paper['type']} of {iin} is {paper['status']}, invalid since {paper.get('invalid_since')}"
        if is_dead(person) and paper.get("invalid_since", "9") > person["death_date"]:
            yield f"{paper['type']} of {iin} holds after death"
        if paper["status"] == "valid" and is_over(paper.get("valid_until")):
            yield f"{paper['type']} of {iin} holds after {paper['valid_until']}"


def no_two_documents_have_one_number(family: Family) -> Iterator[str]:
    numbers = Counter((one["type"], one["number"]) for _, person in family.persons() for one in person["documents"])
    yield from (f"{kind} {number} is {many} documents" for (kind, number), many in numbers.items() if many > 1)


def the_declared_document_is_a_valid_one_of_the_register(family: Family) -> Iterator[str]:
    declared = family.application["applicant"].get("document")
    for paper in family.person(family.applicant).get("documents", []):
        if declared and (paper["type"], paper["number"]) == (declared["kind"], declared["number"]):
            if paper["status"] != "valid" or paper["issued_on"] != declared["issued_on"]:
                yield f"declared is {declared}, told {paper}"
            return
    if declared:
        yield f"declared is {declared}, which the register does not know"


def the_declared_account_and_phone_are_the_applicants_alone(family: Family) -> Iterator[str]:
    for iin, record in family.people.items():
        mine = str(iin == family.applicant).lower()
        account, phone = record.get("account", {}), record.get("phone", {})
        if account.get("belongs_to_holder") != mine:
            yield f"the account belongs to {iin}: {account.get('belongs_to_holder')}"
        if phone.get("belongs") != mine:
            yield f"the phone belongs to {iin}: {phone.get('belongs')}"
        if account.get("iban") != family.application["account"]["iban"]:
            yield f"the bank tells {iin} of the account {account.get('iban')}"


def who_is_declared_as_a_child_is_one(family: Family) -> Iterator[str]:
    for one in (one for one in family.application["family"] if "iin" in one):
        studies = family.person(one["iin"]).get("studies", [])
        learns = any(study["status"] == "studying" and study["form"] == "full_time" for study in studies)
        if one["relation"] == "child" and not is_minor(one["iin"]) and not learns:
            yield f"{one['iin']} is declared as a child, grown and no student"


RULES: tuple[Rule, ...] = (
    documents_bear_the_names_of_the_base_register,
    who_lives_has_the_document_of_the_age,
    documents_hold_from_their_age_to_death,
    no_two_documents_have_one_number,
    the_declared_document_is_a_valid_one_of_the_register,
    the_declared_account_and_phone_are_the_applicants_alone,
    who_is_declared_as_a_child_is_one,
)
