"""The page in a test's hand: the suite with its whole population, and what of the page is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from registries_mock.people.population import Population
from tests.registries_mock.small_world import NOW, small_app, suite_of

FAMILY = "family-of-five"


@cache
def population() -> Population:
    return Population(1, NOW.date())


def one_of(persona: str) -> str:
    return min(population().iins_of(persona))


@contextmanager
def peopled_app() -> Iterator[Flask]:
    app = small_app(people=population())
    yield app
    suite_of(app).close()


def read(markup: str) -> Any:
    return html.document_fromstring(markup)


def page(client: FlaskClient, path: str = "/?lang=en", status: int = 200) -> Any:
    reply = client.get(path)
    assert reply.status_code == status
    return read(reply.text)


def text(tree: Any, xpath: str) -> str:
    return " ".join(" ".join(one.itertext()) for one in tree.xpath(xpath)).strip()
