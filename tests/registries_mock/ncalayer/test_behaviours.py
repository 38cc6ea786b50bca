"""NCALayer misbehaves on demand: each row shows on the wire what it says, for as long as it says."""

from __future__ import annotations

import base64
import json
import ssl
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from registries_mock.cli import main
from registries_mock.clock import now
from registries_mock.ncalayer.behaviours import BY_NAME, OBEDIENT, ROWS, Behaviour, Behaviours, read_behaviour
from registries_mock.ncalayer.holders import FileHolder
from registries_mock.ncalayer.words import BASICS
from registries_mock.tls import create_tls
from signing.cms.verifying import verify_cms
from signing.verdict import Stage, Status
from tests.registries_mock.ncalayer.running import (
    ask,
    ask_utils,
    authority,
    behave,
    connected,
    greeted,
    persona,
    policy,
    running,
)
from tests.support.waiting import wait_until

DATA = base64.b64encode(b"12 adults").decode("ascii")
CANCELED = {"code": "500", "message": "action.canceled"}


def sign(page: ClientConnection) -> Any:
    return ask_utils(page, "createCAdESFromBase64", "PKCS12", "SIGNATURE", DATA, True)


def sign_stamped(page: ClientConnection) -> Any:
    return ask_utils(page, "createCMSSignatureFromBase64", "PKCS12", "SIGNATURE", DATA, True)


def sign_basics(page: ClientConnection, **how: Any) -> Any:
    arguments = {"format": "cms", "data": DATA, "signingParams": {"decode": True, "encapsulate": True} | how}
    return ask(page, {"module": BASICS, "method": "sign", "args": arguments})


def test_a_user_who_closes_the_dialogue_is_told_of_in_each_modules_words() -> None:
    with running(behaviour=BY_NAME["canceled"]) as address, greeted(address) as page:
        assert sign(page) == ask_utils(page, "getKeyInfo", "PKCS12") == CANCELED
        assert sign_basics(page) == {"status": True, "body": {}}
        assert ask_utils(page, "getActiveTokens")["code"] == "200"


def test_a_row_lasts_for_as_many_dialogues_as_it_says() -> None:
    with running() as address, greeted(address) as page:
        told = behave(address, behave="canceled", times=2)
        assert (told["name"], told["times"]) == ("canceled", 2)
        assert ask_utils(page, "getActiveTokens")["code"] == "200"
        assert [sign(page)["code"] for _ in range(3)] == ["500", "500", "200"]
        assert behave(address)["name"] == "obedient"


def test_what_is_refused_before_any_dialogue_is_none_of_those_that_count() -> None:
    with running() as address, greeted(address) as page:
        behave(address, behave="canceled", times=1)
        refused = [
            ask_utils(page, "getKeyInfo", 1),
            ask_utils(page, "signXml", "PKCS12", "SIGNATURE", "no XML", "", ""),
            ask_utils(page, "createCAdESFromBase64", "PKCS12", "SIGNATURE", "?", True),
        ]
        assert CANCELED not in refused
        assert sign_basics(page, digested=True)["code"] == "INVALID_SIGNING_PARAMS"
        assert sign(page) == CANCELED


@pytest.mark.parametrize("algorithm", ["rsa", "gost2015"])
@pytest.mark.parametrize(("name", "stage"), [("wrong-key", Stage.USAGE), ("expired-key", Stage.VALIDITY)])
def test_a_key_that_does_not_fit_signs_and_no_verifier_takes_it(
    name: str, stage: Stage, algorithm: str, tmp_path: Path
) -> None:
    judge = policy(tmp_path)
    with running(persona(algorithm), behaviour=BY_NAME[name]) as address, greeted(address) as page:
        signatures = [sign(page)["responseObject"], sign_basics(page)["body"]["result"][0]]
    verdicts = [verify_cms(one.encode(), judge) for one in signatures]
    assert [verdict.stage for verdict in verdicts] == [stage, stage]
    assert all(one.signers[0].stages[Stage.SIGNATURE].status is Status.PASSED for one in verdicts)


def test_a_key_file_has_no_other_keys_so_that_there_is_no_choice() -> None:
    holder = FileHolder(persona().find_key("individual"))
    with running(holder, behaviour=BY_NAME["wrong-key"]) as address, greeted(address) as page:
        assert sign(page) == CANCELED


def test_a_program_that_ends_gives_no_answer_and_no_farewell() -> None:
    with running(behaviour=BY_NAME["closed-socket"]) as address:
        with greeted(address) as page, pytest.raises(ConnectionClosedError) as closed:
            sign(page)
        assert closed.value.rcvd is None
        behave(address, behave="obedient")
        with greeted(address) as page:
            assert sign(page)["code"] == "200"


def test_a_program_that_does_not_run_opens_no_connection_until_it_runs_again() -> None:
    with running(behaviour=BY_NAME["not-running"]) as address:
        with pytest.raises(InvalidStatus), connected(address):
            pass
        behave(address, behave="not-running", times=1)
        with pytest.raises(InvalidStatus), connected(address):
            pass
        with greeted(address) as page:
            assert sign(page)["code"] == "200"


def test_an_old_version_says_so_and_knows_no_basics() -> None:
    with running(behaviour=BY_NAME["old-version"]) as address, connected(address) as page:
        assert json.loads(page.recv(timeout=10)) == {"result": {"version": "1.2"}}
        assert sign_basics(page) == {"success": False, "errorCode": "MODULE_NOT_FOUND"}
        assert sign(page)["code"] == "200"


def test_without_the_timestamp_authority_only_what_needs_it_fails() -> None:
    with running(behaviour=BY_NAME["no-timestamps"]) as address, greeted(address) as page:
        plain = sign(page)["responseObject"]
        assert sign_stamped(page)["message"].startswith("java.net.ConnectException")
        assert ask_utils(page, "applyCAdEST", "PKCS12", "SIGNATURE", plain)["code"] == "500"
        assert sign_basics(page)["status"] is True
        assert sign_basics(page, tsaProfile={})["code"] == "SIGNING_FAILURE"


def test_a_slow_user_is_waited_for_and_holds_nobody_else_up() -> None:
    with running() as address, greeted(address) as slow, greeted(address) as other:
        assert behave(address, behave="slow", seconds=0.01, times=1)["seconds"] == 0.01
        assert sign(slow)["code"] == "200"
        behave(address, behave="slow", seconds=60, times=1)
        slow.send(json.dumps({"module": BASICS, "method": "sign", "args": {"format": "cms", "data": DATA}}))
        wait_until(lambda: behave(address)["name"] == "obedient")
        assert sign(other)["code"] == "200"
        with pytest.raises(TimeoutError):
            slow.recv(timeout=0)
    # Leaving ends the server, which waits for no user.


@pytest.mark.parametrize(
    "wanted",
    [
        {"behave": "well"},
        {"behave": "slow", "seconds": 61},
        {"behave": "slow", "seconds": float("nan")},
        {"behave": "slow", "seconds": True},
        {"behave": "slow", "times": 0},
        {"behave": "slow", "times": 1.5},
        {"times": 1},
        {"behave": "slow", "how": "very"},
    ],
)
def test_what_is_no_behaviour_is_refused_and_changes_nothing(wanted: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"behave|seconds|times|how"):
        read_behaviour(wanted)
    with running(behaviour=BY_NAME["canceled"]) as address:
        assert behave(address, **wanted).keys() == {"error"}
        assert behave(address)["name"] == "canceled"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.name))
def test_every_row_is_counted_where_it_is_about(row: Behaviour) -> None:
    behaviours = Behaviours(read_behaviour({"behave": row.name, "times": 1}))
    assert behaviours.take(of_connections=not row.of_connections) is OBEDIENT
    assert behaviours.take(of_connections=row.of_connections).name == row.name
    assert behaviours.show() is OBEDIENT


def test_the_command_tells_a_running_one() -> None:
    with running() as address, greeted(address) as page:
        port = address.rpartition(":")[2]
        told = CliRunner().invoke(main, ["ncalayer-behave", "canceled", "--times", "1", "--port", port])
        assert (told.exit_code, told.output) == (0, "canceled: The user closes the dialogue.\n")
        assert sign(page) == CANCELED
    told = CliRunner().invoke(main, ["ncalayer-behave", "slow", "--port", port])
    assert (told.exit_code, told.output.partition(":")[0]) == (1, "ncalayer-missing")


def test_over_tls_the_authority_vouches_for_this_machine(tmp_path: Path) -> None:
    authority().save(tmp_path)
    with running(tls=create_tls(authority(), now())) as address:
        assert address.startswith("wss://127.0.0.1:")
        trusting = ssl.create_default_context(cafile=tmp_path / "trust" / "root.pem")
        with connect(address, ssl=trusting, proxy=None, close_timeout=1) as page:
            assert json.loads(page.recv(timeout=10)) == {"result": {"version": "1.4"}}
            assert sign(page)["code"] == "200"
        with pytest.raises(ssl.SSLCertVerificationError), connect(address, proxy=None):
            pass
        port = address.rpartition(":")[2]
        told = CliRunner().invoke(main, ["ncalayer-behave", "slow", "--tls", "--port", port])
        assert (told.exit_code, told.output) == (0, f"slow: {BY_NAME['slow'].shows}\n")
