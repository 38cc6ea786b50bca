"""Registries that fail in every way they can: the cause is named, nothing is taken for an answer, the rest goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.catalogue import load_catalogue
from contracts.words import Predicate, Protocol
from registries_mock.failure_kinds import AT_ONCE
from tests.support.authority import Registrar
from tests.support.clock import MovableClock
from tests.support.deployment import copy_passports
from tests.support.house import House, open_house, open_mock, parts_of
from tests.support.waiting import wait_until

LIMITS = "timeout_seconds = 4\nattempt_seconds = 4\ntries = 1"
ROUND = timedelta(hours=2)
LATER = "waiting-for-late-reply"
PROTOCOLS = {passport.key: passport.protocol for passport in load_catalogue().passports.values()}
CAUSES: dict[str, dict[Protocol, str]] = {
    "silence": dict.fromkeys(Protocol, "registry-timed-out") | {Protocol.SHEP_ASYNC: LATER},
    "html_503": dict.fromkeys(Protocol, "registry-unavailable") | {Protocol.REST: "registry-failed"},
    "garbage": dict.fromkeys(Protocol, "contract-broken"),
    "truncated": dict.fromkeys(Protocol, "contract-broken"),
}
BROKEN, GONE, LATE = "contract-broken", "registry-unavailable", "registry-timed-out"
SPOILED: dict[tuple[str, str], dict[Protocol, str]] = {
    ("reset", ""): dict.fromkeys(AT_ONCE, GONE),
    ("drip", ""): dict.fromkeys(AT_ONCE, LATE),
    ("oversized", ""): dict.fromkeys(AT_ONCE, BROKEN),
    ("entity_bomb", ""): {Protocol.SOAP: BROKEN, Protocol.SHEP_SYNC: BROKEN},
}
"""The cause of a spoiled reply in the dossier, one for each way to it; every kind is in test_every_failure.py."""
EVERYBODY = ("applicant", "each_member", "members_of_age")
COMES_BACK = ("registry-timed-out", "registry-unavailable", "registry-failed", "send-uncertain")
"""Causes after which the gateway asks again of itself; for the others a person must look."""


@pytest.fixture(scope="module")
def sources() -> dict[Protocol, str]:
    """A source of each protocol that the applicant is asked about at once, and whom no fact rests on."""
    found: dict[Protocol, str] = {}
    for row in load_catalogue().services["asp"].requests:
        for part in row.parts:
            if (
                row.wave == 1
                and row.applies == (Predicate.ALWAYS,)
                and not row.provides
                and row.subject.rule in EVERYBODY
            ):
                found.setdefault(PROTOCOLS[part.passport], part.passport)
    assert len(found) == len(Protocol)
    return found


@pytest.fixture(scope="module")
def failing(
    tmp_path_factory: pytest.TempPathFactory, registrar: Registrar, sources: dict[Protocol, str]
) -> Iterator[House]:
    """A house of its own, whose clock is moved, and whose sources have one short try each."""
    folder, clock = tmp_path_factory.mktemp("failing"), MovableClock()
    copy_passports(folder / "deployment", limits=LIMITS, only=tuple(sources.values()))
    with (
        open_mock(clock, registrar) as mock,
        open_house(folder, registrar, clock, mock, {"ASP_PASSPORTS": str(folder / "deployment")}) as house,
    ):
        yield house


@pytest.fixture
def mended(failing: House) -> Iterator[House]:
    yield failing
    failing.mock.mend()


def submit(house: House) -> str:
    return house.provider.submit(house.registrar.submission(house.mock.application("family-of-five")))


def told_of(dossier: dict[str, Any], passport: str) -> set[tuple[str, str]]:
    return {(part["outcome"], part["reason"]) for part in parts_of(dossier) if part["passport"] == passport}


def come_back(house: House, application_id: str, passports: list[str]) -> dict[str, Any]:
    """Mend, let the next round come, and wait until these sources have answered."""
    house.mock.mend()
    house.clock.move(ROUND)

    def look() -> dict[str, Any]:
        dossier = house.provider.dossier(application_id)
        outcomes = {outcome for passport in passports for outcome, _ in told_of(dossier, passport)}
        return dossier if "no_answer" not in outcomes else {}

    return wait_until(look)


@pytest.mark.parametrize("kind", CAUSES)
def test_a_failure_is_told_by_its_cause_and_the_next_round_finds_what_it_hid(
    kind: str, mended: House, sources: dict[Protocol, str]
) -> None:
    house = mended
    for passport in sources.values():
        house.mock.fail(kind=kind, passport=passport)
    application_id = submit(house)
    dossier = house.settled(application_id, silent=sources[Protocol.SHEP_ASYNC] if kind == "silence" else "")
    causes = {protocol: told_of(dossier, passport) for protocol, passport in sources.items()}
    assert causes == {protocol: {("no_answer", CAUSES[kind][protocol])} for protocol in sources}
    others = {part["outcome"] for part in parts_of(dossier) if part["passport"] not in sources.values()}
    assert others == {"found", "no_record"}
    assert not dossier["summary"]["complete"]
    returning = [passport for protocol, passport in sources.items() if CAUSES[kind][protocol] in COMES_BACK]
    if returning:
        after = come_back(house, application_id, returning)
        assert all(told_of(after, passport) <= {("found", ""), ("no_record", "")} for passport in returning)
    if len(returning) == len(sources):
        house.provider.wait(application_id)
        assert house.provider.dossier(application_id)["summary"]["complete"]


@pytest.mark.parametrize(("kind", "variant"), SPOILED)
def test_a_reply_that_is_spoiled_at_once_is_no_answer_and_names_its_cause(
    kind: str, variant: str, mended: House, sources: dict[Protocol, str]
) -> None:
    causes = SPOILED[kind, variant]
    more = ({"variant": variant} if variant else {}) | ({"seconds": 10} if kind in ("drip", "stall") else {})
    for protocol in causes:
        mended.mock.fail(kind=kind, passport=sources[protocol], **more)
    submission = mended.registrar.submission(mended.mock.application("lone-pensioner"))
    dossier = mended.settled(mended.provider.submit(submission))
    assert {protocol: told_of(dossier, sources[protocol]) for protocol in causes} == {
        protocol: {("no_answer", cause)} for protocol, cause in causes.items()
    }


def test_another_persons_data_answer_nothing_and_a_value_that_others_contradict_is_a_finding(
    mended: House, sources: dict[Protocol, str]
) -> None:
    for passport in sources.values():
        mended.mock.fail(kind="another_person", passport=passport)
    mended.mock.fail(kind="contradiction", variant="name", passport="gbdfl-universal")
    dossier = mended.settled(submit(mended))
    told = {protocol: told_of(dossier, passport) for protocol, passport in sources.items()}
    assert told == {protocol: {("no_answer", "another-subject")} for protocol in sources}
    assert ("found", "") in told_of(dossier, "gbdfl-universal")
    assert {"declared_name", "registries_disagree"} <= {finding["rule"] for finding in dossier["findings"]}


@pytest.mark.parametrize(("kind", "variant"), [("bom", ""), ("wrong_namespace", "envelope"), ("slow", "lognormal")])
def test_what_does_not_hide_the_answer_changes_nothing(
    kind: str, variant: str, mended: House, sources: dict[Protocol, str]
) -> None:
    """A mark before the text, prefixes of another vendor, some patience; the bus is held to its contract."""
    protocols = [Protocol.SOAP] if kind == "wrong_namespace" else sorted(AT_ONCE)
    told = []
    for is_failing in (False, True):
        if is_failing:
            for protocol in protocols:
                more = {"variant": variant} if variant else {}
                mended.mock.fail(kind=kind, passport=sources[protocol], **more)
        submission = mended.registrar.submission(mended.mock.application("lone-pensioner"))
        dossier = mended.settled(mended.provider.submit(submission))
        told.append({protocol: told_of(dossier, sources[protocol]) for protocol in protocols})
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("kind", "code", "cause"), [("fault", "999", "registry-failed"), ("status", "NOT-LISTED", "unclassified")]
)
def test_a_code_means_what_the_passport_says_and_an_unlisted_one_nothing(
    kind: str, code: str, cause: str, mended: House, sources: dict[Protocol, str]
) -> None:
    house, passport = mended, sources[Protocol.SHEP_SYNC]
    house.mock.fail(kind=kind, code=code, passport=passport)
    application_id = submit(house)
    dossier = house.settled(application_id)
    assert told_of(dossier, passport) == {("no_answer", cause)}
    attempts = [a["failure"] for p in parts_of(dossier) if p["passport"] == passport for a in p["attempts"]]
    assert set(attempts) == {cause}
    if cause in COMES_BACK:
        assert "no_answer" not in {
            outcome for outcome, _ in told_of(come_back(house, application_id, [passport]), passport)
        }


def test_a_registry_that_has_no_record_is_not_a_registry_that_fails(
    mended: House, sources: dict[Protocol, str]
) -> None:
    for passport in sources.values():
        mended.mock.fail(kind="no_record", passport=passport)
    dossier = mended.settled(submit(mended))
    assert {told for passport in sources.values() for told in told_of(dossier, passport)} == {("no_record", "")}


def test_without_the_consent_service_what_needs_consent_waits_and_all_else_is_answered(mended: House) -> None:
    passports = load_catalogue().passports
    mended.mock.fail(kind="html_503", passport="kdp-consent")
    application_id = submit(mended)
    dossier = mended.settled(application_id)
    needing = {part["passport"] for part in parts_of(dossier) if passports[part["passport"]].consent != "none"}
    assert needing
    for part in parts_of(dossier):
        if part["passport"] in needing:
            assert (part["outcome"], part["reason"]) == ("no_answer", "consent-not-asked")
            assert part["attempts"] == []
        else:
            assert part["outcome"] != "no_answer"
    after = come_back(mended, application_id, sorted(needing))
    assert after
    mended.provider.wait(application_id)


def test_a_source_that_is_slow_within_its_deadline_is_waited_for(mended: House, sources: dict[Protocol, str]) -> None:
    mended.mock.fail(kind="slow", seconds=0.5, passport=sources[Protocol.REST])
    application_id = submit(mended)
    mended.provider.wait(application_id)
    assert ("found", "") in told_of(mended.provider.dossier(application_id), sources[Protocol.REST])


def test_the_folder_of_this_test_changes_limits_alone(tmp_path: Path, sources: dict[Protocol, str]) -> None:
    folder = copy_passports(tmp_path / "copies", limits=LIMITS, only=tuple(sources.values()))
    for key, passport in load_catalogue([folder]).passports.items():
        shipped = load_catalogue().passports[key]
        assert passport.model_copy(update={"limits": shipped.limits}) == shipped
        assert (passport.limits != shipped.limits) is (key in sources.values())
