"""A store for each test: SQLite in a file of its own, and PostgreSQL in a schema of its own."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from contracts.catalogue import load_catalogue
from gateway.store.applications import Applications
from gateway.store.database import Database
from gateway.store.rows import Client, ClientKind, NewApplication
from gateway.store.sealing import Sealer

NOW = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
BODY = """{"schema": "urn:asp-gateway:application:1", "service": "asp", "applicant": {"iin": "900101490009",
"surname": "Үлгіева", "name": "Айша", "birth_date": "1990-01-01", "phone": "+77000000001"},
"account": {"iban": "KZ71563D601200019058"}, "consents": {"personal_data": true, "verification": true}}""".encode()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs_postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.db'}"
        return
    server = os.environ.get("ASP_TEST_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/test")
    schema = f"asp_{secrets.token_hex(6)}"
    admin = create_engine(server)
    with admin.begin() as connection:
        connection.execute(text(f"create schema {schema}"))
    yield f"{server}?options=-csearch_path%3D{schema}"
    with admin.begin() as connection:
        connection.execute(text(f"drop schema {schema} cascade"))
    admin.dispose()


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
