"""The public client of NCALayer (ncalayer-js-client), unmodified, is a witness: the mock gives it what it asks for."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from registries_mock.ncalayer.behaviours import BY_NAME
from signing.cms.verifying import verify_cms
from signing.verdict import Stage, Status
from signing.xmldsig.verifying import verify_enveloped
from tests.registries_mock.ncalayer.running import IIN, persona, policy, running

pytestmark = pytest.mark.needs_node
CLIENT = Path(__file__).parent / "client"
TEXT = b"12 adults"
DATA = base64.b64encode(TEXT).decode("ascii")
DOCUMENT = "<tag>data</tag>"
BY_ALGORITHM = pytest.mark.parametrize("algorithm", ["rsa", "gost2015"])
SIGNER = {"extKeyUsageOids": ["1.3.6.1.5.5.7.3.4", "1.2.398.3.3.4.1.1"], "iin": IIN, "chain": []}


@pytest.fixture(autouse=True)
def client_is_installed() -> None:
    if not (CLIENT / "node_modules" / "ncalayer-js-client").is_dir():
        pytest.skip("the public client is not installed: `npm ci` in tests/registries_mock/ncalayer/client")


def call(address: str, *calls: list[Any]) -> list[dict[str, Any]]:
    """What the client makes of the answers: `connect`, then each call in turn."""
    wanted = json.dumps([["connect"], *calls])
    command = ["node", "drive.js", address, wanted]
    done = subprocess.run(command, cwd=CLIENT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    told: list[dict[str, Any]] = json.loads(done.stdout)
    return told


def results(address: str, *calls: list[Any]) -> list[Any]:
    return [one["result"] for one in call(address, *calls)]


@BY_ALGORITHM
def test_everything_that_it_signs_by_common_utils_holds(algorithm: str, tmp_path: Path) -> None:
    judge = policy(tmp_path)
    with running(persona(algorithm)) as address:
        version, tokens, info, cades, stamped, xml, xmls, locale = results(
            address,
            ["getActiveTokens"],
            ["getKeyInfo", "!!fileStorageType"],
            ["createCAdESFromBase64", "!!fileStorageType", DATA, "SIGNATURE", True],
            ["createCMSSignatureFromBase64", "!!fileStorageType", DATA],
            ["signXml", "!!fileStorageType", DOCUMENT],
            ["signXmls", "!!fileStorageType", [DOCUMENT, DOCUMENT]],
            ["changeLocale", "kk"],
        )
    assert (version, tokens, locale) == ("1.4", [], None)
    assert f"IIN{IIN}" in info["subjectDn"]
    assert verify_cms(cades.encode(), judge).content == TEXT
    verdict = verify_cms(stamped.encode(), judge, TEXT)
    assert verdict.passed
    assert verdict.signers[0].stages[Stage.TIMESTAMP].status is Status.PASSED
    assert all(verify_enveloped(one.encode(), judge).passed for one in [xml, *xmls])


@BY_ALGORITHM
def test_everything_that_it_signs_by_basics_holds(algorithm: str, tmp_path: Path) -> None:
    judge = policy(tmp_path)
    with running(persona(algorithm)) as address:
        _, attached, detached, many, xml = results(
            address,
            ["basicsSignCMS", "!!basicsStorageAll", DATA, "!!basicsCMSParamsAttached", SIGNER],
            ["basicsSignCMS", "!!basicsStoragePKCS12", DATA, "!!basicsCMSParamsDetachedNoTSP", "!!basicsSignerTestAny"],
            ["basicsSignCMS", "!!basicsStorageAll", [DATA, DATA], "!!basicsCMSParamsAttached", "!!basicsSignerSignAny"],
            ["basicsSignXML", "!!basicsStorageAll", DOCUMENT, "!!basicsXMLParams", "!!basicsSignerSignPerson"],
        )
    assert verify_cms(attached.encode(), judge).content == TEXT
    assert verify_cms(detached.encode(), judge, TEXT).passed
    assert [verify_cms(one.encode(), judge).content for one in many] == [TEXT, TEXT]
    (signed,) = xml
    assert verify_enveloped(signed.encode(), judge).content == DOCUMENT.encode()


def test_it_understands_that_the_user_canceled() -> None:
    basics = ["basicsSignCMS", None, DATA, "!!basicsCMSParamsAttached", "!!basicsSignerAny"]
    with running(behaviour=BY_NAME["canceled"]) as address:
        _, utils, signed = call(address, ["getKeyInfo", "PKCS12"], basics)
    assert utils["error"] == "500: action.canceled"
    assert signed == {"error": "cancelled by user", "canceled": True}


def test_it_understands_that_nothing_is_offered_to_it() -> None:
    asked = ["basicsSignCMS", "!!basicsStorageHardware", DATA, "!!basicsCMSParamsAttached", "!!basicsSignerAny"]
    with running() as address:
        _, told = call(address, asked)
    assert told["canceled"] is True


def test_it_gets_errors_in_the_words_that_its_own_recordings_have() -> None:
    asked = ["basicsSignCMS", None, DATA, 555, "!!basicsSignerAny"]
    with running() as address:
        _, utils, basics = call(address, ["getKeyInfo", 1], asked)
    mistyped = "java.lang.IllegalArgumentException: argument type mismatch. Method: getKeyInfo"
    assert utils["error"] == f"500: {mistyped}"
    told = 'org.json.JSONException: JSONObject["signingParams"] is not a JSONObject.'
    assert basics["error"] == f"INVOCATION_ERROR: An invoked method threw an exception. ({told})"


@pytest.mark.parametrize(
    ("name", "words"),
    [("not-running", "Ошибка взаимодействия с NCALayer."), ("closed-socket", "NCALayer закрыл соединение.")],
)
def test_it_says_that_the_program_is_gone(name: str, words: str) -> None:
    with running(behaviour=BY_NAME[name]) as address:
        told = call(address, ["getKeyInfo", "PKCS12"])
    assert words in next(one["error"] for one in told if "error" in one)


def test_an_old_version_has_no_basics_for_it() -> None:
    asked = ["basicsSignCMS", None, DATA, "!!basicsCMSParamsAttached", "!!basicsSignerAny"]
    with running(behaviour=BY_NAME["old-version"]) as address:
        greeting, told = call(address, asked)
    assert greeting["result"] == "1.2"
    assert "error" in told
