"""`asp-gateway doctor`: what is there is told, what is amiss is an exit code, and nothing is made."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from adapters.ports import Deadline
from contracts.catalogue import load_catalogue
from contracts.errors import SettingInvalid
from gateway.cli import main
from gateway.cli.doctoring import findings
from gateway.cli.doctoring.findings import Finding, Visit, judge_end
from gateway.cli.doctoring.looks import LOOKS
from gateway.settings import read_settings
from gateway.store.database import Database
from gateway.store.job_queue import JobQueue
from gateway.store.key_check import refuse_other_key
from gateway.store.sealing import Sealer
from gateway.wiring import open_gateway
from registries_mock.ca.commands import ca
from signing.gost.choosing import describe_backend
from tests.adapters.stub_server import Asked, Conversation, StubServer, always, serving
from tests.support.databases import POSTGRESQL, open_url, place_tables


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


@pytest.fixture(scope="module", autouse=True)
def contour() -> Iterator[StubServer]:
    """Where every registry is called on in this file, and answers."""
    with serving(always(b"HTTP/1.1 405 No\r\nContent-Length: 0\r\n\r\n")) as server:
        CONTOUR.update(dict.fromkeys(WAYS, server.url))
        yield server


WAYS = ("ASP_SHEP_SYNC_URL", "ASP_SHEP_ASYNC_URL", "ASP_SOAP_BASE", "ASP_REST_BASE")
CONTOUR: dict[str, str] = {}


def examine(house: Path, *words: str, **changes: str) -> tuple[int, list[dict[str, Any]]]:
    environ = CONTOUR | {
        "ASP_DATABASE_URL": f"sqlite:///{house / 'none.db'}",
        "ASP_TRUST_FOLDER": str(house / "ca" / "trust"),
        "ASP_SHEP_KEY_FILE": str(house / "organisation.p12"),
        "ASP_PAYLOAD_KEY_FILE": str(house / "organisation.p12"),
    }
    result = CliRunner().invoke(main, ["doctor", "--json", *words], env=environ | changes)
    told: list[dict[str, Any]] = json.loads(result.stdout)
    return result.exit_code, told


def states(told: list[dict[str, Any]], subject: str) -> list[str]:
    return [one["state"] for one in told if one["subject"] == subject]


def test_a_sound_house_has_no_fault_and_nothing_is_made(house: Path) -> None:
    before = sorted(house.rglob("*"))
    code, told = examine(house)
    assert (code, [one for one in told if one["state"] == "fault"]) == (0, [])
    assert sorted(house.rglob("*")) == before
    subjects = {one["subject"] for one in told}
    assert subjects >= {"settings", "gost", "trust", "bus key", "payload key", "revocation", "disk", "database"}
    registries = {passport.registry for passport in load_catalogue().passports.values()}
    assert {f"registry {registry}" for registry in registries} <= subjects


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
    ({"ASP_DATABASE_URL": "postgresql+psycopg://a:b@127.0.0.1:54x/x"}, "database"),
])  # fmt: skip
def test_what_is_at_fault_is_told_and_does_not_hide_the_rest(
    house: Path, changes: dict[str, str], subject: str
) -> None:
    code, told = examine(house, **changes)
    assert (code, states(told, subject)) == (1, ["fault"])
    assert len({one["subject"] for one in told}) >= len(LOOKS) - 1


def test_a_look_that_breaks_is_a_fault_of_ours_and_hides_no_other() -> None:
    def look_at_nothing(_: Visit) -> Iterator[Finding]:
        raise ZeroDivisionError("PRIVATE")

    def look_at_all(_: Visit) -> Iterator[Finding]:
        yield Finding("all", "ok", "well")

    visit = Visit(read_settings({}), datetime(2026, 11, 2, tzinfo=UTC), Deadline(10))
    broken, well = findings.examine((look_at_nothing, look_at_all), visit)
    assert (broken.subject, broken.state, well.state) == ("nothing", "fault", "ok")
    assert "ZeroDivisionError" in broken.detail and "PRIVATE" not in broken.detail


def test_a_key_that_is_not_the_databases_is_a_fault(house: Path, tmp_path: Path) -> None:
    url = place_tables(tmp_path / "gateway.db")
    for name, key in (("own", bytes(32)), ("other", bytes(range(32)))):
        (tmp_path / name).write_bytes(base64.b64encode(key))
        (tmp_path / name).chmod(0o600)
    with Database(url) as database:
        refuse_other_key(database, Sealer.from_file(tmp_path / "own"))
    for name, state in (("own", "ok"), ("other", "fault"), ("none", "fault")):
        told = examine(house, ASP_DATABASE_URL=url, ASP_KEY_FILE=str(tmp_path / name))[1]
        assert states(told, "database's key") == [state]
    assert not (tmp_path / "none").exists()


def test_a_setting_that_was_mistyped_is_a_warning(house: Path) -> None:
    code, told = examine(house, ASP_ORGANISATON_BIN="PRIVATE")
    (found,) = [one for one in told if one["subject"] == "variable ASP_ORGANISATON_BIN"]
    assert (code, found["state"]) == (0, "warning")
    assert "ASP_ORGANISATION_BIN?" in found["detail"] and "PRIVATE" not in found["detail"]


def test_a_sealing_key_that_cannot_be_read_hides_nothing_of_the_database(house: Path, tmp_path: Path) -> None:
    (tmp_path / "broken").write_text("no key at all", encoding="ascii")
    url = place_tables(tmp_path / "gateway.db")
    told = examine(house, ASP_DATABASE_URL=url, ASP_KEY_FILE=str(tmp_path / "broken"))[1]
    found = [states(told, subject) for subject in ("sealing key", "database", "database's key", "clock")]
    assert found == [["fault"], ["ok"], ["fault"], ["ok"]]


def test_a_key_that_is_out_of_force_is_a_fault(house: Path) -> None:
    code, told = examine(house, ASP_SHEP_KEY_FILE=str(house / "expired.p12"))
    assert (code, states(told, "bus key")) == (1, ["fault"])


def test_a_person_reads_a_line_for_each(house: Path) -> None:
    result = CliRunner().invoke(main, ["doctor"], env=CONTOUR | {"ASP_TRUST_FOLDER": "production"})
    assert re.search(r"^(ok|warning) +trust ", result.output, re.MULTILINE)
    assert all(line.split()[0] in ("ok", "warning", "fault") for line in result.output.splitlines())


def test_a_registry_that_is_called_on_gets_neither_key_nor_question(house: Path, contour: StubServer) -> None:
    contour.asked.clear()
    examine(house, ASP_API_KEYS="aisoip=invented-key")
    assert contour.asked
    for asked in contour.asked:
        assert asked.head.startswith("HEAD /") and asked.body == b""
        assert "invented-key" not in asked.head and "Authorization" not in asked.head


@pytest.mark.parametrize(("hangs", "ways"), [(False, WAYS[3:]), (True, WAYS[3:]), (True, WAYS)])
def test_registries_that_cannot_be_reached_are_faults_each_and_told_in_time(
    house: Path, hangs: bool, ways: tuple[str, ...]
) -> None:
    """All that hang take no longer than one."""
    with serving(lambda asked, conversation: conversation.stall()) as silent:
        url = silent.url if hangs else "http://127.0.0.1:1/"
        began = time.monotonic()
        code, told = examine(house, "--seconds", "4", **dict.fromkeys(ways, url))
        assert time.monotonic() - began < 10
    away = {p.registry for p in load_catalogue().passports.values() if p.protocol == "rest" or ways == WAYS}
    assert len(away) == 1 or ways == WAYS
    assert code == 1
    assert {one["subject"] for one in told if one["state"] == "fault"} == {f"registry {name}" for name in away}


def test_a_database_that_hangs_hides_nothing_and_holds_nobody_up(house: Path) -> None:
    with serving(lambda asked, conversation: conversation.stall()) as silent:
        port = silent.url.rstrip("/").rpartition(":")[2]
        began = time.monotonic()
        code, told = examine(
            house, "--seconds", "2", ASP_DATABASE_URL=f"postgresql+psycopg://u:secret@127.0.0.1:{port}/x"
        )
        assert time.monotonic() - began < 6
    assert (code, states(told, "database")) == (1, ["fault"])
    assert "ok" in states(told, "bus key")
    assert "secret" not in str(told)


@pytest.mark.parametrize(("off", "state"), [(0, "ok"), (3600, "warning"), (-3600, "warning")])
def test_a_clock_that_is_not_that_of_the_registries_servers_is_told(house: Path, off: int, state: str) -> None:
    def date(asked: Asked, conversation: Conversation) -> bytes:
        at = format_datetime(datetime.now(UTC) + timedelta(seconds=off), usegmt=True)  # noqa: TID251 (a server's own)
        return f"HTTP/1.1 200 OK\r\nDate: {at}\r\nContent-Length: 0\r\n\r\n".encode()

    with serving(date) as server:
        told = examine(house, **dict.fromkeys(WAYS, server.url))[1]
    assert states(told, "clock") == [state]


def test_a_certificate_that_runs_out_soon_is_a_warning_and_one_that_has_is_a_fault() -> None:
    at = datetime(2026, 11, 2, tzinfo=UTC)
    told = [judge_end(at + timedelta(days=days), at) for days in (-1, 0, 1, 29, 31)]
    assert told == ["fault", "fault", "warning", "warning", "ok"]


@pytest.mark.needs_postgresql
def test_a_database_with_a_clock_of_its_own_is_compared_with_ours(house: Path, tmp_path: Path) -> None:
    with open_url(POSTGRESQL, tmp_path) as url:
        told = examine(house, ASP_DATABASE_URL=url)[1]
    assert (states(told, "database"), states(told, "clock")) == (["ok"], ["ok"])
    assert states(told, "workers") == []


@pytest.mark.needs_postgresql
def test_a_fleet_in_which_nobody_takes_jobs_is_a_warning(house: Path, tmp_path: Path) -> None:
    with open_url(POSTGRESQL, tmp_path) as url:
        fleet = {"ASP_DATABASE_URL": url, "ASP_ENGINE": "distributed"}
        assert states(examine(house, **fleet)[1], "workers") == ["ok"], "nobody made the tables yet"
        with Database(url) as database:
            JobQueue().prepare(database)
            assert states(examine(house, **fleet)[1], "workers") == ["warning"]
            database.write(lambda c: c.execute(text("insert into procrastinate_workers default values")))
            assert states(examine(house, **fleet)[1], "workers") == ["ok"]
