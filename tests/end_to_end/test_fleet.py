"""Several processes on one PostgreSQL: an application goes its way through them, and is done once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.authority import Registrar
from tests.support.fleet import Fleet, open_fleet
from tests.support.house import MockServer, inquiries_of, parts_of

pytestmark = pytest.mark.needs_postgresql


@pytest.fixture
def fleet(tmp_path: Path, registrar: Registrar, mock: MockServer) -> Iterator[Fleet]:
    with open_fleet(tmp_path, registrar, mock) as opened:
        yield opened


def check_whole_and_single(dossier: dict[str, object]) -> None:
    """Nothing is lost and nothing doubled."""
    assert dossier["summary"] | {"accounted": 24, "complete": True} == dossier["summary"]  # type: ignore[operator]
    cells = [(i["number"], i["subject"]["ref"] if i["subject"] else "") for i in inquiries_of(dossier)]
    assert len(cells) == len(set(cells))
    exchanges = {part["exchange"]: (part["passport"], part["subject"]) for part in parts_of(dossier)}
    assert len(set(exchanges.values())) == len(exchanges)
    events: list[dict[str, object]] = dossier["events"]  # type: ignore[assignment]
    kinds = [event["kind"] for event in events]
    assert kinds.count("package_registered") == 1
    closed = [(e["data"]["number"], e["data"]["subject"]) for e in events if e["kind"] == "inquiry_closed"]  # type: ignore[index]
    assert sorted(closed) == sorted(cells)


def test_an_application_given_to_one_gateway_is_gathered_by_two_workers_and_read_at_another(fleet: Fleet) -> None:
    first, second = fleet.serve(), fleet.serve(push=False)
    fleet.work()
    fleet.work()
    ids = [fleet.submit(first) for _ in range(3)]
    for application_id in ids:
        second.wait(application_id, 60)
        check_whole_and_single(second.dossier(application_id))
