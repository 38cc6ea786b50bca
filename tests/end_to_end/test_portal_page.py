"""The example portal's page in headless Chromium: read, sign through NCALayer, submit; and how it fails."""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from registries_mock.ca.authority import Authority
from registries_mock.cli import main
from registries_mock.http import call_gateway
from registries_mock.ncalayer.behaviours import BY_NAME, OBEDIENT
from registries_mock.ncalayer.holders import PersonaHolder
from registries_mock.people.population import Population
from registries_mock.portal.app import Portal, create_portal
from registries_mock.web.beside import serving
from tests.registries_mock.ncalayer.running import running
from tests.support.browser import Browser, find_chromium, open_browser
from tests.support.clock import MONDAY
from tests.support.house import SEED, House

PERSONA = "lone-pensioner"
OTHER = "sole-proprietor"
PICTURES = "ASP_TEST_PICTURES"
"""Where the variable names a folder, what the page looked like is kept there."""


@dataclass
class Desk:
    browser: Browser
    house: House

    def prepare(self, form: str = "cms", persona: str = PERSONA) -> None:
        """Choose, and read the draft."""
        self.browser.run(f"document.querySelector('#persona').value = {json.dumps(persona)}")
        self.browser.click("#draft")
        self.browser.wait("!document.querySelector('#sign').hidden")
        self.browser.click(f"input[value={form}]")

    def send(self, shown: str) -> None:
        self.browser.click("#submit")
        self.browser.wait(f"!document.querySelector('#{shown}').hidden")

    def keep_picture(self, name: str) -> None:
        if PICTURES in os.environ:
            Path(os.environ[PICTURES], f"{name}.png").write_bytes(self.browser.picture())


def make_portal(house: House, ncalayer: str, gateway: str = "") -> Portal:
    people = Population(SEED, house.clock().date())
    return Portal(people, call_gateway, gateway or house.gateway_url, house.portal.key, ncalayer)


@contextmanager
def listening(portal: Portal) -> Iterator[str]:
    with serving(create_portal(portal)) as url:
        yield url


Open = Callable[..., Desk]


@pytest.fixture
def opened(house: House, tmp_path: Path) -> Iterator[Open]:
    """The page before an NCALayer that behaves so, with the key of that person; "" = none runs."""
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("there is no Chromium")
    authority = Authority.load(house.registrar.folder)

    def clock() -> datetime:
        return MONDAY

    with ExitStack() as stack:

        def open_page(behaves: str = OBEDIENT.name, algorithm: str = "rsa", gateway: str = "") -> Desk:
            people = Population(SEED, house.clock().date())
            holder = PersonaHolder(people, PERSONA, lambda: authority, clock, algorithm)
            address = stack.enter_context(running(holder, behaviour=BY_NAME[behaves])) if behaves else unused()
            url = stack.enter_context(listening(make_portal(house, address, gateway)))
            browser = stack.enter_context(open_browser(chromium, tmp_path))
            browser.open(url)
            return Desk(browser, house)

        yield open_page


def unused(scheme: str = "ws") -> str:
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"{scheme}://127.0.0.1:{taken.getsockname()[1]}"


@pytest.mark.needs_chromium
@pytest.mark.parametrize(("form", "algorithm"), [("cms", "rsa"), ("xmldsig", "gost2015")])
def test_what_is_read_is_signed_and_accepted(opened: Open, form: str, algorithm: str) -> None:
    desk = opened(algorithm=algorithm)
    page = desk.browser
    desk.prepare(form)
    assert "Заявитель:" in page.text("#text")
    page.click("[data-language=kk]")
    assert "Өтініш беруші:" in page.text("#text")
    desk.keep_picture(f"read-{form}")
    page.click("[data-language=ru]")
    desk.send("done")
    desk.keep_picture(f"done-{form}")
    number, day = page.text("#number"), page.text("#result-by")
    assert number
    assert day == "27.10.2026"
    assert page.complaints() == []
    assert page.run("document.querySelector('#failure').hidden") is True


@pytest.mark.needs_chromium
@pytest.mark.parametrize(
    ("behaves", "words", "code"),
    [
        ("canceled", "Вы закрыли окно подписания", "canceled"),
        ("not-running", "запустите его", "not-running"),
        ("", "запустите его", "not-running"),
        ("closed-socket", "прервал связь", "broken-off"),
    ],
    ids=["canceled", "not running", "nobody listens", "broken off"],
)
def test_why_nothing_was_signed_is_said_and_the_user_may_try_again(
    opened: Open, behaves: str, words: str, code: str
) -> None:
    desk = opened(behaves)
    desk.prepare()
    desk.send("failure")
    desk.keep_picture(f"failure-{code}")
    assert words in desk.browser.text("#failure-text")
    assert code in desk.browser.text("#failure-code")
    assert desk.browser.run("document.querySelector('#submit').disabled") is False
    assert desk.browser.run("document.querySelector('#done').hidden") is True


@pytest.mark.needs_chromium
@pytest.mark.parametrize(
    ("behaves", "persona", "code"),
    [("wrong-key", PERSONA, "signature-usage"), (OBEDIENT.name, OTHER, "signature-other-person")],
    ids=["login key", "other person"],
)
def test_a_signature_that_the_gateway_refuses_is_shown_with_its_code(
    opened: Open, behaves: str, persona: str, code: str
) -> None:
    desk = opened(behaves)
    desk.prepare(persona=persona)
    desk.send("failure")
    desk.keep_picture(f"refused-{code}")
    assert code in desk.browser.text("#failure-list")
    assert desk.browser.text("#failure-code") == code


@pytest.mark.needs_chromium
def test_a_gateway_that_is_not_there_is_said(opened: Open) -> None:
    desk = opened(gateway=unused("http"))
    desk.browser.click("#draft")
    desk.browser.wait("!document.querySelector('#failure').hidden")
    assert desk.browser.text("#failure-code") == "gateway-unreached"


def test_the_key_stays_with_the_server_and_other_pages_get_nothing(house: House) -> None:
    with listening(make_portal(house, "ws://127.0.0.1:13579")) as url:
        for path in ("/", "/portal.js", "/ncalayer.js", "/words.json", "/personas.json"):
            answer = requests.get(url + path, timeout=10)
            assert answer.status_code == 200
            assert house.portal.key not in answer.text
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
            assert "unsafe" not in policy
        body = json.dumps({"persona": PERSONA})
        own = {"Content-Type": "application/json"}
        assert requests.post(f"{url}/drafts", body, headers=own, timeout=10).status_code == 200
        for headers in (
            own | {"Origin": "https://elsewhere.example"},
            own | {"Host": "elsewhere.example"},
            {"Content-Type": "text/plain"},
        ):
            assert requests.post(f"{url}/drafts", body, headers=headers, timeout=10).status_code == 403
        nobody = requests.post(f"{url}/drafts", json.dumps({"persona": "x"}), headers=own, timeout=10)
        assert (nobody.status_code, nobody.json()["code"]) == (404, "persona-missing")


def test_the_command_needs_a_key_and_an_ncalayer_of_this_machine(tmp_path: Path) -> None:
    key = tmp_path / "portal.key"
    key.write_text("\n", encoding="utf-8")
    command = ["portal", "--gateway", "http://127.0.0.1:1", "--key-file", str(key)]
    empty = CliRunner().invoke(main, command)
    assert (empty.exit_code, "key-unusable" in empty.output) == (1, True)
    away = CliRunner().invoke(main, [*command, "--ncalayer", "wss://elsewhere.example:13579"])
    assert (away.exit_code, "--ncalayer" in away.output) == (2, True)


def test_every_word_of_the_page_is_there_in_both_languages() -> None:
    page = files("registries_mock.portal") / "page"
    words = json.loads((page / "words.json").read_text(encoding="utf-8"))
    assert {tuple(sorted(names)) for names in words.values()} == {("kk", "ru")}
    html, script = ((page / name).read_text(encoding="utf-8") for name in ("portal.html", "portal.js"))
    wire = (page / "ncalayer.js").read_text(encoding="utf-8")
    used = set(re.findall(r'data-word="([a-z_]+)"', html)) | set(
        re.findall(r'(?:say|showState)\("([a-z_]+)"\)', script)
    )
    used |= set(re.findall(r'stop\((?:greeted \? )?"([a-z-]+)"', wire))
    assert used <= set(words), used - set(words)
