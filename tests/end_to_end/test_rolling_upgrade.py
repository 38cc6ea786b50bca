"""A release that only adds to the tables takes over from the one before while applications come in: nothing is lost."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.store.migrations import list_revisions
from tests.repository.files import ROOT
from tests.support.authority import Registrar
from tests.support.clock import MovableClock
from tests.support.fleet import Fleet, open_fleet
from tests.support.house import CLERK, Caller, inquiries_of, open_mock

pytestmark = pytest.mark.needs_postgresql
PACKAGES = ("contracts", "signing", "adapters", "gateway")
NEXT = "9999_next"
REVISION = f'''"""What the next release adds."""

import sqlalchemy as sa
from alembic.operations import Operations

revision = "{NEXT}"
down_revision = "{list_revisions()[-1]}"


def upgrade(op: Operations) -> None:
    op.add_column("applications", sa.Column("of_the_next_release", sa.String(length=40), nullable=True))
    op.create_table("of_the_next_release", sa.Column("id", sa.Integer(), primary_key=True))
'''


@pytest.fixture
def fleet(tmp_path: Path, registrar: Registrar) -> Iterator[Fleet]:
    with (
        open_mock(MovableClock(), registrar, latency_seconds=0.2, reply_delay_seconds=0.2) as mock,
        open_fleet(tmp_path, registrar, mock) as opened,
    ):
        mock.fail(kind="slow", passport="mvd-vehicles", seconds=3.0)
        yield opened


@pytest.fixture
def next_release(tmp_path: Path) -> Path:
    """This program with one more revision."""
    tree = tmp_path / "next"
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tree / package, ignore=shutil.ignore_patterns("__pycache__"))
    (tree / "gateway" / "store" / "versions" / f"{NEXT}.py").write_text(REVISION, encoding="utf-8")
    return tree


def test_two_releases_work_side_by_side_and_the_older_leaves_nothing_behind(fleet: Fleet, next_release: Path) -> None:
    older = fleet.serve()
    old_worker = fleet.work()
    ids = [fleet.submit(older) for _ in range(2)]
    gateway = fleet.start("serve", "--port", "0", tree=next_release)
    newer = Caller(gateway.url, fleet.key, CLERK)
    assert fleet.look("select version_num from alembic_version") == [(NEXT,)]
    # The older one goes on over the newer tables; each takes what comes to it.
    ids += [fleet.submit(older), fleet.submit(newer)]
    new_worker = fleet.start("worker", tree=next_release)
    old_gateway = fleet.members[0]
    fleet.mock.push_to(gateway.url)
    assert old_worker.stop() == 0
    ids.append(fleet.submit(newer))
    assert old_gateway.stop() == 0
    for application_id in ids:
        newer.wait(application_id, 60)
        dossier = newer.dossier(application_id)
        assert dossier["summary"] | {"accounted": 24, "complete": True} == dossier["summary"]
        cells = [(i["number"], i["subject"]["ref"] if i["subject"] else "") for i in inquiries_of(dossier)]
        assert len(cells) == len(set(cells))
    assert new_worker.process.poll() is None


@pytest.mark.long
def test_an_older_release_does_not_start_on_the_tables_of_a_newer_one(fleet: Fleet, next_release: Path) -> None:
    """What is running goes on; what starts is the newer release."""
    fleet.start("serve", "--port", "0", tree=next_release)
    with pytest.raises(AssertionError, match="newer than this program"):
        fleet.serve()
