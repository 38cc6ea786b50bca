"""The commands: help from one table, exit codes, and checks that answer without a gateway."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from gateway.cli import COMMANDS, main
from gateway.pages import PAGES, walk_commands
from gateway.setting_rows import TABLE
from tests.gateway.sample_case import APPLICANT_IIN, make_iban
from tests.repository.files import ROOT

ALL = [(name, command) for name, command in walk_commands(main, "asp-gateway")]
names = pytest.mark.parametrize("name", [name for name, _ in ALL])


def run(*words: str, **environ: str) -> Result:
    return CliRunner().invoke(main, words, env=environ)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_made_from_a_table_is_fresh(page: str) -> None:
    made = PAGES[page]()
    assert (ROOT / "docs" / page).read_text(encoding="utf-8") == made, "run: python -m gateway.pages docs"


@names
def test_every_command_explains_itself(name: str) -> None:
    result = run(*name.split()[1:], "--help")
    assert result.exit_code == 0
    assert f"Usage: main {' '.join(name.split()[1:])}".rstrip() in result.output


def test_every_option_says_what_it_is_for() -> None:
    silent = [
        f"{name} {option.opts[0]}"
        for name, command in ALL
        for option in command.params
        if isinstance(option, click.Option) and not option.help and not isinstance(option.type, click.Choice)
    ]
    assert not silent


def test_the_table_of_commands_is_all_that_there_is() -> None:
    assert {name.split()[1] for name, _ in ALL if len(name.split()) == 2} == set(COMMANDS)
    assert run("none").exit_code == 2


def test_a_secret_has_no_option_for_all_to_see() -> None:
    options = {option for name, command in ALL for parameter in command.params for option in parameter.opts}
    assert not options & {row.option for row in TABLE if row.secret}


def test_help_loads_no_web_server_no_database_and_no_cryptography() -> None:
    code = (
        "import sys; from gateway.cli import main; main(['--help'], standalone_mode=False); "
        "print([m for m in ('flask', 'sqlalchemy', 'alembic', 'cryptography', 'zeep', 'schwifty') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stdout.splitlines()[-1] == "[]"


def test_an_iin_is_checked() -> None:
    good = run("iin", f"{APPLICANT_IIN[:6]} {APPLICANT_IIN[6:]}")
    assert (good.exit_code, good.output) == (0, "in order: 1990-01-01, female\n")
    assert json.loads(run("iin", APPLICANT_IIN, "--json").output)["birth_date"] == "1990-01-01"
    bad = run("iin", "111111111111")
    assert bad.exit_code == 1
    assert bad.output.startswith("iin-check-digit:")
    assert run("iin", "1", "--json").exit_code == 1
    assert run("iin").exit_code == 2


@pytest.mark.parametrize(
    ("iban", "code"),
    [
        (make_iban(), ""), (make_iban("125"), "iban-bank"), ("DE89370400440532013000", "iban-country"),
        ("KZ00601A000000000001", "iban-checksum"), (make_iban().replace("A", "А"), "iban-look-alike"),
    ],
)  # fmt: skip
def test_an_iban_is_checked(iban: str, code: str, own_catalogue: Path) -> None:
    plain = run("iban", iban, "--passports", str(own_catalogue))
    assert plain.exit_code == (1 if code else 0), plain.output
    assert plain.output.startswith(f"{code}:" if code else "in order:")
    assert json.loads(run("iban", iban, "--json", "--passports", str(own_catalogue)).output)["code"] == code


def test_an_unknown_service_is_a_mistake_of_use() -> None:
    assert run("iban", make_iban(), "--service", "none").exit_code == 2


def test_the_catalogue_is_printed_in_two_ways() -> None:
    rows = json.loads(run("requests", "--json").output)["requests"]
    assert [row["number"] for row in rows if row["service"] == "asp"] == list(range(1, 25))
    plain = run("requests").output
    assert all(row["title"]["ru"] in plain for row in rows)
    assert run("requests", "--json", "--markdown").exit_code == 2


def test_a_wrong_setting_is_told_in_one_line_before_anything_starts() -> None:
    result = run("serve", "--port", "x")
    assert result.exit_code == 2
    assert result.output == "setting-invalid: ASP_PORT: must be a whole number from 0 to 65535\n"
    assert run("clients", "list", ASP_ENVIRONMENT="production").exit_code == 2


def test_an_employees_key_shows_the_iin_as_a_mask_alone(tmp_path: Path) -> None:
    store = {"ASP_DATABASE_URL": f"sqlite:///{tmp_path / 'store.db'}", "ASP_KEY_FILE": str(tmp_path / "key")}
    person = ("--employee", "Иванова А. Б.", "--employee-iin", APPLICANT_IIN, "--role", "specialist")
    added = run("clients", "add", "--name", "Desk", "--kind", "provider", "--channel", "center", *person, **store)
    assert added.exit_code == 0, added.output
    listed = run("clients", "list", "--json", **store)
    assert json.loads(listed.output)[0]["employee"] == "Иванова А. Б."
    for result in (added, listed, run("clients", "list", **store)):
        assert "Иванова А. Б." in result.output
        assert APPLICANT_IIN not in result.output


@pytest.mark.parametrize(
    ("kind", "person", "said"),
    [
        ("portal", ("--employee", "Иванова А. Б.", "--employee-iin", APPLICANT_IIN), "--employee"),
        ("provider", ("--employee", "Иванова А. Б."), "--employee-iin"),
        ("provider", ("--employee", "Иванова А. Б.", "--employee-iin", f"{APPLICANT_IIN[:11]}x"), "--employee-iin"),
        ("provider", ("--employee", "И\n", "--employee-iin", APPLICANT_IIN), "--employee"),
        ("provider", ("--employee-iin", APPLICANT_IIN), "--employee-iin"),
        ("provider", ("--role", "specialist"), "--role"),
    ],
)
def test_a_person_who_cannot_be_a_keys_is_told_in_one_line(kind: str, person: tuple[str, ...], said: str) -> None:
    result = run("clients", "add", "--name", "Desk", "--kind", kind, "--channel", "center", *person)
    assert (result.exit_code, result.output.count("\n")) == (2, 1), result.output
    assert said in result.output
    assert APPLICANT_IIN not in result.output


@pytest.mark.parametrize("application_id", ["../x", "a b", "", "x" * 100])
def test_an_id_that_is_none_is_never_sent(application_id: str) -> None:
    assert run("dossier", application_id, "--client-key", "k").exit_code == 2
