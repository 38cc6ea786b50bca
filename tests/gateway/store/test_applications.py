"""What the store promises of applications: whole or not at all, once under one key, and unreadable at rest."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date
from pathlib import Path

import pytest
from sqlalchemy import select

from contracts.catalogue import load_catalogue
from contracts.errors import Conflict, NotFound, SettingInvalid, StoreUnavailable
from gateway.core.calendar import ALMATY
from gateway.core.terms import LegalDate
from gateway.store.applications import Applications
from gateway.store.database import Database
from gateway.store.rows import Client, ClientKind
from gateway.store.sealing import Sealer, create_key_file
from gateway.store.tables import clients
from gateway.store.wakeups import Wakeups
from tests.gateway.store.conftest import BODY, NOW, new_application


def test_an_accepted_application_is_read_back_with_its_bytes_its_case_and_a_wake_up(
    applications: Applications, database: Database, client: Client
) -> None:
    stored, fresh = applications.accept(new_application(client))
    again = applications.read(stored.id)
    assert fresh
    assert again.body == BODY
    assert again.signature == b"signature bytes"
    assert again.case.application.applicant.iin == "900101490009"
    assert again.case.subjects[0].age == 36
    assert Wakeups(database).next_due(NOW) == NOW
    assert [event.kind for event in applications.read_events(stored.id)] == ["application_accepted"]


def test_what_is_told_of_an_application_as_it_is_accepted_is_what_is_read_of_it_later(
    applications: Applications, client: Client
) -> None:
    at = NOW.astimezone(ALMATY)
    promised = LegalDate(date(2026, 3, 27), "п. 9", assumed=True, provisional=False)
    channel = load_catalogue().services["asp"].channels[0]
    new = replace(new_application(client), received_at=at, accepted_at=at, promised=promised, channel_row=channel)
    for stored, fresh in (applications.accept(new), applications.accept(new_application(client, key="k"))):
        assert fresh
        read = applications.read(stored.id)
        assert read == stored
        assert (read.received_at.tzinfo, read.case.accepted_at.tzinfo) == (UTC, UTC)
        assert (stored.received_at.tzinfo, stored.case.accepted_at.tzinfo) == (UTC, UTC)


def test_the_date_that_was_promised_is_kept_with_its_clause(applications: Applications, client: Client) -> None:
    promised = LegalDate(date(2026, 3, 27), "п. 9", assumed=True, provisional=False)
    kept, _ = applications.accept(replace(new_application(client), promised=promised))
    without, _ = applications.accept(new_application(client))
    assert applications.read(kept.id).promised == promised
    assert applications.read(without.id).promised is None


def test_who_carries_applications_forward_is_told_of_new_ones_and_not_of_every_event(
    applications: Applications, client: Client
) -> None:
    told: list[str] = []
    applications.listen(lambda: told.append("woken"))
    applications.accept(new_application(client, key="k-1"))
    applications.accept(new_application(client, key="k-1"))
    applications.announce()
    assert told == ["woken"]


def test_the_same_key_with_the_same_body_gets_the_first_application_again(
    applications: Applications, client: Client
) -> None:
    first, _ = applications.accept(new_application(client, key="k-1"))
    second, fresh = applications.accept(new_application(client, key="k-1"))
    assert (second.id, fresh) == (first.id, False)


def test_the_same_key_with_another_body_is_a_conflict_and_keeps_nothing(
    applications: Applications, client: Client
) -> None:
    first, _ = applications.accept(new_application(client, key="k-1"))
    with pytest.raises(Conflict) as refused:
        applications.accept(new_application(client, key="k-1", request_sha256="b" * 64))
    assert refused.value.public_code == "idempotency-conflict"
    assert applications.find_accepted(client.id, "k-1") == (first.id, "a" * 64)


def test_the_key_of_one_client_is_not_the_key_of_another(applications: Applications, client: Client) -> None:
    other, _ = applications.add_client("Another portal", ClientKind.PORTAL, "portal")
    first, _ = applications.accept(new_application(client, key="k-1"))
    second, fresh = applications.accept(new_application(other, key="k-1"))
    assert fresh
    assert second.id != first.id


def test_twenty_callers_at_once_with_one_key_make_one_application(applications: Applications, client: Client) -> None:
    with ThreadPoolExecutor(20) as pool:
        receipts = list(pool.map(lambda _: applications.accept(new_application(client, key="k-1")), range(20)))
    assert len({stored.id for stored, _ in receipts}) == 1
    assert sum(fresh for _, fresh in receipts) == 1


def test_an_unknown_application_is_not_found(applications: Applications) -> None:
    with pytest.raises(NotFound):
        applications.read("app_000")


def test_a_client_is_known_by_its_key_until_it_is_revoked(applications: Applications) -> None:
    client, key = applications.add_client("A portal", ClientKind.PORTAL, "portal")
    assert applications.find_client(key) == client
    assert applications.find_client(key + "x") is None
    applications.revoke_client(client.id)
    assert applications.find_client(key) is None
    with pytest.raises(NotFound):
        applications.revoke_client(client.id)


def test_an_employees_key_names_the_employee_and_the_iin_is_sealed(
    applications: Applications, database: Database
) -> None:
    client, key = applications.add_client(
        "Desk 1",
        ClientKind.PROVIDER,
        "center",
        employee="Иванова А. Б.",
        role="specialist",
        employee_iin="900101490009",
    )
    assert applications.find_client(key) == client
    assert [one.employee_iin for one in applications.list_clients()] == ["900101490009"]
    assert "900101490009" not in repr(client)
    with database.read() as connection:
        sealed = connection.execute(select(clients.c.sealed_employee_iin)).scalar_one()
    assert b"900101490009" not in sealed


def test_nothing_personal_lies_readable_in_the_database_file(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with Database(f"sqlite:///{path}") as database:
        applications = Applications(database, Sealer(bytes(32)), load_catalogue().services, lambda: NOW)
        client, key = applications.add_client("A portal", ClientKind.PORTAL, "portal")
        applications.accept(new_application(client))
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"A portal" in kept, "the search itself works"
    for secret in (b"900101490009", "Үлгіева".encode(), b"signature bytes", key.encode()):
        assert secret not in kept


def test_another_key_opens_nothing_and_a_seal_cannot_be_moved_to_another_row() -> None:
    sealed = Sealer(bytes(32)).seal(b"plain", "applications:1:body")
    assert Sealer(bytes(32)).open(sealed, "applications:1:body") == b"plain"
    for sealer, context, data in (
        (Sealer(bytes(range(32))), "applications:1:body", sealed),
        (Sealer(bytes(32)), "applications:2:body", sealed),
        (Sealer(bytes(32)), "applications:1:body", sealed[:-1] + bytes([sealed[-1] ^ 1])),
    ):
        with pytest.raises(StoreUnavailable):
            sealer.open(data, context)


def test_a_key_file_is_made_once_and_a_wrong_one_is_refused_without_showing_it(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "store.key"
    create_key_file(path)
    first = path.read_bytes()
    create_key_file(path)
    assert path.read_bytes() == first
    assert path.stat().st_mode & 0o077 == 0
    Sealer.from_file(path)
    path.write_text("my secret that is no base64!")
    with pytest.raises(SettingInvalid) as refused:
        Sealer.from_file(path)
    assert "secret" not in str(refused.value)
