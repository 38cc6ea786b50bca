"""A store for each test: SQLite in a file of its own, and PostgreSQL in a schema of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contracts.catalogue import load_catalogue
from gateway.store.applications import Applications
from gateway.store.database import Database
from gateway.store.rows import Client, ClientKind, NewApplication
from gateway.store.sealing import Sealer
from tests.gateway.store.desk import StoreDesk, open_store_desk
from tests.support.databases import POSTGRESQL, SQLITE, open_url

NOW = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
BODY = """{"schema": "urn:asp-gateway:application:1", "service": "asp", "applicant": {"iin": "900101490009",
"surname": "Үлгіева", "name": "Айша", "birth_date": "1990-01-01", "phone": "+77000000001"},
"account": {"iban": "KZ71563D601200019058"}, "consents": {"personal_data": true, "verification": true}}""".encode()


@pytest.fixture(params=[SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.needs_postgresql)])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def url(kind: str, tmp_path: Path) -> Iterator[str]:
    with open_url(kind, tmp_path) as url:
        yield url


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    with Database(url) as database:
        yield database


@pytest.fixture
def sealer() -> Sealer:
    return Sealer(bytes(range(32)))


@pytest.fixture
def applications(database: Database, sealer: Sealer) -> Applications:
    return Applications(database, sealer, load_catalogue().services, lambda: NOW)


@pytest.fixture
def client(applications: Applications) -> Client:
    return applications.add_client("A portal", ClientKind.PORTAL, "portal")[0]


@pytest.fixture
def desk(url: str) -> Iterator[StoreDesk]:
    with open_store_desk(url) as desk:
        yield desk


@pytest.fixture
def beside(url: str, desk: StoreDesk) -> Iterator[StoreDesk]:
    """Another process over the same database, at the same moment."""
    with open_store_desk(url, desk.now) as beside:
        yield beside


def new_application(client: Client, key: str = "", request_sha256: str = "a" * 64) -> NewApplication:
    return NewApplication(
        service="asp",
        client=client,
        body=BODY,
        signature=b"signature bytes",
        verdict={"indication": "TOTAL_PASSED"},
        received_at=NOW,
        accepted_at=NOW,
        rules_version="2026-11-01",
        idempotency_key=key,
        request_sha256=request_sha256,
    )
