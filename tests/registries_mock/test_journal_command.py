"""The command `journal` against a suite that really listens."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import requests
from click.testing import CliRunner, Result

from contracts.catalogue import Catalogue
from contracts.words import Protocol
from registries_mock.cli import main
from tests.registries_mock.small_world import listening, request_body, small_app


@pytest.fixture(scope="module")
def address(catalogue: Catalogue) -> Iterator[str]:
    """A suite that was asked once."""
    with listening(small_app()) as address:
        rest = next(one for one in catalogue.passports.values() if one.protocol is Protocol.REST)
        body = request_body(catalogue, rest)
        assert requests.post(f"{address}/rest/{rest.address}", data=body, timeout=10).status_code == 200
        yield address


def run(address: str, *words: str) -> Result:
    return CliRunner().invoke(main, ["journal", "--url", address, *words])


def test_exchanges_are_listed_a_line_each_or_as_json(address: str) -> None:
    heading, line = run(address).output.splitlines()
    assert heading.split()[:3] == ["number", "channel", "passport"] and line.split()[:2] == ["1", "rest"]
    (entry,) = json.loads(run(address, "--where", "channel=rest", "--where", "status=200", "--json").output)
    assert entry["number"] == 1
    assert json.loads(run(address, "--where", "channel=soap", "--json").output) == []


def test_one_exchange_is_shown_whole(address: str) -> None:
    assert json.loads(run(address, "1").output)["reply"]
    assert run(address, "77").output.startswith("suite-refuses: there is no such exchange")


def test_a_wait_that_ends_without_it_shows_the_nearest_and_fails(address: str) -> None:
    assert run(address, "--where", "done=true", "--wait", "5").exit_code == 0
    missed = run(address, "--where", "sender=nobody", "--wait", "0.1")
    assert missed.exit_code == 1
    assert "not-exchanged" in missed.output and "nearest: 1" in missed.output


def test_what_cannot_be_asked_is_told(address: str) -> None:
    assert run(address, "--where", "colour=red").exit_code == 2
    assert run(address, "1", "--wait", "1").exit_code == 2
    assert run("http://127.0.0.1:9").output.startswith("suite-missing: no suite answers")
