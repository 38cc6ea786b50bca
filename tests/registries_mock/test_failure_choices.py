"""Whom a failure is for: a persona, a sender, a part of the exchanges by chance that a seed repeats."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from contracts.catalogue import Catalogue
from contracts.passport import Passport
from registries_mock.settings import Settings
from tests.registries_mock.small_world import (
    IIN,
    NOBODY,
    PERSONA,
    SENDER,
    async_request,
    request_data,
    small_app,
    suite_of,
    sync_message,
)

ASKED = 200


@pytest.fixture
def client() -> FlaskClient:
    return small_app().test_client()


@pytest.fixture
def passport(catalogue: Catalogue) -> Passport:
    return catalogue.passports["nobd-universal"]


def put(client: FlaskClient, **row: object) -> None:
    assert client.post("/_mock/failures", json={"kind": "html_503"} | row).status_code == 201


def is_failed(client: FlaskClient, catalogue: Catalogue, passport: Passport, iin: str = IIN) -> bool:
    message = sync_message(passport.service_id, request_data(catalogue, passport, iin))
    return client.post("/bip-sync-wss-gost/", data=message).status_code == 503


def draws(client: FlaskClient, catalogue: Catalogue, passport: Passport, count: int = ASKED) -> str:
    return "".join("x" if is_failed(client, catalogue, passport) else "." for _ in range(count))


def test_a_failure_is_for_the_people_of_a_persona_alone(
    client: FlaskClient, catalogue: Catalogue, passport: Passport
) -> None:
    put(client, persona=PERSONA)
    assert is_failed(client, catalogue, passport)
    assert not is_failed(client, catalogue, passport, NOBODY)


def test_a_failure_is_for_one_sender_alone(client: FlaskClient, catalogue: Catalogue, passport: Passport) -> None:
    put(client, sender="another")
    assert not is_failed(client, catalogue, passport)
    put(client, sender=SENDER)
    assert is_failed(client, catalogue, passport)


def test_a_sender_of_the_asynchronous_channel_is_known_too(client: FlaskClient, catalogue: Catalogue) -> None:
    late = next(one for one in catalogue.passports.values() if one.protocol == "shep-async")
    message = async_request(catalogue, late)
    put(client, sender="another")
    assert client.post("/bip-async-wss-gost/", data=message).status_code == 200
    put(client, sender=SENDER)
    assert client.post("/bip-async-wss-gost/", data=message).status_code == 503


def test_a_part_of_the_exchanges_fails_by_chance(client: FlaskClient, catalogue: Catalogue, passport: Passport) -> None:
    put(client, probability=0.3)
    fallen = draws(client, catalogue, passport)
    assert 0.2 * ASKED < fallen.count("x") < 0.4 * ASKED
    assert "x." in fallen and "xx" in fallen


def test_the_same_seed_draws_the_same_and_another_seed_other_ones(catalogue: Catalogue, passport: Passport) -> None:
    seen = []
    for seed in (1, 1, 2):
        client = small_app(Settings(seed=seed)).test_client()
        put(client, probability=0.5)
        seen.append(draws(client, catalogue, passport, 40))
    assert seen[0] == seen[1] != seen[2]


def test_after_a_reset_the_draws_begin_anew(client: FlaskClient, catalogue: Catalogue, passport: Passport) -> None:
    seen = []
    for _ in range(2):
        put(client, probability=0.5)
        seen.append(draws(client, catalogue, passport, 40))
        assert client.post("/_mock/reset").status_code == 204
    assert seen[0] == seen[1]


def test_who_does_not_fall_meets_the_next_row_and_times_count_those_who_fail(
    client: FlaskClient, catalogue: Catalogue, passport: Passport
) -> None:
    put(client, probability=0.5, times=3)
    put(client, kind="status", code="X-1")
    assert draws(client, catalogue, passport, 40).count("x") == 3
    assert len(suite_of(client.application).failures.rows()) == 1


@pytest.mark.parametrize("probability", [0, -1, 1.01, True, "0.5", None, [], float("nan")])
def test_a_probability_is_a_number_above_nothing_and_at_most_one(client: FlaskClient, probability: object) -> None:
    told = client.post("/_mock/failures", json={"kind": "garbage", "probability": probability})
    assert (told.status_code, told.json) == (422, {"error": "probability is above 0 and at most 1"})


def test_a_persona_that_nobody_knows_is_refused(client: FlaskClient) -> None:
    told = client.post("/_mock/failures", json={"kind": "garbage", "persona": "nobody"})
    assert (told.status_code, told.json) == (422, {"error": "there is no such persona"})


def test_a_row_is_shown_as_it_was_put_and_names_no_person_of_a_persona(client: FlaskClient) -> None:
    put(client, persona=PERSONA, probability=0.25, sender=SENDER)
    told = client.get("/_mock/failures")
    (row,) = told.json or []
    assert (row["persona"], row["probability"], row["sender"]) == (PERSONA, 0.25, SENDER)
    assert IIN not in told.text
