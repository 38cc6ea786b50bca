"""A pushed message is committed or refused once, whatever fails around it, and the bus learns of it in the end."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adapters.file_store import LARGEST
from contracts.errors import (
    CallerError,
    ContractBroken,
    GatewayError,
    NotAllowed,
    NotFound,
    RevocationUnknown,
    UntrustedAnswer,
)
from contracts.exchange import Arrival, StatusChange
from gateway.intake.handed_in import MOST_PAPERS_BYTES
from gateway.store.bus_clients import OVER_THE_BUS
from gateway.store.pushed_rows import PushedState
from gateway.store.rows import ClientKind
from gateway.store.webhooks import WebhookStore
from signing.verdict import SubIndication
from tests.gateway.pushed.desk import NOW, PORTAL, Desk, LargeFiles, open_desk, pushed, wrapper
from tests.gateway.sample_case import APPLICANT_IIN
from tests.support.databases import POSTGRESQL, SQLITE
from tests.support.verdicts import refused


@pytest.fixture(params=[SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.needs_postgresql)])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with open_desk(request.param, tmp_path) as desk:
        yield desk


def test_a_message_becomes_one_application_and_its_delivery_is_accepted(desk: Desk) -> None:
    desk.intake.take(pushed())
    kept = desk.kept.find("m-1")
    assert kept is not None and kept.state is PushedState.ACCEPTED
    stored = desk.applications.read(kept.application_id)
    assert json.loads(stored.body)["applicant"]["iin"] == APPLICANT_IIN
    assert desk.bus.told == [("accepted", "m-1")]
    assert desk.kept.next_owed() is None


def test_a_message_that_comes_again_is_told_of_again_and_changes_nothing(desk: Desk) -> None:
    for _ in range(3):
        desk.intake.take(pushed())
    assert desk.count() == 1
    assert desk.bus.told == [("accepted", "m-1")] * 3


def test_a_refusal_is_answered_on_the_chain_once(desk: Desk) -> None:
    desk.verdict = refused(SubIndication.HASH_FAILURE)
    desk.intake.take(pushed())
    desk.intake.take(pushed())
    assert desk.count() == 0
    assert desk.bus.told == [("accepted", "m-1"), ("RESPONSE", "chain-of-m-1"), ("accepted", "m-1")]


def test_a_refusal_that_waited_for_its_turn_is_not_told_once_more(desk: Desk) -> None:
    desk.verdict = refused(SubIndication.HASH_FAILURE)
    desk.bus.away = True
    desk.intake.take(pushed())
    before = desk.kept.find("m-1")
    assert before is not None and before.answered_at is None
    desk.bus.away = False
    for _ in range(2):
        desk.intake.settling.settle_soon(before)
    assert [what for what, _ in desk.bus.told].count("RESPONSE") == 1


def test_what_is_refused_beside_an_accepted_application_does_not_end_its_chain(desk: Desk) -> None:
    desk.intake.take(pushed())
    desk.intake.take(pushed("m-2", kind="UPDATE", correlation_id="chain-of-m-1"))
    assert desk.count() == 1
    assert desk.bus.told == [("accepted", "m-1"), ("accepted", "m-2"), ("NOTIFICATION", "chain-of-m-1")]


def test_while_the_bus_is_away_it_is_owed_and_told_when_it_is_back(desk: Desk) -> None:
    desk.bus.away, desk.verdict = True, refused(SubIndication.HASH_FAILURE)
    desk.intake.take(pushed())
    due = desk.kept.next_owed()
    assert due is not None and desk.bus.told == []
    desk.bus.away, desk.now = False, due
    desk.intake.settling.settle_owed()
    assert desk.bus.told == [("accepted", "m-1"), ("RESPONSE", "chain-of-m-1")]
    assert desk.kept.next_owed() is None


def test_a_bus_that_stays_away_is_given_up_after_a_day_and_a_half(desk: Desk) -> None:
    desk.bus.away = True
    desk.intake.take(pushed())
    tries = 0
    while (due := desk.kept.next_owed()) is not None:
        desk.now, tries = max(due, desk.now), tries + 1
        desk.intake.settling.settle_owed()
        assert tries < 100
    assert desk.now - NOW > timedelta(hours=30)


def test_what_a_killed_process_left_undone_is_due_at_the_next_start(desk: Desk) -> None:
    desk.bus.away = True
    desk.intake.take(pushed())
    desk.bus.away = False
    desk.intake.settling.recover()
    desk.intake.settling.settle_owed()
    assert desk.bus.told == [("accepted", "m-1")]


@pytest.mark.parametrize("date", [NOW - timedelta(hours=73), NOW + timedelta(minutes=6), None])
def test_a_message_that_is_stale_of_the_future_or_without_a_date_begins_nothing(
    desk: Desk, date: datetime | None
) -> None:
    desk.intake.take(pushed(message_date=date))
    assert (desk.count(), desk.bus.told) == (0, [("push-stale", "m-1"), ("RESPONSE", "chain-of-m-1")])


def test_what_cannot_be_judged_now_is_brought_again_by_the_bus_and_taken_then(desk: Desk) -> None:
    sound, desk.verdict = desk.verdict, RevocationUnknown()
    with pytest.raises(RevocationUnknown):
        desk.intake.take(pushed())
    assert (desk.count(), desk.kept.find("m-1"), desk.bus.told) == (0, None, [])
    desk.verdict = sound
    desk.intake.take(pushed())
    assert desk.count() == 1


@pytest.mark.parametrize(
    ("arrival", "error"),
    [
        (pushed(vouched_by=()), UntrustedAnswer),
        (pushed(service_id="OTHER"), NotFound),
        (pushed(sender="nobody"), NotAllowed),
        (pushed(sender=""), NotAllowed),
        (pushed(correlation_id=""), ContractBroken),
        (pushed(kind="NOTIFICATION"), ContractBroken),
        (pushed(kind="RESPONSE"), ContractBroken),
        (pushed(message_id="m" * 101), ContractBroken),
    ],
)
def test_what_is_no_clients_message_of_the_bus_leaves_nothing(
    desk: Desk, arrival: Arrival, error: type[GatewayError]
) -> None:
    with pytest.raises(error):
        desk.intake.take(arrival)
    assert (desk.count(), desk.kept.find(arrival.message_id), desk.bus.told) == (0, None, [])


@pytest.mark.parametrize("kind", ["REQUEST", "UPDATE"])
def test_nobody_begins_anything_on_anothers_chain(desk: Desk, kind: str) -> None:
    desk.intake.take(pushed())
    other, _ = desk.applications.add_client("Other", ClientKind.PORTAL, "portal")
    desk.clients.set_sender(other.id, "other")
    told = list(desk.bus.told)
    with pytest.raises(NotAllowed) as refused_:
        desk.intake.take(pushed("m-2", sender="other", kind=kind, correlation_id="chain-of-m-1"))
    assert refused_.value.public_code == "push-chain-foreign"
    assert (desk.count(), desk.kept.find("m-2"), desk.bus.told) == (1, None, told)


def test_another_message_under_a_known_id_does_not_pass_for_the_known_one(desk: Desk) -> None:
    desk.intake.take(pushed())
    with pytest.raises(ContractBroken):
        desk.intake.take(pushed(correlation_id="another-chain"))
    assert (desk.count(), desk.bus.told) == (1, [("accepted", "m-1")])


def test_a_client_whose_key_was_revoked_begins_nothing_more(desk: Desk) -> None:
    client = desk.clients.find(PORTAL)
    assert client is not None
    desk.applications.revoke_client(client.id)
    with pytest.raises(NotAllowed):
        desk.intake.take(pushed())


def test_a_sender_is_one_clients_alone(desk: Desk) -> None:
    other, _ = desk.applications.add_client("Other", ClientKind.PORTAL, "portal")
    with pytest.raises(CallerError) as refused_:
        desk.clients.set_sender(other.id, PORTAL)
    assert refused_.value.public_code == "bus-sender-taken"
    client = desk.clients.find(PORTAL)
    assert client is not None and client.name == "Portal"
    desk.clients.remove_sender(client.id)
    desk.clients.set_sender(other.id, PORTAL)
    assert desk.clients.find_sender(other.id) == PORTAL


def test_the_sender_of_a_revoked_client_is_free_for_the_next(desk: Desk) -> None:
    client = desk.clients.find(PORTAL)
    assert client is not None
    desk.applications.revoke_client(client.id)
    other, _ = desk.applications.add_client("Other", ClientKind.PORTAL, "portal")
    desk.clients.set_sender(other.id, PORTAL)
    found = desk.clients.find(PORTAL)
    assert found is not None and found.id == other.id
    desk.applications.revoke_client(other.id)
    desk.clients.remove_sender(other.id)
    assert desk.clients.find_sender(other.id) == ""


def test_who_is_told_over_the_bus_keeps_that_way_while_it_has_a_sender(desk: Desk) -> None:
    client = desk.clients.find(PORTAL)
    assert client is not None
    webhooks = WebhookStore(desk.kept.database, desk.kept.sealer, lambda: NOW)
    with pytest.raises(CallerError) as refused_:
        webhooks.remove_webhook(client.id)
    assert refused_.value.public_code == "told-over-bus"
    assert webhooks.read_state(client.id).url == OVER_THE_BUS


@pytest.mark.parametrize(
    "document",
    [
        b"<letter/>",
        b"",
        b'<application xmlns="urn:asp-gateway:application:1">***</application>',
        b'<application xmlns="urn:asp-gateway:application:1" id="1">e30=</application>',
        b'<submission xmlns="urn:asp-gateway:bus:1"/>',
        b'<submission xmlns="urn:asp-gateway:bus:1"><signed>PGE+</signed></submission>',
        b'<!DOCTYPE a [<!ENTITY e "x">]><application xmlns="urn:asp-gateway:application:1">&e;</application>',
        ContractBroken("the message carries no data"),
    ],
)
def test_a_document_that_is_none_is_refused_as_such(desk: Desk, document: bytes | GatewayError) -> None:
    desk.bus.document = document
    desk.intake.take(pushed())
    kept = desk.kept.find("m-1")
    assert kept is not None and (kept.state, kept.code) == (PushedState.REFUSED, "push-malformed")
    assert desk.count() == 0


@pytest.mark.parametrize("name", ["A" * 101, "&lt;b&gt;A.&lt;/b&gt;"])
def test_who_accepted_it_has_a_name_that_can_be_kept_and_printed(desk: Desk, name: str) -> None:
    signed = base64.b64encode(wrapper()).decode()
    desk.bus.document = (
        f'<submission xmlns="urn:asp-gateway:bus:1"><signed>{signed}</signed>'
        f"<acceptedBy>{name}</acceptedBy></submission>"
    ).encode()
    desk.intake.take(pushed())
    kept = desk.kept.find("m-1")
    assert kept is not None
    assert [(one.code, one.pointer) for one in kept.problems] == [("push-malformed", "/accepted_by")]


def test_files_that_are_too_large_together_are_not_all_fetched(desk: Desk) -> None:
    files, signed = LargeFiles(), base64.b64encode(wrapper()).decode()
    attachments = "".join(f"<attachment><fileId>{n}</fileId><name>{n}</name></attachment>" for n in range(10))
    document = f'<submission xmlns="urn:asp-gateway:bus:1"><signed>{signed}</signed>{attachments}</submission>'
    desk.bus.document = document.encode()
    replace(desk.intake, files=files).take(pushed())
    kept = desk.kept.find("m-1")
    assert kept is not None and (kept.code, desk.count()) == ("papers-too-large", 0)
    assert len(files.fetched) == MOST_PAPERS_BYTES // LARGEST + 1


def test_what_became_of_our_message_is_noted_and_of_others_nothing(desk: Desk) -> None:
    desk.intake.take(pushed())
    kept = desk.kept.find("m-1")
    assert kept is not None
    desk.kept.keep_sent("out-1", kept.application_id, 1, "NOTIFICATION", NOW)
    desk.intake.note_state(StatusChange("out-1", "DELIVERED", "{1}"))
    desk.intake.note_state(StatusChange("nobody's", "DELIVERED", "{1}"))
    assert [(one.message_id, one.state) for one in desk.kept.list_sent(kept.application_id)] == [("out-1", "DELIVERED")]


def test_who_is_not_reached_fetches_and_one_bad_message_holds_no_other_up(desk: Desk) -> None:
    strange, odd, bare = pushed("bad", sender="nobody"), pushed("odd", kind="RESPONSE"), pushed("bare", vouched_by=())
    desk.bus.waiting = [strange, odd, bare, pushed("good")]
    desk.intake.fetch_pending()
    assert desk.count() == 1
    turned_away = [("push-sender-unknown", "bad"), ("contract-broken", "odd")]
    assert desk.bus.told == [*turned_away, ("accepted", "good")], "none is left there to be fetched again and again"


def test_of_the_same_message_at_the_same_instant_one_application_comes(desk: Desk) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: desk.intake.take(pushed()), range(8)))
    assert desk.count() == 1
    assert {what for what, _ in desk.bus.told} == {"accepted"}


def test_of_one_signature_in_many_messages_at_once_one_is_accepted(desk: Desk) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: desk.intake.take(pushed(f"m-{n}")), range(8)))
    assert desk.count() == 1
    states = [kept.state for n in range(8) if (kept := desk.kept.find(f"m-{n}")) is not None]
    assert sorted(states) == [PushedState.ACCEPTED] + [PushedState.REFUSED] * 7
