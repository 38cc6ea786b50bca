"""One broken agreement for each rule: a change of what all registries know of one person, the others left as they are.

A change takes the record to pieces and says whether the person has what it breaks: where not, another one is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, Final

from contracts.vocabulary.terms import Record

Change = Callable[[Record], bool]
_NOBODY: Final = "990101990017"
_DAY: Final = timedelta(days=1)


def to(path: str, value: Any) -> Change:
    """Put a value in the place of what is there (`births.0.act_date`: of the first birth); a callable gets what was."""
    *way, leaf = path.split(".")

    def change(record: Record) -> bool:
        here: Any = record.get("person", {})
        for step in way:
            here = dict(enumerate(here)).get(int(step), {}) if isinstance(here, list) else here.get(step, {})
        if leaf not in here:
            return False
        here[leaf] = value(here[leaf]) if callable(value) else value
        return True

    return change


def without(word: str) -> Change:
    """What stands under the word of the person is not known."""
    return lambda record: record["person"].pop(word, None) is not None


def where(holds: Callable[[Record], bool], change: Change) -> Change:
    """The change, of a person of whom the record says so."""
    return lambda record: bool(holds(record["person"])) and change(record)


def gets(word: str, value: Any) -> Change:
    """Something that the person had not."""

    def change(record: Record) -> bool:
        if word in record["person"]:
            return False
        record["person"][word] = deepcopy(value)
        return True

    return change


def adds(word: str, value: Mapping[str, Any]) -> Change:
    """One more item of a list."""

    def change(record: Record) -> bool:
        record["person"].setdefault(word, []).append(dict(value))
        return True

    return change


def again(word: str, **changed: Any) -> Change:
    """The first item of a list once more, with other leaves."""

    def change(record: Record) -> bool:
        items = record["person"].get(word, [])
        record["person"][word] = [*items, *({**one, **changed} for one in items[:1])]
        return bool(items)

    return change


def _now_and_then(record: Record, calls: count[int] = count()) -> bool:  # noqa: B008 - it counts over all calls
    record["person"]["name"] = "БАСҚА" if next(calls) % 2 else record["person"]["name"]
    return True


def _in_household(leaf: str, value: object) -> Change:
    def change(record: Record) -> bool:
        members = record.get("household", {}).get("members", [])
        for one in members[:1]:
            one[leaf] = value
        return bool(members)

    return change


def _fewer_in_household(record: Record) -> bool:
    members = record.get("household", {}).get("members", [])
    return len(members) > 1 and members.pop() is not None


def _divorced_on_paper(record: Record) -> bool:
    """And still at one address."""
    act = record["person"]["marriages"][0]
    both = {leaf: act[leaf] for leaf in ("husband_iin", "wife_iin", "office_code")}
    record["person"]["divorces"] = [{**both, "act_number": "00-20-000000", "act_date": date(2020, 5, 5)}]
    return True


def _another_child_too_soon(record: Record) -> bool:
    act = record["person"]["births"][0]
    record["person"]["births"].append({**act, "child_birth_date": act["child_birth_date"] + 100 * _DAY})
    return True


def _account_of_another(record: Record) -> bool:
    record["person"]["iin"] = _NOBODY if "account" in record else record["person"]["iin"]
    return "account" in record


def _is_child(person: Record) -> bool:
    mine: bool = person["birth_date"] > date(2010, 1, 1)
    return mine


def _is_parent(role: str) -> Callable[[Record], bool]:
    return lambda person: any(
        act.get(f"{role}_iin") == person["iin"] for act in person.get("births", [])[:1] if "child_iin" in act
    )


def _owns(person: Record) -> bool:
    """So that the register of rights tells of the person."""
    return "real_estate" in person


def _is_in_an_act(person: Record) -> bool:
    return "births" in person


def _is_married(person: Record) -> bool:
    """In force."""
    return any(not {"divorce_act_number", "death_act_number"} & act.keys() for act in person.get("marriages", [])[:1])


def _has(word: str, **leaves: object) -> Callable[[Record], bool]:
    return lambda person: any(leaves.items() <= one.items() for one in person.get(word, [])[:1])


def _is_dead(person: Record) -> bool:
    return "death_date" in person


def _is_alive(person: Record) -> bool:
    return not _is_dead(person)


def _later(day: date) -> date:
    return day + _DAY


_BENEFIT: Final = {
    "kind_name": "Пособие",
    "amount": Decimal(1),
    "current_amount": Decimal(1),
    "status": "Выплачивается",
}

BREAKS: Final[Mapping[str, Change]] = {
    # identity
    "two_parts_tell_one_thing_alike": where(_owns, _now_and_then),
    "every_part_names_the_one_who_was_asked_about": where(_owns, to("declarant_iin", _NOBODY)),
    "the_number_holds_birth_date_and_sex": to("birth_date", _later),
    "who_is_dead_has_a_day_of_death_since_birth": to("life_status", "dead"),
    "the_application_names_people_as_the_base_register_does": to("patronymic", "БАСҚАҰЛЫ"),
    "who_is_declared_is_kin_by_the_acts": where(_is_married, without("marriages")),
    # kin
    "everybody_who_is_named_is_known_to_the_base_register": to("births.0.child_iin", _NOBODY),
    "an_act_of_birth_is_one_act_for_all_whom_it_names": to("births.0.office_kk", "БАСҚА"),
    "acts_of_birth_name_people_as_the_base_register_does": where(_is_in_an_act, to("name", "БАСҚА")),
    "an_act_of_birth_is_written_after_the_birth": to("births.0.act_date", date(1950, 1, 1)),
    "an_act_of_birth_knows_whether_the_child_lives": to("births.0.child_life_status", "1"),
    "a_father_by_statement_has_no_number": to("births.0.by_mother_statement", 1),
    "parents_are_adults_and_alive_when_a_child_is_born": where(
        _is_parent("mother"), to("birth_date", lambda born: born.replace(year=born.year + 30))
    ),
    "a_mother_has_her_children_one_after_the_other": where(_is_parent("mother"), _another_child_too_soon),
    "the_patronymic_comes_from_the_father": to("births.0.father_name", "ЯЯ"),
    "the_surname_comes_from_the_parents": to("births.0.child_surname", "БАСҚАЕВ"),
    "mother_and_father_of_a_child_are_married_before_its_birth": where(
        _is_parent("mother"), to("marriages.0.husband_iin", _NOBODY)
    ),
    # acts
    "a_marriage_is_one_act_for_both_spouses": to("marriages.0.office_ru", "ДРУГОЙ"),
    "a_divorce_is_one_act_for_both_spouses": without("divorces"),
    "acts_of_marriage_name_people_as_the_base_register_does": to("marriages.0.wife_name", "БАСҚА"),
    "spouses_are_a_man_and_a_woman_of_age_and_alive": where(
        _is_married, to("sex", lambda sex: "male" if sex == "female" else "female")
    ),
    "a_divorce_is_of_the_marriage_that_it_names": to("divorces.0.marriage_act_date", _later),
    "a_marriage_begins_before_it_ends": to("marriages.0.divorce_act_date", date(1950, 1, 1)),
    "death_ends_a_marriage_that_no_divorce_has_ended": to("marriages.0.death_act_date", _later),
    "nobody_has_two_marriages_at_once": where(_is_married, again("marriages", act_number="00-00-000000")),
    "the_number_of_an_act_holds_its_region_and_year": to("marriages.0.act_number", "00-00-000000"),
    # homes
    "one_code_of_the_address_register_is_one_place": to("address.building", "999"),
    "the_address_is_the_permanent_one_of_the_list": to("addresses.0.street", "УЛ. ДРУГАЯ"),
    "registration_lasts_from_birth_to_death_at_most": to("address.since", date(1930, 1, 1)),
    "regions_and_districts_are_of_the_classifier": to("address.district", "999000000"),
    "children_live_with_a_parent": where(_is_child, to("address.ar_code", "9900000000000000")),
    "spouses_live_together": where(_is_married, to("address.ar_code", "9900000000000000")),
    "the_divorced_live_apart": where(_is_married, _divorced_on_paper),
    "the_book_of_a_farm_is_told_alike_to_all_who_live_there": _fewer_in_household,
    "the_book_of_a_farm_names_people_as_the_base_register_does": _in_household("name", "БАСҚА"),
    "the_declared_address_is_the_registered_one": to("address.street", "УЛ. ДРУГАЯ"),
    # papers
    "documents_bear_the_names_of_the_base_register": to("documents.0.surname", "БАСҚА"),
    "who_lives_has_the_document_of_the_age": where(_is_alive, to("documents.0.status", "invalid")),
    "documents_hold_from_their_age_to_death": to("documents.0.issued_on", date(1940, 1, 1)),
    "no_two_documents_have_one_number": again("documents", status="replaced"),
    "the_declared_document_is_a_valid_one_of_the_register": to("documents.0.number", "000000000"),
    "the_declared_account_and_phone_are_the_applicants_alone": _account_of_another,
    "who_is_declared_as_a_child_is_one": where(
        lambda person: "temporary" in [one["type"] for one in person.get("addresses", [])], without("studies")
    ),
    # property
    "shares_of_an_object_make_one_whole": to("real_estate.0.share", "1/3"),
    "owners_of_an_object_are_told_of_one_object": where(
        _has("real_estate", share="1/2"), to("real_estate.0.area_total", Decimal(1))
    ),
    "a_right_is_of_the_one_who_is_asked_about": to("real_estate.0.rights.0.owner", "БАСҚА"),
    "a_cadastral_number_begins_with_the_region_of_the_address": to("real_estate.0.address", "г. Другой, Д. 1"),
    "the_owned_home_stands_where_the_owners_live": where(
        _has("real_estate", kind="house"), to("address.city", "С. ДРУГОЕ")
    ),
    "a_car_has_one_owner_at_a_time": again("vehicles", plate="000AAA00"),
    "a_car_is_registered_by_an_adult_and_not_before_it_was_made": to("vehicles.0.registered_on", date(1960, 1, 1)),
    "the_dead_own_nothing_and_receive_nothing": where(
        _is_dead, gets("social_aid", {"receiving": True, "since": date(2026, 7, 1), "until": date(2026, 12, 31)})
    ),
    "rent_is_of_who_owns_a_flat": where(
        lambda person: "tax_incomes" not in person,
        gets("tax_incomes", [{"month": date(2026, 8, 1), "kind": "rent", "object": "Квартира", "form_code": "240.00",
                              "amount": Decimal(1)}]),
    ),
    # work
    "wages_are_of_the_jobs_of_the_time": to("wages.0.employer_bin", "000140999990"),
    "a_job_of_the_last_months_has_wages": where(lambda person: len(person.get("wages", [])) > 30, without("wages")),
    "jobs_follow_one_another": again("employments"),
    "work_lies_between_eighteen_and_the_pension": to("employments.0.since", date(1940, 1, 1)),
    "one_employer_or_place_of_study_has_one_name": to("wages.0.employer_name", "ТОО «Другое»"),
    "detention_ends_work_and_study": where(
        lambda person: len(person.get("wages", [])) > 30,
        gets("detention", {"status": "detained", "since": date(2024, 1, 1)}),
    ),
    "graduates_have_diplomas_and_nobody_else": to("studies.0.diploma_date", date(2000, 1, 1)),
    "study_fits_the_age_and_ends_with_life": to("studies.0.planned_end", date(2060, 1, 1)),
    # money
    "a_pension_is_paid_from_its_age": where(
        lambda person: person["birth_date"] > date(1970, 1, 1),
        adds("benefits", _BENEFIT | {"kind": "0101", "since": date(2026, 1, 1)}),
    ),
    "a_disability_is_paid_for_while_it_lasts": where(
        _is_alive, without("disabilities")
    ),
    "the_group_of_a_disability_fits_the_age": to("disabilities.0.since", date(1930, 1, 1)),
    "a_loss_is_paid_to_children_of_who_died": where(
        _is_child, adds("benefits", _BENEFIT | {"kind": "0401", "since": date(2026, 1, 1)})
    ),
    "care_is_paid_to_mothers_of_infants": where(
        _is_child, adds("benefits", _BENEFIT | {"kind": "0501", "since": date(2026, 1, 1)})
    ),
    "many_children_are_paid_for": where(
        _is_child, adds("benefits", _BENEFIT | {"kind": "0502", "since": date(2026, 1, 1)})
    ),
    "a_stipend_is_of_a_full_time_student": where(
        _is_parent("mother"), adds("benefits", _BENEFIT | {"kind": "0601", "since": date(2026, 1, 1)})
    ),
    "benefits_end_with_life": to("benefits.0.since", date(1930, 1, 1)),
    "a_business_has_an_owner_and_his_income_is_the_sum": to("entrepreneur.period_income", Decimal(1)),
    "aid_is_told_alike_to_all_who_live_together": to("social_aid.since", date(2022, 1, 1)),
    # care
    "a_guardianship_is_told_alike_of_child_and_guardian": to("guardianship.decision_number", "О-1"),
    "an_adoption_is_told_alike_of_child_and_parents": to("adoption.court_number", "2-1"),
    "a_guardianship_names_people_as_the_base_register_does": to("guardianship.guardian_name", "БАСҚА"),
    "a_writ_of_alimony_is_told_alike_of_both_parents": without("enforcements"),
    "alimony_is_owed_by_a_divorced_parent_to_the_other": to("enforcements.0.debtor_name", "БАСҚА"),
}  # fmt: skip
"""By the rule that must see it."""
