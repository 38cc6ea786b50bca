"""`asp-gateway doctor`: what is there is told, what is amiss is an exit code, and nothing is made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from contracts.errors import SettingInvalid
from gateway.cli import main
from gateway.cli.doctor import LOOKS
from gateway.settings import read_settings
from gateway.wiring import open_gateway
from registries_mock.ca.commands import ca
from signing.gost.choosing import describe_backend


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    issued = ["issue", "--ca", str(folder / "ca"), "--bin", "990140009992", "--password", "mock-password"]
    for words in (
        ["init", "--out", str(folder / "ca")],
        [*issued, "--role", "information-system", "--out", str(folder / "organisation.p12")],
        [*issued, "--role", "expired", "--iin", "900314499010", "--out", str(folder / "expired.p12")],
    ):
        assert CliRunner().invoke(ca, words).exit_code == 0
    return folder


def examine(house: Path, **changes: str) -> tuple[int, list[dict[str, Any]]]:
    environ = {
        "ASP_DATABASE_URL": f"sqlite:///{house / 'none.db'}",
        "ASP_TRUST_FOLDER": str(house / "ca" / "trust"),
        "ASP_SHEP_KEY_FILE": str(house / "organisation.p12"),
        "ASP_PAYLOAD_KEY_FILE": str(house / "organisation.p12"),
    }
    result = CliRunner().invoke(main, ["doctor", "--json"], env=environ | changes)
    told: list[dict[str, Any]] = json.loads(result.output)
    return result.exit_code, told


def states(told: list[dict[str, Any]], subject: str) -> list[str]:
    return [one["state"] for one in told if one["subject"] == subject]


def test_a_sound_house_has_no_fault_and_nothing_is_made(house: Path) -> None:
    before = sorted(house.rglob("*"))
    code, told = examine(house)
    assert (code, [one for one in told if one["state"] == "fault"]) == (0, [])
    assert sorted(house.rglob("*")) == before
    assert {one["subject"] for one in told} >= {"gost", "trust", "bus key", "payload key", "revocation", "database"}


AUTOMATIC = """version = "own"
[[rule]]
id = "letter.signing"
value = "automatic"
options = ["specialist", "automatic"]
clause = "c"
source = "s"
confidence = 4
valid_from = 2024-01-01
"""


def test_letters_that_are_signed_automatically_without_a_key_are_a_fault_and_the_gateway_does_not_start(
    house: Path, tmp_path: Path
) -> None:
    (tmp_path / "legal").mkdir()
    (tmp_path / "legal" / "rules.toml").write_text(AUTOMATIC, encoding="utf-8")
    own = {"ASP_PASSPORTS": str(tmp_path)}
    assert [one["detail"] for one in examine(house, **own)[1] if one["subject"] == "letters"] == [
        "signed automatically for asp"
    ]
    _, told = examine(house, **own, ASP_PAYLOAD_KEY_FILE="none.p12")
    (fault,) = [one for one in told if one["subject"] == "letters"]
    assert fault["state"] == "fault"
    assert "letter.signing is automatic for asp" in fault["detail"] and "ASP_PAYLOAD_KEY_FILE" in fault["detail"]
    environ = {
        "ASP_DATABASE_URL": f"sqlite:///{tmp_path / 'store.db'}", "ASP_KEY_FILE": str(tmp_path / "own.key"),
        "ASP_TRUST_FOLDER": str(house / "ca" / "trust"), "ASP_PAYLOAD_KEY_FILE": "none.p12",
        "ASP_SHEP_KEY_FILE": str(house / "organisation.p12"), **own,
    }  # fmt: skip
    with pytest.raises(SettingInvalid, match=r"letter\.signing"), open_gateway(read_settings(environ)):
        pass


def test_it_says_which_library_computes_gost(house: Path) -> None:
    (found,) = [one for one in examine(house)[1] if one["subject"] == "gost"]
    assert found["detail"] == describe_backend()


def test_what_is_fit_for_trying_out_alone_is_a_warning(house: Path) -> None:
    told = examine(house, ASP_SHEP_KEY_FILE="none")[1]
    assert "warning" in states(told, "trust")
    assert states(told, "bus key") == states(told, "revocation") == ["warning"]


@pytest.mark.parametrize(("changes", "subject"), [
    ({"ASP_TRUST_FOLDER": "none"}, "trust"),
    ({"ASP_SHEP_KEY_FILE": "none.p12"}, "bus key"),
    ({"ASP_SHEP_KEY_PASSWORD": "wrong"}, "bus key"),
    ({"ASP_PAYLOAD_KEY_FILE": "none.p12"}, "payload key"),
    ({"ASP_SHEP_CERTIFICATES": "none"}, "bus certificates"),
    ({"ASP_DATABASE_URL": "nonsense"}, "database"),
])  # fmt: skip
def test_what_is_at_fault_is_told_and_does_not_hide_the_rest(
    house: Path, changes: dict[str, str], subject: str
) -> None:
    code, told = examine(house, **changes)
    assert (code, states(told, subject)) == (1, ["fault"])
    assert len({one["subject"] for one in told}) >= len(LOOKS) - 1


def test_a_key_that_is_out_of_force_is_a_fault(house: Path) -> None:
    code, told = examine(house, ASP_SHEP_KEY_FILE=str(house / "expired.p12"))
    assert (code, states(told, "bus key")) == (1, ["fault"])


def test_a_person_reads_a_line_for_each(house: Path) -> None:
    result = CliRunner().invoke(main, ["doctor"], env={"ASP_TRUST_FOLDER": "production"})
    assert "ok       trust" in result.output
    assert all(line.split()[0] in ("ok", "warning", "fault") for line in result.output.splitlines())
