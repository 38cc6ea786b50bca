"""A database of an earlier release is brought to this one's tables, all or none, and keeps what it holds."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, select, text

from contracts.errors import SettingInvalid, StoreUnavailable
from gateway.store import tables as t
from gateway.store.course_tables import decisions
from gateway.store.database import Database, open_engine
from gateway.store.migrations import VERSIONS, list_revisions, upgrade
from tests.gateway.store.conftest import NOW
from tests.gateway.store.migrating import make_by_revisions, read, writing
from tests.support.databases import open_url

RELEASES = {1: "0001_first", 2: "0002_vouched_by"}
"""The schema of programs before Alembic, and the revision that made the same tables."""
AT_ONCE = 6


@pytest.fixture
def url(kind: str, tmp_path: Path) -> Iterator[str]:
    """An empty database: tables are what is made here."""
    with open_url(kind, tmp_path, tables=False) as url:
        yield url


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    yield engine
    engine.dispose()


def make_release(engine: Engine, schema: int) -> None:
    """Make the tables as that program left them, with a client who must stay."""
    with writing(engine) as connection:
        upgrade(connection, RELEASES[schema])
        connection.execute(text("DROP TABLE alembic_version"))
        row = {"id": "old", "name": "old", "kind": "portal", "channel": "p", "key_sha256": "k", "created_at": NOW}
        connection.execute(t.clients.insert().values(row))


def columns_of(engine: Engine, table: str) -> set[str]:
    return {column["name"] for column in inspect(engine).get_columns(table)}


def differences(engine: Engine) -> list[object]:
    """What would have to be done to the tables in the database to make them those of the program."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": is_other_default})
        found: list[object] = list(compare_metadata(context, t.metadata))
        for table in t.metadata.tables.values():
            kept = inspect(connection).get_pk_constraint(table.name)["constrained_columns"]
            found += [(table.name, kept)] if kept != [column.name for column in table.primary_key] else []
    return found


def is_other_default(*given: Any) -> bool:
    """Alembic's own comparison stumbles over SQLite's parentheses, and PostgreSQL adds a type."""
    *_, kept, _, known = given
    return bool((kept if kept is None else kept.split("::")[0].strip("()'")) != known)


def test_the_revisions_make_the_tables_that_the_program_knows(engine: Engine) -> None:
    make_by_revisions(engine)
    assert differences(engine) == []


@pytest.mark.parametrize("schema", RELEASES)
def test_a_database_of_an_earlier_release_gets_the_tables_of_this_one_and_keeps_its_rows(
    url: str, engine: Engine, schema: int
) -> None:
    make_release(engine, schema)
    assert ("vouched_by" in columns_of(engine, "arrivals")) == (schema > 1)
    with Database(url):
        pass
    assert differences(engine) == []
    assert read(engine, "SELECT id FROM clients") == ["old"]
    assert read(engine, "SELECT version_num FROM alembic_version") == list_revisions()[-1:]


def test_a_case_that_an_earlier_release_left_without_a_wake_up_is_looked_at_and_no_other_is(
    url: str, engine: Engine
) -> None:
    """Before the legal course nothing waited for a case but its registries: its dates would pass in its sleep."""
    ahead = NOW + timedelta(days=3)
    with writing(engine) as connection:
        upgrade(connection, "0003_own_version_ends")
        for name in ("asleep", "ahead"):
            add_application(connection, name)
        row = {"application_id": "ahead", "due_at": ahead, "reason": "next_round", "version": 4}
        connection.execute(t.wakeups.insert().values(row))
    with writing(engine) as connection:
        upgrade(connection, "0006_date_events")
        add_application(connection, "withdrawn", withdrawn_at=NOW)
        add_application(connection, "decided")
        connection.execute(decisions.insert().values(application_id="decided", decided_at=NOW))
    for _ in range(2):
        with Database(url) as database, database.read() as connection:
            w = t.wakeups.c
            rows = connection.execute(select(w.application_id, w.due_at, w.version).order_by(w.due_at)).all()
        assert [tuple(row) for row in rows] == [("asleep", NOW, 0), ("ahead", ahead, 4)]


def add_application(connection: Connection, name: str, **more: Any) -> None:
    """A row as any release wrote it; of a client of its own."""
    client = {"id": name, "name": name, "kind": "portal", "channel": "p", "key_sha256": name, "created_at": NOW}
    connection.execute(t.clients.insert().values(client))
    texts = dict.fromkeys(("service", "channel", "request_sha256", "accepted_by", "rules_version"), "")
    sealed = dict.fromkeys(("sealed_body", "sealed_signature", "sealed_verdict"), b"")
    own = {"id": name, "client_id": name, "received_at": NOW, "accepted_at": NOW}
    connection.execute(t.applications.insert().values(texts | sealed | own | more))


def test_a_program_of_before_alembic_refuses_what_came_after_it(database: Database, engine: Engine) -> None:
    """It looks at this number alone, and asks for its own."""
    (schema,) = read(engine, "SELECT schema_version FROM meta")
    assert schema not in RELEASES


def test_neither_the_first_start_nor_a_later_one_needs_alembic(url: str) -> None:
    """Loading it would cost each start half a second."""
    code = (
        "import sys; from gateway.store.database import Database; Database(sys.argv[1]).close(); "
        "print('alembic' in sys.modules)"
    )
    for _ in range(2):
        told = subprocess.run([sys.executable, "-c", code, url], capture_output=True, text=True, check=True)
        assert told.stdout == "False\n"


def test_the_revisions_are_one_chain_in_the_order_of_their_files() -> None:
    history = ScriptDirectory(VERSIONS.parent)
    chain = [revision.revision for revision in history.walk_revisions()][::-1]
    assert chain == list_revisions()
    assert history.get_heads() == chain[-1:]
    assert all(len(name) <= 32 for name in chain), "alembic_version keeps no more of a name"


def test_a_step_that_fails_leaves_all_as_it_was(url: str, engine: Engine) -> None:
    make_release(engine, 1)
    with writing(engine) as connection:
        connection.execute(text("ALTER TABLE arrivals ADD COLUMN vouched_by INTEGER"))
    with pytest.raises(StoreUnavailable):
        Database(url)
    assert "vouched_by" not in columns_of(engine, "exchanges")
    assert read(engine, "SELECT schema_version FROM meta") == [1]
    assert not inspect(engine).has_table("alembic_version")


def test_a_start_that_is_cut_off_before_its_end_has_made_nothing(url: str, engine: Engine) -> None:
    with engine.connect().execution_options(writes=True) as connection:
        upgrade(connection)
        connection.invalidate()
    assert inspect(engine).get_table_names() == []
    with Database(url):
        pass
    assert differences(engine) == []


@pytest.mark.parametrize("schema", [None, *RELEASES])
def test_who_starts_while_another_makes_the_tables_waits_for_it(url: str, engine: Engine, schema: int | None) -> None:
    if schema:
        make_release(engine, schema)
    with ThreadPoolExecutor(1) as pool:
        with writing(engine) as connection:
            upgrade(connection)
            second = pool.submit(lambda: Database(url).close())
            threading.Event().wait(0.3)
            assert not second.done()
        second.result(20)
    assert differences(engine) == []


def test_many_may_start_at_the_same_time(url: str, engine: Engine) -> None:
    together = threading.Barrier(AT_ONCE)

    def start() -> None:
        together.wait(20)
        Database(url).close()

    make_release(engine, 1)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for started in [pool.submit(start) for _ in range(AT_ONCE)]:
            started.result(30)
    assert differences(engine) == []


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (
            "UPDATE alembic_version SET version_num = '9999_later'",
            "newer than this program: it has revision 9999_later",
        ),
        ("DELETE FROM alembic_version", "newer than this program: it has schema 3"),
        ("DELETE FROM alembic_version; UPDATE meta SET schema_version = 0", "none of ours: it has schema 0"),
        ("DELETE FROM alembic_version; DELETE FROM meta", "none of ours: it has schema None"),
    ],
)
def test_a_database_that_this_program_does_not_know_is_refused_and_left_alone(
    url: str, engine: Engine, statement: str, words: str
) -> None:
    with Database(url) as database:
        for part in statement.split("; "):
            database.write(lambda connection, part=part: connection.execute(text(part)))  # type: ignore[misc]
    before = read(engine, "SELECT version_num FROM alembic_version"), read(engine, "SELECT * FROM meta")
    with pytest.raises(SettingInvalid, match=words):
        Database(url)
    assert before == (read(engine, "SELECT version_num FROM alembic_version"), read(engine, "SELECT * FROM meta"))


def test_alembic_says_nothing(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    make_by_revisions(engine)
    assert caplog.records == []


def test_a_preliminary_decision_keeps_its_reasons_and_a_final_one_its_own(engine: Engine, url: str) -> None:
    with writing(engine) as connection:
        upgrade(connection, "0011_letter_paper")
        row = {"id": "c", "name": "c", "kind": "portal", "channel": "p", "key_sha256": "k", "created_at": NOW}
        connection.execute(t.clients.insert().values(row))
        for seq, (id_, ended) in enumerate((("open", None), ("over", NOW)), start=1):
            head = {"seq": seq, "id": id_, "service": "asp", "client_id": "c", "channel": "p", "request_sha256": "h"}
            sealed = dict.fromkeys(("sealed_body", "sealed_signature", "sealed_verdict"), b"")
            told = {"accepted_by": "", "rules_version": "1", "received_at": NOW, "accepted_at": NOW}
            connection.execute(t.applications.insert().values(head | sealed | told))
            stages = {"preliminary_at": NOW, "decided_at": ended, "reasons": '["x"]', "number": "7"}
            connection.execute(decisions.insert().values(application_id=id_, **stages))
    with Database(url):
        pass
    with engine.connect() as connection:
        kept = connection.execute(select(decisions).order_by(decisions.c.application_id)).all()
    assert [(row.preliminary_reasons, row.preliminary_number, row.reasons, row.number) for row in kept] == [
        ('["x"]', "7", "[]", ""), ("[]", "", '["x"]', "7"),
    ]  # fmt: skip
