"""The command `conform`: reports in three forms, exit codes, and targets that would hold a careless client for ever."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from lxml import etree

from registries_mock.cli import main
from registries_mock.clock import now
from registries_mock.conform.excerpt import make_excerpt
from registries_mock.http import NotAnswered, Outgoing, ask_foreign
from tests.registries_mock.small_world import IIN, PASSWORD, SENDER, listening, small_app

BASE = "akimat-guardianship"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with listening(small_app(clock=now)) as address:
        yield address


@pytest.fixture
def password(tmp_path: Path) -> Path:
    file = tmp_path / "word.txt"
    file.write_text(f"{PASSWORD}\n", encoding="utf-8")
    return file


def run(address: str, *words: str) -> Result:
    return CliRunner().invoke(main, ["conform", "--target", address, *words])


def as_sender(password: Path) -> tuple[str, ...]:
    return ("--sender", SENDER, "--password-file", str(password), "--iin", IIN, "--passport", BASE)


def test_a_target_that_conforms_ends_with_exit_code_0_and_a_line_of_counts(address: str, password: Path) -> None:
    result = run(address, *as_sender(password), "--only", "SHEP-SYNC", "--only", "SVC", "--only", "SHEP-FAULT-002")
    assert result.exit_code == 0, result.output
    assert "SHEP-SYNC-007" in result.output and "may mind it (--risky)" in result.output
    assert result.output.splitlines()[-1] == "19 requirements: 18 hold, 0 differ (0 must), 1 not tried"


def test_a_must_that_differs_ends_with_exit_code_1_and_says_what_was_wanted_and_found(
    address: str, password: Path, tmp_path: Path
) -> None:
    out = tmp_path / "report.xml"
    words = (*as_sender(password), "--only", "SHEP-SYNC", "--only", "SVC", "--sync-path", "/rest/nowhere")
    text = run(address, *words)
    assert text.exit_code == 1 and "    found:  HTTP 404" in text.output
    told = run(address, *words, "--format", "json")
    report = json.loads(told.output)
    assert told.exit_code == 1 and report["conforms"] is False
    differs = {one["id"] for one in report["results"] if one["verdict"] == "differs"}
    assert differs == {"SHEP-SYNC-002", f"SVC-{BASE.upper()}-001"}
    assert run(address, *words, "--format", "junit", "--out", str(out)).output.startswith("18 requirements: ")
    suites = etree.parse(out).getroot()
    assert {one.get("name") for one in suites} == {"SHEP-SYNC", f"SVC-{BASE.upper()}"}
    for place in (suites, *suites):
        cases = list(place.iter("testcase"))
        counted = tuple(str(len(list(place.iter(name)))) for name in ("failure", "skipped"))
        assert (place.get("tests"), place.get("failures"), place.get("skipped")) == (str(len(cases)), *counted)
    failed = [
        case.get("name", "").partition(" ")[0] for case in suites.iter("testcase") if len(case.findall("failure"))
    ]
    assert set(failed) == differs


def test_what_differs_and_is_no_must_is_green_and_told(address: str) -> None:
    """Nothing of the kind is served there: a real bus may keep its contract to itself."""
    result = run(address, "--only", "SHEP-WSDL-001", "--only", "SHEP-FAULT-006", "--sync-path", "/soap/nowhere")
    assert result.exit_code == 0 and "1 hold, 1 differ (0 must), 0 not tried" in result.output


def test_where_nothing_could_be_tried_nothing_is_green(address: str) -> None:
    result = run(address, "--only", "SHEP-SYNC")
    assert result.exit_code == 1 and "nothing-tried" in result.output and "needs" in result.output


def test_what_cannot_be_asked_is_a_matter_of_usage(address: str, password: Path) -> None:
    for words in (
        ("--only", "NONE"),
        ("--iin", "123"),
        ("--passport", "none"),
        ("--passport", "egov-sms"),
        ("--word", "colour=red"),
        ("--key", str(password)),
    ):
        assert run(address, *words).exit_code == 2, words
    assert run("ftp://elsewhere").exit_code == 2
    assert (
        "key-unusable"
        in run(
            address, "--key", str(password), "--key-password-file", str(password), "--trust", str(password.parent)
        ).output
    )


def test_a_target_that_is_not_there_is_told_a_requirement(password: Path) -> None:
    result = run("http://127.0.0.1:9", *as_sender(password), "--seconds", "1")
    assert result.exit_code == 1 and "nobody listens there" in result.output and "asked no more" in result.output


Serve = Callable[[socket.socket], None]


@contextmanager
def strange(answer: Serve) -> Iterator[str]:
    """A server that does with each connection what no server should."""
    listener = socket.create_server(("127.0.0.1", 0))
    lines: list[socket.socket] = []

    def take() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            lines.append(line)
            threading.Thread(target=answer, args=(line,), daemon=True).start()

    taker = threading.Thread(target=take, daemon=True)
    taker.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        taker.join(5)
        for line in lines:
            line.close()


def drip(start: bytes) -> Serve:
    """A byte each twentieth of a second: each read is quick, and there is no end."""

    def answer(line: socket.socket) -> None:
        try:
            line.recv(65536)
            line.sendall(start)
            while not threading.Event().wait(0.05):
                line.sendall(b"x")
        except OSError:
            return

    return answer


def mute(line: socket.socket) -> None:
    """Takes what comes, and says nothing."""


def babble(line: socket.socket) -> None:
    with line:
        line.recv(65536)
        line.sendall(b"\0\1\2 not HTTP at all\r\n\r\n")


ENDLESS = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 100000\r\n\r\n"
STRANGE = {
    "mute": (mute, "no whole answer within 0.3 s"),
    "drips its body": (drip(ENDLESS), "no whole answer within 0.3 s"),
    "drips its headers": (drip(b"HTTP/1.1 200 OK\r\nX-Long: "), "no whole answer within 0.3 s"),
    "babbles": (babble, "it does not speak HTTP"),
}


def test_whatever_a_target_does_an_exchange_ends_in_its_time_and_says_why() -> None:
    found: dict[str, str] = {}
    for name, (answer, _) in STRANGE.items():
        with strange(answer) as address:
            begun = time.monotonic()
            with pytest.raises(NotAnswered) as failure:
                ask_foreign(Outgoing(address, b"<a/>", seconds=0.3))
            found[name] = str(failure.value)
            assert time.monotonic() - begun < 5, name
    assert {name: told for name, told in found.items() if not told.startswith(STRANGE[name][1])} == {}


def test_a_run_at_a_mute_target_asks_each_address_twice_and_no_more(password: Path) -> None:
    with strange(mute) as address:
        begun = time.monotonic()
        result = run(address, *as_sender(password), "--seconds", "0.2")
        assert time.monotonic() - begun < 10
    assert result.exit_code == 1 and result.exception is not None and isinstance(result.exception, SystemExit)
    assert "no whole answer within 0.2 s" in result.output and "asked no more" in result.output


def test_an_excerpt_shows_structure_and_the_protocols_words_and_no_others() -> None:
    shown = make_excerpt(
        "<?xml version='1.0'?><e:Envelope xmlns:e='urn:e' who='ИВАНОВА'><iin>880314490010</iin><!-- ИВАНОВА -->"
        "<data>&lt;p name=&quot;ИВАНОВА&quot;&gt;ИВАНОВА&lt;/p&gt;</data><x><![CDATA[ИВАНОВА]]></x>"
        "<errorMessage>нет 880314490010</errorMessage></e:Envelope>".encode()
    )
    assert "ИВАНОВА" not in shown and "880314490010" not in shown
    assert "<e:Envelope xmlns:e='urn:e'" in shown and "<errorMessage>нет …" in shown and "&lt;p" in shown
    assert make_excerpt('{"name": "ИВАНОВА", "n": 5}'.encode()) == '{"name": "…", "n": "…"}'
    assert "ИВАНОВА" not in make_excerpt("ИВАНОВА".encode("cp1251")) + make_excerpt("ИВАНОВА".encode())
    assert len(make_excerpt(b"<a>" * 10_000)) < 700
