"""Passports made and added by the commands alone are served by the mock, asked by the gateway, and by other clients."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import requests
import zeep
from click.testing import CliRunner

from contracts.words import Protocol
from registries_mock.cli import main
from tests.end_to_end.test_own_rows import house_over
from tests.support.authority import Registrar
from tests.support.deployment import add_row
from tests.support.house import parts_of

FIRST_NUMBER = 25


def run(*words: str | Path) -> None:
    result = CliRunner().invoke(main, ["passport", *map(str, words)])
    assert result.exit_code == 0, result.output


def add_all(folder: Path, place: Path) -> dict[int, str]:
    """A passport of each protocol in the folder, each with a row that asks it; their keys by the row's number."""
    keys = {}
    for number, protocol in enumerate(Protocol, FIRST_NUMBER):
        keys[number] = key = f"card-{protocol}"
        run("new", key, "--protocol", protocol, "--in", place)
        run("add", place / key, "--to", folder)
        add_row(folder, "asp", number, key.replace("-", "_"), key, f"person.{key.replace('-', '_')}[]")
    return keys


def test_a_passport_of_each_protocol_is_followed_by_mock_and_gateway(registrar: Registrar, tmp_path: Path) -> None:
    folder = tmp_path / "deployment"
    keys = add_all(folder, tmp_path)
    with house_over(folder, registrar, tmp_path) as house:
        application = house.mock.application("lone-pensioner")
        dossier = house.gather(application)
        told = {part["number"]: part for part in parts_of(dossier) if part["number"] in keys}
        assert {number: (part["passport"], part["outcome"]) for number, part in told.items()} == {
            number: (key, "found") for number, key in keys.items()
        }
        iin = application["applicant"]["iin"]
        for number, key in keys.items():
            (card,) = told[number]["answer"]["person"][key.replace("-", "_")]
            assert card.keys() == {"number", "issued_on", "kind"}
            assert card["kind"]["value"] in ("ordinary", "special")
            seen = {Protocol.SOAP: ask_zeep, Protocol.REST: ask_rest}.get(Protocol(key.removeprefix("card-")))
            if seen is not None:
                assert seen(f"{house.mock.url}/{Protocol(key.removeprefix('card-'))}/{key}", iin) == card["number"]
        house.mock.fail(kind="no_record", passport="card-soap")
        again = {part["number"]: part["outcome"] for part in parts_of(house.gather(application))}
        assert {again[number] for number, key in keys.items() if key == "card-soap"} == {"no_record"}


def ask_zeep(address: str, iin: str) -> Any:
    """The number of the card, as an independent SOAP stack reads it by the WSDL that is served."""
    answer = zeep.Client(f"{address}?wsdl").service.ask(requestId="1", iin=iin)
    assert answer.iin == iin
    return answer.card[0].number


def ask_rest(address: str, iin: str) -> Any:
    answer = requests.post(address, json={"requestId": "1", "iin": iin}, timeout=20).json()
    assert answer["iin"] == iin
    return answer["cards"][0]["number"]
