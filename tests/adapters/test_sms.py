"""The SMS gateway's answers, each as what it means for a delivery; nothing of the message is told by an error."""

from dataclasses import replace

import pytest

from adapters.ports import Deadline
from adapters.sms import SmsGateway, find_sms_passport
from contracts.errors import DeliveryFailed, DeliveryRefused, GatewayError, NoticeError, SettingInvalid
from contracts.sms import Receipt, SmsMessage
from contracts.words import Protocol
from tests.adapters.passports import shipped
from tests.adapters.rig import Rig, answer, fault, rig, texts_of
from tests.adapters.stub_server import Asked, Conversation, http, serving

PHONE, TEXT = "+77000000417", "По вашему заявлению есть уведомление"
MESSAGE = SmsMessage("sms-417", PHONE, TEXT)


def reply(status: str, said: str = "", number: str = "<requestId>gw-1</requestId>") -> bytes:
    message = f"<statusMessage>{said}</statusMessage>" if said else ""
    return http(200, answer(f"{number}<status>{status}</status>{message}"))


def send(given: bytes, seconds: float = 5) -> tuple[Receipt | GatewayError, Rig, list[Asked]]:
    with serving(lambda asked, conversation: given) as server:
        made = rig(shipped(), server.url, settings={"sms_sender": "1414"})
        try:
            got: Receipt | GatewayError = made.adapters.sms.send(
                MESSAGE, deadline=Deadline(seconds), record=made.attempts.append
            )
        except GatewayError as error:
            got = error
        made.adapters.close()
    return got, made, server.asked


def test_a_message_that_is_taken_has_the_gateways_receipt() -> None:
    got, made, _ = send(reply("OK"))
    assert got == Receipt("gw-1")
    assert made.failures == [""]


def test_a_gateway_that_gives_no_id_is_known_by_the_id_of_its_reply() -> None:
    assert send(reply("OK", number=""))[0] == Receipt("reply-1")


FAILED = {
    "ERROR": (reply("ERROR", "Внутренняя ошибка"), "registry-failed"),
    "ERROR with the phone in its words": (reply("ERROR", f"{PHONE}: {TEXT}"), "registry-failed"),
    "an unknown status": (reply("QUEUED"), "unclassified"),
    "a status of the bus": (http(200, answer("", status="SCSE003")), "registry-failed"),
    "a fault": (http(500, fault("999")), "registry-failed"),
    "a fault that nobody lists": (http(500, fault("XX-1")), "unclassified"),
    "a page": (http(503, b"<html>503</html>", "text/html"), "registry-unavailable"),
    "success without data": (http(200, answer("")), "contract-broken"),
    "no envelope": (http(200, b"<a/>"), "contract-broken"),
}


@pytest.mark.parametrize("name", FAILED)
def test_whatever_is_neither_receipt_nor_refusal_is_tried_again_later(name: str) -> None:
    given, cause = FAILED[name]
    got, made, _ = send(given)
    assert isinstance(got, DeliveryFailed)
    assert got.retryable
    assert got.detail.startswith(cause)
    assert made.failures[-1] == cause


@pytest.mark.parametrize(
    "given", [reply("ERROR", "Номер не принимает SMS"), http(403, b"<html>no</html>", "text/html")]
)
def test_what_the_gateway_refuses_is_refused_after_one_try(given: bytes) -> None:
    got, _, asked = send(given)
    assert isinstance(got, DeliveryRefused)
    assert not got.retryable
    assert len(asked) == 1


def test_every_try_carries_the_same_id() -> None:
    _, made, asked = send(reply("ERROR"))
    assert len(asked) == find_tries() > 1
    assert len({one.body for one in asked}) == 1
    assert b"<requestId>sms-417</requestId>" in asked[0].body
    assert len(made.attempts) == len(asked)


def find_tries() -> int:
    passport = find_sms_passport(shipped().passports)
    assert passport is not None
    return passport.limits.tries


@pytest.mark.parametrize("given", [one for one, _ in FAILED.values()] + [reply("ERROR", "Номер не принимает SMS")])
def test_no_error_tells_the_phone_or_the_text(given: bytes) -> None:
    got, _, _ = send(given)
    assert isinstance(got, NoticeError)
    told = " ".join(texts_of(got))
    assert PHONE[2:] not in told
    assert TEXT not in told


def test_a_silent_gateway_is_left_at_the_deadline() -> None:
    def hold(asked: Asked, conversation: Conversation) -> None:
        conversation.stall()

    with serving(hold) as server:
        made = rig(shipped(), server.url)
        patience = Deadline(5)
        with pytest.raises(DeliveryFailed, match="registry-timed-out"):
            made.adapters.sms.send(MESSAGE, deadline=Deadline(0.3))
        assert not patience.expired
        made.adapters.close()


def test_a_catalogue_without_such_a_service_or_with_a_late_one_is_the_operators_matter() -> None:
    passport = find_sms_passport(shipped().passports)
    assert passport is not None
    late = passport.model_copy(update={"protocol": Protocol.SHEP_ASYNC})
    for chosen in (None, late):
        gateway = SmsGateway(chosen, {})
        with pytest.raises(SettingInvalid):
            gateway.send(MESSAGE, deadline=Deadline(1))
    assert find_sms_passport({}) is None


def test_each_message_carries_its_own_id() -> None:
    """Two messages with the same words are two: only the id tells them apart."""
    with serving(lambda asked, conversation: reply("OK")) as server:
        made = rig(shipped(), server.url)
        for number in ("sms-1", "sms-2"):
            made.adapters.sms.send(replace(MESSAGE, id=number), deadline=Deadline(5))
        made.adapters.close()
    assert [b"<requestId>sms-1<" in one.body for one in server.asked] == [True, False]
