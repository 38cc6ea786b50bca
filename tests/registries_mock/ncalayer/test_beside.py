"""NCALayer beside the suite: one process, whose control API tells it how to behave, and whose authority it has."""

from __future__ import annotations

import base64
import signal
import subprocess
import sys
from pathlib import Path

import requests
from click.testing import CliRunner

from registries_mock.ca.authority import Authority
from registries_mock.cli import main
from registries_mock.clock import now
from signing.cms.verifying import verify_cms
from signing.policy import Policy
from signing.trust import TrustStore
from tests.registries_mock.ncalayer.running import IIN, PERSONA, ask_utils, greeted

COMMAND = [sys.executable, "-c", "from registries_mock.cli import main; main()", "serve", "--port", "0"]
DATA = base64.b64encode(b"12 adults").decode("ascii")


def test_it_signs_with_the_suites_authority_and_behaves_as_its_control_says(tmp_path: Path) -> None:
    Authority.create(now()).save(tmp_path)
    options = ["--ca", str(tmp_path), "--ncalayer", PERSONA, "--ncalayer-port", "0"]
    with subprocess.Popen([*COMMAND, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            layer, suite = (process.stdout.readline().split()[-1] for _ in range(2))
            control = f"{suite}/_mock/ncalayer"
            with greeted(layer) as page:
                arguments = ("PKCS12", "SIGNATURE", DATA, True)
                signature = ask_utils(page, "createCAdESFromBase64", *arguments)["responseObject"]
                told = requests.post(control, json={"behave": "canceled", "times": 1}, timeout=10)
                assert (told.status_code, told.json()["times"]) == (200, 1)
                assert ask_utils(page, "createCAdESFromBase64", *arguments)["message"] == "action.canceled"
                assert requests.get(control, timeout=10).json()["name"] == "obedient"
                assert requests.post(control, json={"behave": "well"}, timeout=10).status_code == 422
                assert requests.post(control, json=[], timeout=10).status_code == 422
                requests.post(control, json={"behave": "not-running"}, timeout=10)
                requests.post(f"{suite}/_mock/reset", timeout=10)
                assert requests.get(control, timeout=10).json()["name"] == "obedient"
                process.send_signal(signal.SIGTERM)
                assert process.communicate(timeout=20) == ("", "")
            assert process.returncode == 0
        finally:
            process.kill()
    verdict = verify_cms(signature.encode(), Policy(TrustStore.from_folder(tmp_path / "trust"), now()))
    assert verdict.passed
    assert verdict.signers[0].signer is not None
    assert verdict.signers[0].signer.iin == IIN


def test_a_persona_that_is_not_there_is_said_so_before_anything_is_served() -> None:
    told = CliRunner().invoke(main, ["serve", "--port", "0", "--ncalayer", "nobody", "--ncalayer-port", "0"])
    assert (told.exit_code, told.output.partition(":")[0]) == (1, "persona-missing")
