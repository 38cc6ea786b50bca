"""`submit` and `dossier` against a served API: real signatures, real HTTP, exit codes."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from gateway.api.server import open_server
from gateway.cli import main
from signing.cms.verifying import verify_cms
from signing.policy import Policy
from tests.gateway.api.bench import Bench
from tests.gateway.sample_case import encode, make_application
from tests.signing import pki
from tests.support.serving import serve


@pytest.fixture
def served() -> Iterator[tuple[Bench, str]]:
    bench = Bench()
    server = open_server(bench.app, host="127.0.0.1", port=0, threads=2, max_body_bytes=100_000)
    with serve(server) as url:
        yield bench, url


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    person = pki.person()
    file = tmp_path / "key.p12"
    bag = pkcs12.serialize_key_and_certificates(b"key", person.key, person.x509, None, BestAvailableEncryption(b"pass"))
    file.write_bytes(bag)
    return file


def run(*words: str, key: str, url: str = "http://127.0.0.1:9", password: str | None = None) -> Result:
    environ = {"ASP_CLIENT_KEY": key, "ASP_KEY_PASSWORD": "pass" if password is None else password, "ASP_URL": url}
    return CliRunner().invoke(main, words, env=environ)


def test_a_file_is_signed_as_it_is_and_submitted(served: tuple[Bench, str], key_file: Path, tmp_path: Path) -> None:
    bench, url = served
    file = tmp_path / "application.json"
    file.write_bytes(encode(make_application()) + b"\r\n")
    result = run("submit", str(file), "--key", str(key_file), "--idempotency-key", "one", key=bench.portal_key, url=url)
    assert result.exit_code == 0, result.output
    stored = bench.store.read(json.loads(result.output)["id"])
    assert stored.body == file.read_bytes()
    verdict = verify_cms(stored.signature, Policy(pki.trust(), pki.AT), stored.body)
    assert verdict.passed


def test_a_refusal_is_shown_and_is_exit_code_1(served: tuple[Bench, str], key_file: Path, tmp_path: Path) -> None:
    bench, url = served
    file = tmp_path / "application.json"
    file.write_bytes(b"{}")
    result = run("submit", str(file), "--key", str(key_file), key=bench.portal_key, url=url)
    assert result.exit_code == 1
    assert "missing-field" in result.output
    assert not bench.store.applications


def test_a_dossier_is_fetched_and_written(served: tuple[Bench, str], tmp_path: Path) -> None:
    bench, url = served
    application_id = bench.submit(bench.portal_key).get_json()["id"]
    assert json.loads(run("dossier", application_id, key=bench.center_key, url=url).output)["id"] == application_id
    out = tmp_path / "deep" / "dossier.html"
    result = run("dossier", application_id, "--format", "html", "--out", str(out), key=bench.center_key, url=url)
    assert result.exit_code == 0
    assert out.read_text(encoding="utf-8").startswith("<p>")
    refused = run("dossier", application_id, key=bench.portal_key, url=url)
    assert refused.exit_code == 1
    assert "not-allowed" in refused.output


@pytest.mark.parametrize("password", ["wrong", ""])
def test_a_wrong_password_is_told_before_anything_is_sent(key_file: Path, tmp_path: Path, password: str) -> None:
    file = tmp_path / "application.json"
    file.write_bytes(b"{}")
    result = run("submit", str(file), "--key", str(key_file), key="k", password=password)
    assert result.exit_code in (1, 2)
    assert base64.b64encode(b"{}").decode() not in result.output


def test_no_gateway_is_one_line_and_exit_code_1() -> None:
    result = run("dossier", "app_1", key="k")
    assert result.exit_code == 1
    assert result.output.startswith("call-failed: no answer came")
