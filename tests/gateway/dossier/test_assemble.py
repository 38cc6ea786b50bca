"""What the dossier promises of evidence: what was asked, each try, each late message; nothing that helps a forger."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gateway.core.terms import LegalDate
from gateway.dossier.assemble import DossierAssembler
from gateway.store.rows import Evidence
from tests.gateway.gathering.stage import IIN, LATE, LAW, NOW, PASSPORTS, ROW_LATE, ROW_PEOPLE, Stage, open_stage, push

SHARED = ROW_PEOPLE.model_copy(update={"number": 5, "key": "row_5"})


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with open_stage(tmp_path, ROW_PEOPLE, ROW_LATE, SHARED) as opened:
        yield opened


def assemble(stage: Stage, **changes: Any) -> dict[str, Any]:
    catalogue: Any = SimpleNamespace(passport_of=lambda part: PASSPORTS[part.passport])
    stored = stage.applications.read(stage.id)
    for name, value in changes.items():
        object.__setattr__(stored, name, value)
    evidence = Evidence(
        stage.applications.read_attempts(stage.id),
        stage.store.read_arrivals(stage.id),
        stage.store.read_all_questions(stage.id),
    )
    assembler = DossierAssembler(catalogue, {}, lambda service, on: LAW)
    return assembler.assemble(stored, evidence, stage.applications.read_events(stage.id), NOW)


def parts(dossier: dict[str, Any]) -> dict[int, dict[str, Any]]:
    return {request["number"]: request["inquiries"][0]["parts"][0] for request in dossier["requests"]}


def test_a_late_answer_stands_in_the_dossier_with_its_message_its_time_and_its_hash(stage: Stage) -> None:
    stage.gathering.advance(stage.id)
    raw = push("late-1", chain=f"chain-of-{stage.exchange(LATE).id}")
    stage.clock.move(minutes=3)
    stage.arrivals.receive(raw)
    part = parts(assemble(stage))[3]
    (arrival,) = part["arrivals"]
    assert (arrival["message_id"], arrival["kind"]) == ("late-1", "RESPONSE")
    assert arrival["received_at"] == "2026-10-05T10:03:00+05:00"
    assert arrival["sha256"] == hashlib.sha256(raw).hexdigest()
    assert len(part["attempts"]) == 1


def test_what_was_asked_stands_in_the_dossier(stage: Stage) -> None:
    stage.gathering.advance(stage.id)
    assert parts(assemble(stage))[1]["question"] == {"iin": IIN}


def test_exchanges_and_chains_are_not_named_but_it_is_seen_what_is_shared(stage: Stage) -> None:
    stage.gathering.advance(stage.id)
    dossier = assemble(stage)
    assert {number: part["exchange"] for number, part in parts(dossier).items()} == {1: 1, 3: 2, 5: 1}
    text = json.dumps(dossier)
    assert all(exchange_id not in text for exchange_id in stage.case.exchanges)
    assert "chain-of-" not in text and "exc_" not in text


def test_the_promised_date_and_the_rules_are_those_of_the_acceptance(stage: Stage) -> None:
    kept = LegalDate(date(2030, 1, 1), "a clause of that day", assumed=False, provisional=False)
    terms = assemble(stage, promised=kept, rules_version="of-that-day")["terms"]
    assert terms["promised"] == {
        "on": "2030-01-01", "clause": "a clause of that day", "assumed": False, "provisional": False,
    }  # fmt: skip
    assert (terms["rules_version"], terms["rules_version_now"]) == ("of-that-day", LAW.rules.version)
