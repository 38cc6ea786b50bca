"""КДП's two replies, typed by hand: its own root, and the envelope of which every element is in its namespace."""

from __future__ import annotations

import pytest

from adapters.ports import Deadline
from contracts.errors import ContractBroken, UntrustedAnswer
from contracts.exchange import Question, Reply
from contracts.words import QuestionWord
from tests.adapters.passports import shipped
from tests.adapters.rig import answer, rig
from tests.adapters.stub_server import always, http, serving

CATALOGUE = shipped()
KDP = CATALOGUE.passports["kdp-consent"]
FIELDS = """<status>{status}</status><code>a.b.c</code><public-key>MFkw</public-key>
<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>"""
PLAIN = f'<getUserDataResponse xmlns="http://service.2fa-chain.kz/ns/kdp">{FIELDS}</getUserDataResponse>'
ENVELOPED = f"""<sendMessageResponse xmlns="http://service.2fa-chain.kz/ns/kdp"><responseData>
<data>{FIELDS}</data></responseData></sendMessageResponse>"""


def ask(data: str, checked: list[bytes] | None = None, *, silently: bool = False, scope: str = "") -> tuple[Reply, str]:
    """The reply, and what was sent."""

    def check(registry: str, document: bytes) -> bytes:
        assert registry == KDP.registry
        if checked is not None:
            checked.append(document)
        if b"forged" in document:
            raise UntrustedAnswer
        return document

    words = {QuestionWord.IIN: "881105491015"}
    words |= {QuestionWord.OMIT_SMS: "true"} if silently else {}
    words |= {QuestionWord.CONSENT_SCOPE: scope} if scope else {}
    with serving(always(http(200, answer(data)))) as server:
        made = rig(CATALOGUE, server.url, sign_payload=lambda document: document, check_payload=check)
        try:
            got = made.adapters.ask(KDP, Question("i-1", words), deadline=Deadline(10), record=made.attempts.append)
        finally:
            made.adapters.close()
        sent = server.asked[0].body.decode()
    assert isinstance(got, Reply)
    return got, sent


@pytest.mark.parametrize("data", [PLAIN, ENVELOPED], ids=["plain", "enveloped"])
def test_both_are_read_alike_and_what_is_read_is_what_the_registry_signed(data: str) -> None:
    checked: list[bytes] = []
    reply, _ = ask(data.format(status="VALID"), checked)
    consent = reply.record["consent"]
    assert (consent["status"].value, consent["token"], consent["public_key"]) == ("granted", "a.b.c", "MFkw")
    assert len(checked) == 1 and b"responseData" not in checked[0]
    assert reply.vouched_by == ("registry",)


@pytest.mark.parametrize("data", [PLAIN, ENVELOPED], ids=["plain", "enveloped"])
def test_neither_is_believed_where_its_signature_does_not_hold(data: str) -> None:
    with pytest.raises(UntrustedAnswer):
        ask(data.format(status="VALID").replace("MFkw", "forged"))


def test_an_envelope_without_its_inner_elements_is_a_broken_contract() -> None:
    with pytest.raises(ContractBroken):
        ask('<sendMessageResponse xmlns="http://service.2fa-chain.kz/ns/kdp"><responseData/></sendMessageResponse>')


@pytest.mark.parametrize(("silently", "told"), [(False, "false"), (True, "true")])
def test_a_look_up_asks_for_no_message(silently: bool, told: str) -> None:
    _, sent = ask(PLAIN.format(status="PENDING"), silently=silently)
    assert f"<omit-sms>{told}</omit-sms>" in sent


def test_a_scope_takes_the_place_of_the_access_that_the_passport_names() -> None:
    own = next(field.value for field in KDP.request.fields if field.path == "access_name")
    _, usual = ask(PLAIN.format(status="VALID"))
    _, narrow = ask(PLAIN.format(status="VALID"), scope="Сведения банка")
    assert f"<access_name>{own}</access_name>" in usual
    assert "<access_name>Сведения банка</access_name>" in narrow
