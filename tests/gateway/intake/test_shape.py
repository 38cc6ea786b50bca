"""The shape of a body and of an application: strict JSON, known fields, each fault with its code and pointer."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from contracts.application import Application
from contracts.errors import CallerError, InvalidInput, MalformedInput, SignatureRefused
from gateway.intake.envelope import open_envelope
from gateway.intake.model import LONGEST_POINTER, MOST_PROBLEMS, read_application
from gateway.intake.strict_json import MOST_VALUES, read_json
from tests.gateway.sample_case import encode, make_application, make_body

SECRET = "900101300017"


def faults(application: Any) -> list[tuple[str, str]]:
    with pytest.raises(CallerError) as caught:
        read_application(application if isinstance(application, bytes) else encode(application))
    assert SECRET not in str([caught.value.problems, caught.value])
    return [(problem.code, problem.pointer) for problem in caught.value.problems]


def changed(**changes: Any) -> dict[str, Any]:
    return make_application() | changes


def test_an_application_that_is_right_is_read() -> None:
    assert read_application(encode(make_application())).service == "asp"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "malformed-json"),
        (b"{", "malformed-json"),
        (b'{"a": 1,}', "malformed-json"),
        (b"{} {}", "malformed-json"),
        (b'\xef\xbb\xbf{"a": 1}', "malformed-json"),
        (b'{"a": NaN}', "malformed-json"),
        (b'{"a": -Infinity}', "malformed-json"),
        (b"[" * 100_000, "malformed-json"),
        (b'{"a":' * 100_000, "malformed-json"),
        (b'{"a": 1, "a": 1}', "duplicate-key"),
        (b'{"a": {"b": 1, "\\u0062": 2}}', "duplicate-key"),
        (b'{"a": "\xff"}', "not-utf8"),
        (encode({f"k{n}": 1 for n in range(MOST_VALUES + 1)}), "too-many-values"),
        (encode([{"a": [1]}] * MOST_VALUES), "too-many-values"),
        ("{}".encode("utf-16"), "not-utf8"),
    ],
)
def test_what_is_not_strict_json_is_refused_where_it_stands(data: bytes, code: str) -> None:
    with pytest.raises(MalformedInput) as caught:
        read_json(data, "/application")
    assert [(p.code, p.pointer) for p in caught.value.problems] == [(code, "/application")]


def test_a_number_of_any_length_is_read() -> None:
    assert read_json(b"[" + b"9" * 10_000 + b", 12]")[1] == 12


def test_half_of_a_surrogate_pair_is_no_text() -> None:
    assert faults(encode(changed(service="asp")).replace(b'"asp"', b'"\\ud800"')) == [
        ("malformed-json", "/application")
    ]


@pytest.mark.parametrize("value", [b"9" * 6_000, b"[" * 250 + b"]" * 250], ids=["long number", "deep list"])
def test_what_our_own_parser_reads_and_the_models_does_not_is_named_as_what_it_may_be(value: bytes) -> None:
    with pytest.raises(MalformedInput, match=r"number too long, or too deep"):
        read_application(b'{"x":' + value + b"}")


def test_every_fault_of_shape_is_told_at_once_and_in_order() -> None:
    application = changed(hobby=SECRET, language="en")
    application["family"] = [application["family"][0] for _ in range(11)]
    for place in (2, 10):
        application["family"][place] = application["family"][place] | {"a/b~c": SECRET, "birth_date": SECRET}
    del application["account"]
    application["applicant"]["iin"] = SECRET[:-1]
    assert faults(application) == [
        ("missing-field", "/account"),
        ("iin-format", "/applicant/iin"),
        ("unknown-field", "/family/2/a~1b~0c"),
        ("invalid-value", "/family/2/birth_date"),
        ("unknown-field", "/family/10/a~1b~0c"),
        ("invalid-value", "/family/10/birth_date"),
        ("unknown-field", "/hobby"),
        ("invalid-value", "/language"),
    ]


@pytest.mark.parametrize(
    "birth_date", ["1990-02-30", "01.01.1990", "631152000", 631152000, "1990-01-01T00:00:00", "+1990-1-1", None, ""]
)
def test_only_a_calendar_date_is_a_date(birth_date: Any) -> None:
    application = make_application()
    application["applicant"]["birth_date"] = birth_date
    assert faults(application) == [("invalid-value", "/applicant/birth_date")]


@pytest.mark.parametrize("character", ["\ufffe", "\uffff", "\ufdd0", "\U0001ffff", "\U0010fffe"])
@pytest.mark.parametrize(
    ("path", "pointer"),
    [(("applicant", "surname"), "/applicant/surname"), (("applicant", "address"), "/applicant/address"),
     (("applicant", "document", "number"), "/applicant/document/number"), (("account", "iban"), "/account/iban"),
     (("family", 1, "name"), "/family/1/name"), (("family", 1, "occupation"), "/family/1/occupation")],
)  # fmt: skip
def test_a_text_that_xml_cannot_hold_is_refused_wherever_it_stands(path: Any, pointer: str, character: str) -> None:
    application = make_application()
    application["applicant"]["document"] = {"kind": "passport", "number": "N1"}
    place: Any = application
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = f"{place.get(path[-1], '')}{character}"
    assert faults(application) == [("invalid-value", pointer)]


def test_a_fault_of_shape_and_a_character_are_told_together_and_none_twice() -> None:
    application = changed(language="ru\uffff")
    application["applicant"]["name"] = "\ufffe"
    assert faults(application) == [("invalid-value", "/applicant/name"), ("invalid-value", "/language")]


@pytest.mark.parametrize("text", ["Ә-\u0301 \U0001f9ff", "\ue000\ufffd", "a\u0085b"])
def test_every_other_text_is_taken_and_can_be_written_as_xml(text: str) -> None:
    application = make_application()
    application["applicant"]["address"] = text
    assert read_application(encode(application)).applicant.address == text
    etree.Element("x").text = text


def test_a_name_in_the_body_is_looked_at_too() -> None:
    assert envelope_faults(make_body(accepted_by="И\uffff")) == [("invalid-value", "/accepted_by")]


@pytest.mark.parametrize("given", ["true", 1, None, "yes"])
def test_a_consent_is_true_and_not_something_like_it(given: Any) -> None:
    found = faults(changed(consents={"personal_data": given, "verification": True}))
    assert found == [("invalid-value", "/consents/personal_data")]


def test_a_consent_that_is_not_there_is_a_missing_consent() -> None:
    application = make_application()
    del application["consents"]
    assert faults(application) == [("consent-missing", "/consents")]
    assert faults(changed(consents={"verification": True})) == [("consent-missing", "/consents/personal_data")]


@pytest.mark.parametrize("application", [[], "text", 5, None])
def test_an_application_is_an_object(application: Any) -> None:
    assert faults(application) == [("invalid-value", "")]


@pytest.mark.parametrize(
    ("name", "told"),
    [("900101300017", "/90********17"), ("iin 900101300017!", "/iin 90********17!"), ("1" * 16, f"/{'*' * 12}")],
)
def test_a_number_in_a_name_that_nobody_knows_is_masked(name: str, told: str) -> None:
    unknown: dict[str, Any] = {name: "x"}
    assert [pointer for _, pointer in envelope_faults(make_body(**unknown))] == [told]


def test_a_flood_of_faults_is_cut_and_so_is_a_long_name() -> None:
    found = faults(changed(**{f"x{n:04d}": 1 for n in range(4000)}))
    assert len(found) == MOST_PROBLEMS
    (_, pointer), *_ = faults(changed(**{"z" * 5000: 1}))
    assert len(pointer) <= LONGEST_POINTER + 1


@settings(max_examples=40, deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(
    st.text() | st.sampled_from([*Application.model_fields, "schema"]), x)))  # fmt: skip
def test_whatever_json_comes_the_answer_is_a_refusal_with_a_code(document: Any) -> None:
    with pytest.raises((MalformedInput, InvalidInput)) as caught:
        read_application(json.dumps(document).encode())
    assert all(problem.code and problem.detail for problem in caught.value.problems)


def envelope_faults(body: bytes) -> list[tuple[str, str]]:
    with pytest.raises((MalformedInput, SignatureRefused)) as caught:
        open_envelope(body)
    return [(problem.code, problem.pointer) for problem in caught.value.problems]


def test_the_signed_bytes_are_taken_out_exactly_as_they_are() -> None:
    content = b' {"any":\r\n  "bytes"}\xff'
    envelope = open_envelope(make_body(content=content))
    assert (envelope.content, envelope.signature) == (content, b"signature")
    assert b"any" not in repr(envelope).encode()


@pytest.mark.parametrize("text", ["!!!!", "QQ=", "QR==", "QQ==\n", " QQ==", "QQ", "Ä" * 4, "QUI-", "QUJD===="])
def test_base64_is_strict(text: str) -> None:
    assert envelope_faults(make_body(application=text)) == [("malformed-base64", "/application")]


def test_base64_of_a_signature_may_be_broken_into_lines() -> None:
    value = base64.encodebytes(b"x" * 100).decode().replace("\n", "\r\n")
    body = make_body(signature={"method": "eds", "format": "cms", "value": value})
    assert open_envelope(body).signature == b"x" * 100


@pytest.mark.parametrize(
    ("signature", "fault"),
    [
        ({"method": "telepathy"}, ("signature-method-unsupported", "/signature/method")),
        ({"method": "otp", "value": "QQ=="}, ("signature-method-unsupported", "/signature/value")),
        (
            {"method": "eds", "format": "pades", "value": "QQ=="},
            ("signature-method-unsupported", "/signature/format"),
        ),
        ({"method": "eds", "format": "cms"}, ("missing-field", "/signature/value")),
        ({"method": "eds", "format": "cms", "value": "*"}, ("malformed-base64", "/signature/value")),
        ({"format": "cms", "value": "QQ=="}, ("missing-field", "/signature/method")),
        ({"method": "eds", "format": "cms", "value": "QQ==", "x": 1}, ("unknown-field", "/signature/x")),
        ("QQ==", ("invalid-value", "/signature")),
    ],
)
def test_a_signature_of_another_kind_is_refused(signature: Any, fault: tuple[str, str]) -> None:
    assert envelope_faults(make_body(signature=signature)) == [fault]


def test_a_body_with_other_fields_is_refused() -> None:
    assert envelope_faults(make_body(chanel="center")) == [("unknown-field", "/chanel")]
    assert envelope_faults(b"{}") == [("missing-field", "/application"), ("missing-field", "/signature")]
    assert envelope_faults(make_body(application="")) == [("missing-field", "/application")]
