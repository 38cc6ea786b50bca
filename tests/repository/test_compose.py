"""compose.yaml is made of what there is: stages of the Dockerfile, commands, options and settings of the programs."""

from __future__ import annotations

import re
import shlex
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from gateway.setting_rows import PREFIX, TABLE
from gateway.settings import read_settings
from tests.repository.files import ROOT
from tests.repository.test_images import stages

PROGRAMS = {"asp-gateway": "gateway.cli", "registries-mock": "registries_mock.cli"}


def load() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return loaded


COMPOSED = load()
SERVICES: dict[str, dict[str, Any]] = COMPOSED["services"]
OURS = sorted(name for name, service in SERVICES.items() if "build" in service)


def program_of(service: dict[str, Any]) -> str:
    """The command that the image of a service begins with."""
    ((entry,),) = [words for words in (stages()[service["build"]["target"]].all("ENTRYPOINT"))]
    return str(entry.strip('[]"'))


def lines_of(service: dict[str, Any]) -> list[list[str]]:
    """The commands that a service runs, each as the words behind the program's name, which comes first."""
    if "entrypoint" in service:
        (script,) = service["command"]
        found = re.findall(r"((?:asp-gateway|registries-mock) [^\n|&]*)", script)
        return [shlex.split(line) for line in found]
    return [[program_of(service), *service["command"]]]


@pytest.mark.parametrize("name", OURS)
def test_a_service_runs_a_command_that_exists_with_options_that_it_knows(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "var" / "ca").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    lines = lines_of(SERVICES[name])
    assert lines
    for program, *words in lines:
        command: click.Command = import_module(PROGRAMS[program]).main
        while isinstance(command, click.Group):
            found = command.get_command(click.Context(command), words.pop(0))
            assert found is not None, f"{name} runs a command that {program} has not"
            command = found
        # Raises UsageError for an option or a value that is none; nothing is run.
        command.make_context(name, words)


@pytest.mark.parametrize("name", OURS)
def test_a_service_is_told_settings_that_there_are_and_that_fit_together(name: str) -> None:
    told = {key: value for key, value in SERVICES[name].get("environment", {}).items() if key.startswith(PREFIX)}
    assert told.keys() <= {row.variable for row in TABLE}
    assert all(isinstance(value, str) for value in told.values())
    read_settings(told)


def test_two_gateways_and_two_workers_share_one_database_and_the_quotas() -> None:
    both = [SERVICES["gateway"], SERVICES["worker"]]
    assert [service["deploy"]["replicas"] for service in both] == [2, 2]
    settings = [read_settings(service["environment"]) for service in both]
    assert {one.engine for one in settings} == {"distributed"}
    assert {one.quota_share for one in settings} == {4}
    assert len({one.database_url for one in settings}) == 1
    assert SERVICES["gateway"]["ports"] == ["127.0.0.1:8080-8081:8080"]


def test_the_database_that_is_named_is_the_one_that_is_made() -> None:
    made = SERVICES["database"]["environment"]
    url = (
        f"postgresql+psycopg://{made['POSTGRES_USER']}:{made['POSTGRES_PASSWORD']}@database:5432/{made['POSTGRES_DB']}"
    )
    assert SERVICES["worker"]["environment"]["ASP_DATABASE_URL"] == url


def test_every_address_names_a_service_and_a_port_that_it_listens_on() -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:http://|@)([a-z]+):(\d+)/", text))
    assert named == {("mocks", "8088"), ("gateway", "8080"), ("database", "5432")}
    for name in ("mocks", "gateway"):
        words = SERVICES[name]["command"]
        assert (name, words[words.index("--port") + 1]) in named
        assert words[words.index("--host") + 1] == "0.0.0.0"  # noqa: S104 - inside the container's own network


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_what_a_service_waits_for_and_keeps_is_there(name: str) -> None:
    service = SERVICES[name]
    assert service.get("depends_on", {}).keys() <= SERVICES.keys()
    assert {volume.partition(":")[0] for volume in service.get("volumes", ())} <= COMPOSED["volumes"].keys()
    for other, how in service.get("depends_on", {}).items():
        healthy = how["condition"] == "service_healthy"
        assert healthy is ("healthcheck" in SERVICES[other])


def test_a_worker_is_given_longer_to_stop_than_it_waits_for_its_rounds() -> None:
    service = SERVICES["worker"]
    seconds = int(service["stop_grace_period"].removesuffix("s"))
    assert seconds > read_settings(service["environment"]).grace_seconds + 30


def test_who_is_looked_after_is_asked_whether_it_is_ready_and_what_ends_is_begun_again() -> None:
    (probe,) = [word for word in SERVICES["gateway"]["healthcheck"]["test"] if "urlopen" in word]
    assert "http://127.0.0.1:8080/health/ready" in probe
    compile(probe, "probe", "exec")
    lasting = SERVICES.keys() - {"authority"}
    assert {SERVICES[name].get("restart") for name in lasting} == {"unless-stopped"}
