"""What a dossier is after whatever happened on its way: every inquiry closed, and none of its parts twice."""

from __future__ import annotations

from typing import Any

from tests.support.house import inquiries_of, parts_of


def check_whole_and_single(dossier: dict[str, Any]) -> None:
    """Nothing is lost and nothing doubled."""
    assert dossier["summary"] | {"accounted": 24, "complete": True} == dossier["summary"]
    cells = [(i["number"], i["subject"]["ref"] if i["subject"] else "") for i in inquiries_of(dossier)]
    assert len(cells) == len(set(cells))
    exchanges = {part["exchange"]: (part["passport"], part["subject"]) for part in parts_of(dossier)}
    assert len(set(exchanges.values())) == len(exchanges)
    kinds = [event["kind"] for event in dossier["events"]]
    assert kinds.count("package_registered") == 1
    closed = [(e["data"]["number"], e["data"]["subject"]) for e in dossier["events"] if e["kind"] == "inquiry_closed"]
    assert sorted(closed) == sorted(cells)
