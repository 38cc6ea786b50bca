"""The page in headless Chromium: traffic comes by itself, a failure is switched on and off, a family is found."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from contracts.catalogue import Catalogue
from registries_mock.failure_kinds import KINDS
from registries_mock.people.population import Population
from registries_mock.settings import Settings
from registries_mock.web.beside import serving
from tests.registries_mock.small_world import IIN, NOW, request_data, small_app, suite_of, sync_message
from tests.support.browser import Browser, find_chromium, open_browser

SYNC = "/bip-sync-wss-gost/"
EVIL = "<img src=x onerror=alert(1)>"
PICTURES = "ASP_TEST_PICTURES"
"""Where the variable names a folder, what the page looked like is kept there."""


def keep_picture(page: Browser, name: str) -> None:
    if PICTURES in os.environ:
        Path(os.environ[PICTURES], f"registries-{name}.png").write_bytes(page.picture())


@pytest.mark.needs_chromium
def test_traffic_comes_by_itself_failures_are_switched_and_people_are_found(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("there is no Chromium")
    passport = catalogue.passports["nobd-universal"]
    people = Population(1, NOW.date())
    child = people.persona("family-of-five").family.people[-1]
    app = small_app(Settings(), people)
    suite, asker = suite_of(app), app.test_client()
    message = sync_message(passport.service_id, request_data(catalogue, passport, child.iin or IIN))
    with serving(app) as url, open_browser(chromium, tmp_path) as page:
        page.open(f"{url}/?lang=en")
        asker.post(SYNC, data=message)
        page.wait("document.querySelector('#exchange-1.sent')")
        assert passport.title.en in page.text("#exchange-1")
        page.click("#exchange-1 a")
        page.wait("document.querySelector('#window').open")
        assert page.text("#shown h2") == "Exchange 1"
        assert passport.reply.root.rpartition(":")[2] in page.text("#reply-text")
        page.click("#window [data-close]")

        page.click(f"[data-fail={passport.key}]")
        page.run("document.querySelector('#kind').value = 'badly_signed'")
        page.run("document.querySelector('#kind').dispatchEvent(new Event('change'))")
        offered = page.run("[...document.querySelector('#variant').options].map((one) => one.value)")
        assert offered == list(KINDS["badly_signed"].variants)
        page.run("document.querySelector('#kind').value = 'drip'")
        page.run("document.querySelector('#kind').dispatchEvent(new Event('change'))")
        page.click("#failure button.act")
        page.wait("document.querySelector('#failure .refusal').textContent.includes('seconds is a number')")
        page.run("document.querySelector('#kind').value = 'fault'")
        page.run("document.querySelector('#kind').dispatchEvent(new Event('change'))")
        page.run("document.querySelector('#times').value = 2; document.querySelector('#probability').value = 100")
        page.click("#failure button.act")
        page.wait("document.querySelector('#in-force li')")
        row = suite.failures.rows()[0]
        assert (row.kind, row.passport, row.times, row.probability) == ("fault", passport.key, 2, 1.0)
        page.wait(f"document.querySelector('#registry-{passport.key}.failing')")
        asker.post(SYNC, data=message)
        page.wait("document.querySelector('#exchange-2.failed')")
        page.wait("document.querySelector('#in-force li').textContent.includes('times left: 1')")
        keep_picture(page, "failing")
        page.click("#in-force [data-off]")
        page.wait("document.querySelector('#no-failures')")
        assert suite.failures.rows() == []

        page.run(f"document.querySelector('#iin').value = '{child.iin}'")
        page.click("#look-up button")
        page.wait("document.querySelector('#window').open")
        assert child.name in page.text("#members .meant")
        assert page.run("location.href") == f"{url}/?lang=en"
        keep_picture(page, "family")
        page.click("#window [data-close]")

        asker.post(SYNC, data=sync_message(EVIL.replace("<", "&lt;"), "<a/>"))
        page.wait("document.querySelector('#exchange-3.unmatched')")
        assert EVIL in page.text("#exchange-3")
        page.click("#reset")
        page.wait("document.querySelector('#no-traffic')")
        assert suite.journal.entries() == []

        # As a browser without a script submits it; and a suite of its own, whose time is stepped.
        page.leave(f"document.querySelector('#iin').value = '{child.iin}'; document.querySelector('#look-up').submit()")
        assert child.name in page.text("#members .meant")
        asker.post("/_mock/spaces", json={"name": "t1", "clock": "2026-10-05T10:00"})
        page.leave("location.href = '/_space/t1/?lang=kk'")
        page.click("[data-step=P1D]")
        page.wait("document.querySelector('#now').textContent.startsWith('2026-10-06 10:00')")
        assert page.complaints() == []
    suite.close()
