"""Hundreds of families, drawn over the wire and compared registry by registry: what one says another does not deny.

Only who belongs to a family is taken from the generator (the IINs that an application would declare); everything that
is compared came in replies, read by the adapters.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from adapters.assemble import AdapterConfig, Adapters, build_adapters
from adapters.ports import Deadline
from contracts.catalogue import load_catalogue
from contracts.exchange import ConsentToken, Pending, Question, Reply
from contracts.vocabulary.terms import Coded
from contracts.words import QuestionWord
from registries_mock.people import Population
from signing.keys import load_p12
from signing.xmldsig.signing import sign_enveloped
from tests.support.authority import PASSWORD, Registrar
from tests.support.clock import MONDAY, MovableClock
from tests.support.house import SEED, SENDER, SENDER_PASSWORD, MockServer, open_mock
from tests.support.waiting import wait_until

FAMILIES = 200
CATALOGUE = load_catalogue()


@dataclass(frozen=True)
class Told:
    """What the registries told of everybody, by passport and IIN."""

    families: tuple[tuple[str, ...], ...]
    records: dict[str, dict[str, dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))

    def of(self, passport: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """IIN and what stands under `person`."""
        for iin, record in self.records[passport].items():
            yield iin, record.get("person", {})


class Drawing:
    """Asks through adapters of its own."""

    def __init__(self, adapters: Adapters, told: Told) -> None:
        self._adapters = adapters
        self._told = told
        self._tokens: dict[str, ConsentToken] = {}
        self._late: dict[str, str] = {}

    def consent(self, iin: str) -> None:
        reply = self._ask("kdp-consent", iin, {})
        assert isinstance(reply, Reply)
        consent = reply.record["consent"]
        self._tokens[iin] = ConsentToken(consent["token"], consent["public_key"])

    def ask(self, passport: str, iin: str, holder: str) -> None:
        born = self._told.records["gbdfl-universal"].get(iin, {}).get("person", {}).get("birth_date")
        extra = {QuestionWord.BIRTH_DATE: born.isoformat()} if born else {}
        reply = self._ask(passport, iin, extra, self._tokens.get(holder))
        if isinstance(reply, Pending):
            self._late[reply.correlation_id] = iin
        else:
            self._told.records[passport][iin] = reply.record

    def fetch_late(self, passport: str) -> None:
        facts, channel = CATALOGUE.passports[passport], self._adapters.shep_async

        def look() -> bool:
            for arrival in channel.fetch(facts.service_id, Deadline(10)):
                reply = channel.read_reply(facts, arrival)
                if reply is not None:
                    self._told.records[passport][self._late.pop(arrival.correlation_id)] = reply.record
                channel.notify_delivery(arrival, True, Deadline(10))
            return not self._late

        wait_until(look)

    def _ask(
        self, passport: str, iin: str, extra: dict[QuestionWord, str], consent: ConsentToken | None = None
    ) -> Reply | Pending:
        facts = CATALOGUE.passports[passport]
        question = Question(str(uuid.uuid4()), {QuestionWord.IIN: iin, **extra}, consent)
        adapter = self._adapters.by_protocol()[facts.protocol]
        return adapter.ask(facts, question, deadline=Deadline(20), record=lambda _: None)


@pytest.fixture(scope="module")
def told(registrar: Registrar) -> Iterator[Told]:
    clock = MovableClock()
    with open_mock(clock, registrar) as mock:
        adapters = open_adapters(mock, registrar, clock)
        try:
            yield draw(adapters)
        finally:
            adapters.close()


def open_adapters(mock: MockServer, registrar: Registrar, clock: MovableClock) -> Adapters:
    key = load_p12(registrar.payload_key.read_bytes(), PASSWORD)
    config = AdapterConfig(
        shep_sync_url=f"{mock.url}/bip-sync-wss-gost/",
        shep_async_url=f"{mock.url}/bip-async-wss-gost/",
        soap_base=f"{mock.url}/soap",
        rest_base=f"{mock.url}/rest",
        sender_id=SENDER,
        sender_password=SENDER_PASSWORD,
        organisation_name="Center",
        organisation_bin="990140009992",
        responsible_name="Specialist",
    )
    return build_adapters(
        config,
        CATALOGUE,
        clock=clock,
        new_id=lambda: str(uuid.uuid4()),
        sign_payload=lambda document: sign_enveloped(document, key),
        check_payload=lambda _, document: document,
    )


def draw(adapters: Adapters) -> Told:
    people = Population(SEED, MONDAY.date())
    families = []
    for family in people.sample(FAMILIES):
        application = people.describe_application(family)
        members = [application["applicant"], *application["family"]]
        families.append(tuple(member["iin"] for member in members if member.get("iin")))
    told = Told(tuple(families))
    drawing = Drawing(adapters, told)
    holders = {iin: family[0] for family in families for iin in family}
    adults = [iin for iin in holders if _is_adult(iin)]
    holders |= {iin: iin for iin in adults}
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(drawing.consent, sorted(set(holders.values()))))
        for passport, whom in (
            ("gbdfl-universal", list(holders)),
            ("gbdfl-family-acts", list(holders)),
            ("gbdrn-report305", adults),
            ("billing-deductions", adults),
            ("oop-labour-history", adults),
        ):
            list(pool.map(lambda iin, key=passport: drawing.ask(key, iin, holders[iin]), whom))
    drawing.fetch_late("oop-labour-history")
    return told


def _born_in(iin: str) -> int:
    """The year that the IIN itself carries."""
    return {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}[iin[6]] + int(iin[:2])


def _is_adult(iin: str) -> bool:
    return f"{_born_in(iin) + 18}{iin[2:6]}" <= f"{MONDAY:%Y%m%d}"


def names_in_acts(told: Told) -> Iterator[tuple[str, dict[str, Any]]]:
    """Everybody whom an act names by IIN, with the words that it says of them."""
    for _, person in told.of("gbdfl-family-acts"):
        for act in person.get("births", ()):
            for role in ("child", "mother", "father"):
                if act.get(f"{role}_iin"):
                    yield act[f"{role}_iin"], {w: act.get(f"{role}_{w}") for w in ("name", "birth_date")}
        for act in person.get("marriages", ()):
            for role in ("husband", "wife"):
                if act.get(f"{role}_iin"):
                    yield act[f"{role}_iin"], {w: act.get(f"{role}_{w}") for w in ("name", "birth_date")}


def test_hundreds_of_families_were_drawn_and_all_of_them_answered(told: Told) -> None:
    people = {iin for family in told.families for iin in family}
    assert len(told.families) == FAMILIES
    assert people == set(told.records["gbdfl-universal"])
    assert people == set(told.records["gbdfl-family-acts"])
    assert len(people) > FAMILIES * 3 // 2


def test_everybody_bears_the_birth_date_and_sex_of_the_iin(told: Told) -> None:
    for iin, person in told.of("gbdfl-universal"):
        assert (person["iin"], f"{person['birth_date']:%y%m%d}") == (iin, iin[:6])
        assert person["birth_date"].year == _born_in(iin)
        sex = person["sex"]
        assert isinstance(sex, Coded)
        assert sex.value == ("male" if iin[6] in "135" else "female")


def test_acts_name_people_as_the_base_register_does(told: Told) -> None:
    known = told.records["gbdfl-universal"]
    compared = 0
    for iin, words in names_in_acts(told):
        if iin in known:
            compared += 1
            person = known[iin]["person"]
            assert {word: person[word] for word, value in words.items() if value} == {
                word: value for word, value in words.items() if value
            }
    assert compared > FAMILIES


def test_acts_of_birth_are_the_same_from_the_side_of_the_child_and_of_each_parent(told: Told) -> None:
    assert_same_from_both_sides(told, "births", ("child_iin", "mother_iin", "father_iin"))


def test_acts_of_marriage_are_the_same_from_both_sides(told: Told) -> None:
    assert_same_from_both_sides(told, "marriages", ("husband_iin", "wife_iin"))


def assert_same_from_both_sides(told: Told, kind: str, sides: tuple[str, ...]) -> None:
    acts = {
        iin: {act["act_number"]: act for act in person.get(kind, ())} for iin, person in told.of("gbdfl-family-acts")
    }
    compared = 0
    for own in acts.values():
        for number, act in own.items():
            for side in sides:
                other = act.get(side)
                if other in acts:
                    compared += 1
                    assert acts[other].get(number) == act
    assert compared > FAMILIES // 2


def test_nobody_is_born_before_a_parent_or_married_as_a_child(told: Told) -> None:
    for _, person in told.of("gbdfl-family-acts"):
        for act in person.get("births", ()):
            for role in ("mother", "father"):
                born = act.get(f"{role}_birth_date")
                assert born is None or act["child_birth_date"].year - born.year >= 16
            assert act["act_date"] >= act["child_birth_date"]
        for act in person.get("marriages", ()):
            for role in ("husband", "wife"):
                born = act.get(f"{role}_birth_date")
                assert born is None or act["act_date"].year - born.year >= 16


def test_one_address_code_is_one_address_whoever_is_asked(told: Told) -> None:
    places: dict[str, tuple[Any, ...]] = {}
    words = ("region", "district", "city", "street", "building", "flat")
    shared = 0
    for _, person in told.of("gbdfl-universal"):
        address = person.get("address")
        if address and address.get("ar_code"):
            place = tuple(str(address.get(word)) for word in words)
            shared += address["ar_code"] in places
            assert places.setdefault(address["ar_code"], place) == place
    assert shared > FAMILIES // 2


def test_wages_are_paid_by_an_employer_for_months_of_employment(told: Told) -> None:
    employments = {iin: person.get("employments", ()) for iin, person in told.of("oop-labour-history")}
    compared = 0
    for iin, person in told.of("billing-deductions"):
        for wage in person.get("wages", ()):
            compared += 1
            assert any(_covers(job, wage) for job in employments[iin]), "a wage without an employment"
    assert compared > FAMILIES


def _covers(job: dict[str, Any], wage: dict[str, Any]) -> bool:
    month: date = wage["month"]
    ends: date | None = job.get("until")
    begins: date = job["since"].replace(day=1)
    return bool(
        job["employer_bin"] == wage["employer_bin"] and begins <= month and (ends is None or month <= _last(ends))
    )


def _last(day: date) -> date:
    """The end of the month after: a contribution comes with the next month's payment."""
    month = day.month + 2
    return date(day.year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def test_real_estate_that_several_own_is_one_object_and_its_shares_are_no_more_than_the_whole(told: Told) -> None:
    objects: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for _, person in told.of("gbdrn-report305"):
        for estate in person.get("real_estate", ()):
            objects[estate["cadastral_number"]].append(estate)
    shared = [rows for rows in objects.values() if len(rows) > 1]
    assert shared
    for rows in shared:
        assert len({(str(row.get("address")), row.get("area_total"), str(row.get("kind"))) for row in rows}) == 1
        assert sum(Fraction(str(row["share"])) for row in rows) <= 1


def test_everybody_is_named_alike_by_the_register_of_property(told: Told) -> None:
    known = told.records["gbdfl-universal"]
    for iin, person in told.of("gbdrn-report305"):
        for word in ("surname", "name", "birth_date"):
            if person.get(word):
                assert person[word] == known[iin]["person"][word]
