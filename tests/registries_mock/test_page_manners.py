"""The page's manners: three languages, links that lead where they say, labels, and nothing from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import get_args

import pytest
from flask import Flask
from flask.testing import FlaskClient

from contracts.words import Confidence
from registries_mock.failure_kinds import KINDS
from registries_mock.page.families import Known
from registries_mock.page.rendering import render
from registries_mock.page.traffic import Outcome
from registries_mock.page.words import LANGUAGES, Language, Speech, load_words
from registries_mock.people.application import Relation
from tests.registries_mock.page_of_tests import FAMILY, page, peopled_app, population, read, text


@pytest.fixture(scope="module")
def app() -> Iterator[Flask]:
    with peopled_app() as app:
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.post("/_mock/reset")
    return client


def test_what_the_page_points_to_is_there(client: FlaskClient) -> None:
    client.post("/rest/accounts/check", data=b"{}")
    links = page(client).xpath("//a/@href | //link/@href | //script/@src")
    own = {one for one in links if one.startswith("/")}
    assert {one for one in own if client.get(one).status_code != 200} == set()
    assert {one for one in links if not one.startswith(("/", "#", "data:,"))} == set()


def test_the_language_is_the_one_that_is_said_else_the_reader_s_best_else_english(client: FlaskClient) -> None:
    for path, accepted, spoken in (
        ("/", "", "en"), ("/", "de", "en"), ("/", "kk-KZ,ru;q=0.8", "kk"), ("/", "de,ru-RU;q=0.3,kk;q=0", "ru"),
        ("/", "kk;q=0", "en"), ("/?lang=kk", "ru", "kk"), ("/?lang=<x>", "ru", "ru"),
    ):  # fmt: skip
        tree = read(client.get(path, headers={"Accept-Language": accepted}).text)
        assert tree.get("lang") == spoken, (path, accepted)
        assert {link.rpartition("lang=")[2] for link in tree.xpath("//main//a[@data-window]/@href")} == {spoken}
    assert "Кеңістік" not in client.get("/?lang=kk").text


def test_no_word_is_kept_for_nothing() -> None:
    chosen = {*get_args(Outcome), *get_args(Known), *get_args(Relation), *map(str, Confidence)}
    folder = files("registries_mock.page")
    texts = [(folder / name).read_text() for name in ("switches.py", "families.py", "traffic.py")]
    texts += [one.read_text() for one in (folder / "templates").iterdir()]
    said = {word for one in texts for word in re.findall(r"[\"']([a-z_]+)[\"']", one)}
    assert set(load_words().word) - chosen - said == set()


def test_every_word_is_there_in_three_languages() -> None:
    words = load_words()
    for table in (words.word, words.kind, words.fact):
        assert {key for key, names in table.items() if not all(getattr(names, one) for one in LANGUAGES)} == set()
    assert set(words.kind) == set(KINDS)
    for of_personas in (words.persona, words.shows):
        assert {key for key, names in of_personas.items() if not (names.kk and names.ru)} == set()
        assert {one.name for one in population().personas()} == set(of_personas)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_of_each_language_speaks_it_alone(client: FlaskClient, language: Language) -> None:
    """Cyrillic in the English page, letters of Kazakh alone in the Russian one: only names that languages bear."""
    tree = page(client, f"/?lang={language}")
    for aside in tree.xpath("//nav[@class='languages'] | //*[@lang='en' and not(self::html)]"):
        aside.getparent().remove(aside)
    seen = text(tree, "//body")
    other = {"en": "[А-Яа-яёӘәҒғҚқҢңӨөҰұҮүҺһІі]", "ru": "[ӘәҒғҚқҢңӨөҰұҮүҺһ]", "kk": r"\b(?:Сбои|Реестры|Обмен|Люди)\b"}
    assert re.findall(other[language], seen) == []


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_of_our_personas_nothing_is_told_in_english_elsewhere(client: FlaskClient, language: Language) -> None:
    for path in ("/", f"/_mock/page/personas/{FAMILY}"):
        tree = page(client, f"{path}?lang={language}")
        assert tree.xpath("//main//*[@lang='en' and not(ancestor::nav)]") == [], path
        assert Speech(language).tell_persona(FAMILY) in text(tree, "//main")


def test_inside_a_space_all_links_stay_in_it_but_those_to_the_others(client: FlaskClient) -> None:
    client.post("/_mock/spaces", json={"name": "t1"})
    client.post("/_space/t1/nowhere", data=b"")
    try:
        tree = page(client, "/_space/t1/?lang=en")
        links = tree.xpath("//*[not(ancestor::p[@id='spaces'])]/@href | //@src | //form/@action")
        away = {one for one in links if not one.startswith(("/_space/t1/", "#", "data:,"))}
        assert away == set()
        assert tree.xpath("//body/@data-root") == ["/_space/t1"]
        assert tree.xpath("//tr[@class='unmatched']/@id") == ["exchange-1"]
        assert tree.xpath("//p[@id='spaces']/a/@href") == ["/?lang=en", "/_space/t1/?lang=en"]
        assert page(client).xpath("//p[@id='spaces']/a/@href") == ["/?lang=en", "/_space/t1/?lang=en"]
        assert page(client).xpath("//tr[@class='unmatched']") == []
    finally:
        client.delete("/_mock/spaces/t1")


def test_nothing_but_the_suite_s_own_files_is_reached_from_the_page(client: FlaskClient) -> None:
    for path in ("/", "/_mock/page/live", "/_mock/page/page.js", "/_mock/page/page.css", "/_mock/page/exchanges/1"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "unsafe" not in policy
        assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "same-origin")
    assert not re.search(r"https?://|url\(|@import", client.get("/_mock/page/page.css").text + client.get("/").text)


def test_every_field_has_a_label_every_table_a_caption_and_no_id_is_there_twice(client: FlaskClient) -> None:
    client.post("/_mock/failures", json={"kind": "bom"})
    client.post("/nowhere", data=b"")
    for path in ("/", "/_mock/page/exchanges/1", f"/_mock/page/personas/{FAMILY}"):
        tree = page(client, path)
        labelled = set(tree.xpath("//label/@for"))
        fields = tree.xpath("//select | //input[not(@type='hidden')]")
        assert {one.get("id") for one in fields} == labelled
        assert len(tree.xpath("//table")) == len(tree.xpath("//table/caption"))
        ids = tree.xpath("//@id")
        assert len(ids) == len(set(ids))
        assert len(tree.xpath("//h1")) == len(tree.xpath("//main")) == 1


def test_a_word_that_no_template_knows_is_a_fault_of_the_page() -> None:
    with pytest.raises(KeyError):
        Speech("en").say("no such word")
    with pytest.raises(Exception, match="undefined"):
        render("overview.html", Speech("en"), "")
    assert Speech("en").name_kind("of-tomorrow") == ""
    assert Speech("en").name_fact("of_tomorrow") == "of_tomorrow"
