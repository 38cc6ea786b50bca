"""`asp-gateway clients webhook`: set on named hosts alone, shown without its secret, removed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli import main

URL = "http://127.0.0.1:9000/events"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {
        "ASP_DATABASE_URL": f"sqlite:///{tmp_path / 'gateway.db'}",
        "ASP_KEY_FILE": str(tmp_path / "store.key"),
        "ASP_WEBHOOK_HOSTS": "127.0.0.1:9000",
    }


def run(environ: dict[str, str], *words: str) -> Result:
    return CliRunner().invoke(main, ["clients", *words], env=environ)


@pytest.fixture
def client_id(environ: dict[str, str]) -> str:
    added = run(environ, "add", "--name", "Portal", "--kind", "portal", "--channel", "portal", "--json")
    assert added.exit_code == 0, added.output
    return str(json.loads(added.output)["id"])


def test_it_is_set_shown_and_removed_and_the_secret_is_shown_once(environ: dict[str, str], client_id: str) -> None:
    told = json.loads(run(environ, "webhook", client_id, "--url", URL, "--json").output)
    assert told["url"] == URL
    assert len(told["secret"]) >= 40
    shown = run(environ, "webhook", client_id)
    assert f"url: {URL}" in shown.output
    assert "failing_since: none" in shown.output
    assert told["secret"] not in shown.output
    assert run(environ, "webhook", client_id, "--remove").exit_code == 0
    gone = run(environ, "webhook", client_id)
    assert (gone.exit_code, gone.output) == (1, "not-found: this client has no webhook\n")


@pytest.mark.parametrize("url", ["http://127.0.0.1:9001/events", "https://portal.test/", "http://me:x@127.0.0.1:9000/"])
def test_an_address_elsewhere_is_refused_and_nothing_is_set(environ: dict[str, str], client_id: str, url: str) -> None:
    refused = run(environ, "webhook", client_id, "--url", url)
    assert refused.exit_code == 2
    assert refused.output.startswith("webhook-address-refused: ")
    assert run(environ, "webhook", client_id).exit_code == 1


def test_url_and_remove_do_not_go_together(environ: dict[str, str], client_id: str) -> None:
    assert run(environ, "webhook", client_id, "--url", URL, "--remove").exit_code == 2


def test_an_unknown_client_gets_none(environ: dict[str, str]) -> None:
    assert run(environ, "webhook", "client_none", "--url", URL).output == "not-found: there is no such client\n"
