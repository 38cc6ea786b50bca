"""The named rules: one function each of the case and the law; rows of contracts/findings.toml name them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from gateway.core.case import Case
from gateway.core.findings import aid, belongings, codes, declared, family, identity
from gateway.core.findings.finding import Finding
from gateway.core.law import Law

Rule = Callable[[Case, Law], Iterator[Finding]]

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "declared_name": identity.find_other_name,
        "declared_birth_date": identity.find_other_birth_date,
        "declared_citizenship": identity.find_other_citizenship,
        "answered_about_another": identity.find_other_person,
        "registries_disagree": identity.find_disagreement,
        "undeclared_child": family.find_undeclared_child,
        "undeclared_spouse": family.find_undeclared_spouse,
        "undeclared_co_resident": family.find_undeclared_co_resident,
        "registered_elsewhere": family.find_registered_elsewhere,
        "member_dead": family.find_dead,
        "member_detained": family.find_detained,
        "declared_marriage": declared.find_no_marriage,
        "declared_kandas": declared.find_no_kandas,
        "declared_guardianship": declared.find_no_guardianship,
        "declared_adoption": declared.find_no_adoption,
        "declared_full_time_study": declared.find_no_study,
        "declared_alimony": declared.find_no_alimony,
        "declared_private_farm": declared.find_no_farm,
        "undeclared_private_farm": declared.find_undeclared_farm,
        "prior_aid": aid.find_prior_aid,
        "account_not_own": aid.find_account_not_own,
        "account_not_open": aid.find_account_not_open,
        "several_dwellings": belongings.find_several_dwellings,
        "several_vehicles": belongings.find_several_vehicles,
        "unknown_code": codes.find_unknown_code,
    }
)


def find_contradictions(case: Case, law: Law) -> tuple[Finding, ...]:
    """All findings as the case stands, in the order of the subjects, then of the rules; unanswered questions give
    none."""
    found = [replace(finding, rule=name) for name, rule in RULES.items() for finding in rule(case, law)]
    order = {subject.ref: n for n, subject in enumerate(case.subjects)}
    return tuple(sorted(found, key=lambda finding: order[finding.subject_ref]))
