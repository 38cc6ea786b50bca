"""Letters by the API: read, signed over their very bytes, sent, answered, withdrawn; each state once."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from contracts.errors import SignatureRefused
from gateway.store.acting import Actor
from tests.gateway.api.house import CLERK, CLERK_IIN, OTHER_IIN, PDF, House, encode, sign_letter, told
from tests.gateway.documents.reading import read_text
from tests.support.verdicts import passed

ELECTRONIC, BY_HAND = "Подписывает", "Подпись"
"""What the place of the signature says."""
SENT = {"channel": "paper", "number": "1-2/3"}


def read_pdf(house: House, location: str, form: str = "") -> bytes:
    asked = f"?form={form}" if form else ""
    response = house.get(f"{location}/letters/1{asked}", Accept="application/pdf")
    assert response.content_type == "application/pdf"
    return bytes(response.data)


def test_a_letter_says_whom_it_asks_for_what(house: House) -> None:
    location = house.drafted()
    (letter,) = house.get(f"{location}/letters").get_json()["letters"]
    assert (letter["n"], letter["owner"], letter["round"], letter["state"]) == (1, "medicine", 1, "drafted")
    assert letter["cells"] == [{"inquiry": house.inquiry(location), "number": 1, "subject": "applicant"}]
    assert house.get(f"{location}/letters/1").get_json() == letter


def test_a_letter_is_signed_over_the_bytes_that_were_read(house: House) -> None:
    location = house.drafted()
    pdf = read_pdf(house, location)
    assert pdf == read_pdf(house, location)
    letter = house.post(f"{location}/letters/1/signature", {"signature": sign_letter(pdf)}).get_json()
    assert (letter["state"], letter["signed_by"], letter["signed_how"]) == ("signed", CLERK, "specialist")
    assert read_pdf(house, location) == pdf


def test_what_was_signed_is_given_back_byte_for_byte_whatever_comes_after(house: House) -> None:
    location = house.drafted()
    pdf = read_pdf(house, location)
    house.post(f"{location}/letters/1/signature", {"signature": sign_letter(pdf)})
    house.post(f"{location}/letters/1/sent", SENT | {"channel": "electronic"})
    house.desk.move(days=1)
    house.bring(location)
    house.work(location)
    assert read_pdf(house, location) == pdf
    assert read_pdf(house, location, form="electronic") == pdf
    (letter,) = house.get(f"{location}/dossier").get_json()["course"]["letters"]
    assert (letter["pdf_sha256"], letter["paper_sha256"]) == (hashlib.sha256(pdf).hexdigest(), "")


def test_a_letter_that_goes_out_on_paper_says_nothing_of_an_electronic_signature_and_its_copy_stays(
    house: House,
) -> None:
    location = house.drafted()
    assert ELECTRONIC in read_text(read_pdf(house, location))
    printed = read_pdf(house, location, form="paper")
    house.post(f"{location}/letters/1/sent", SENT)
    house.desk.move(days=1)
    house.bring(location)
    house.work(location)
    kept = read_pdf(house, location)
    assert kept == printed == read_pdf(house, location, form="paper")
    text = read_text(kept)
    assert BY_HAND in text and ELECTRONIC not in text and "цифровой подписью" not in text and CLERK not in text
    unsigned = house.get(f"{location}/letters/1?form=electronic", Accept="application/pdf")
    assert told(unsigned) == (404, "letter-unsigned")
    (letter,) = house.get(f"{location}/dossier").get_json()["course"]["letters"]
    assert (letter["pdf_sha256"], letter["paper_sha256"]) == ("", hashlib.sha256(printed).hexdigest())


def test_a_letter_that_was_signed_and_goes_out_on_paper_has_both_forms(house: House) -> None:
    location = house.drafted()
    pdf = read_pdf(house, location)
    house.post(f"{location}/letters/1/signature", {"signature": sign_letter(pdf)})
    house.post(f"{location}/letters/1/sent", SENT)
    assert ELECTRONIC not in read_text(read_pdf(house, location))
    assert read_pdf(house, location, form="electronic") == pdf


def test_a_letter_that_nobody_signed_before_it_was_withdrawn_claims_no_signature(house: House) -> None:
    location = house.drafted()
    house.post(f"{location}/letters/1/withdrawn")
    assert ELECTRONIC not in read_text(read_pdf(house, location))


def test_a_letter_has_two_forms_and_no_third(house: House) -> None:
    location = house.drafted()
    refused = house.get(f"{location}/letters/1?form=fax", Accept="application/pdf")
    assert told(refused) == (400, "invalid-value")


@pytest.mark.parametrize(
    ("signature", "status", "code"),
    [
        (sign_letter(b"other bytes"), 422, "signature-other-person"),
        ("", 400, "missing-field"),
        ("!", 400, "malformed-base64"),
        (None, 400, "invalid-value"),
        (1, 400, "invalid-value"),
    ],
)
def test_what_is_no_signature_of_the_letter_changes_nothing(
    house: House, signature: Any, status: int, code: str
) -> None:
    location = house.drafted()
    assert told(house.post(f"{location}/letters/1/signature", {"signature": signature})) == (status, code)
    assert house.get(f"{location}/letters/1").get_json()["state"] == "drafted"


def test_an_employees_key_signs_with_that_employees_certificate_alone(house: House) -> None:
    location = house.drafted()
    pdf = read_pdf(house, location)
    refused = house.post(f"{location}/letters/1/signature", {"signature": sign_letter(pdf, OTHER_IIN)})
    assert told(refused) == (422, "signature-other-person")
    assert OTHER_IIN not in refused.get_data(as_text=True)


def test_an_organisations_system_names_who_acts(house: House) -> None:
    location = house.drafted()
    unnamed = house.get(f"{location}/letters/1", "system", Accept="application/pdf")
    assert told(unnamed) == (400, "acted-by-missing")
    named = house.get(f"{location}/letters/1?acted_by=Ахметов Е.", "system", Accept="application/pdf")
    assert told(named) == (400, "acted-by-missing"), "names travel in no address"
    pdf = house.get(f"{location}/letters/1", "system", Accept="application/pdf", Acted_By=quote("Ахметов Е.")).data
    assert "Ахметов Е." in read_text(pdf)
    assert told(house.post(f"{location}/letters/1/sent", SENT, "system")) == (400, "acted-by-missing")
    letter = house.post(f"{location}/letters/1/sent", SENT | {"acted_by": "Ахметов Е."}, "system").get_json()
    assert letter["sent_by"] == "Ахметов Е."


def test_a_systems_call_is_signed_by_the_person_whom_it_names_alone(house: House) -> None:
    location = house.drafted()
    pdf = house.get(f"{location}/letters/1", "system", Accept="application/pdf", Acted_By=quote("Ахметов Е.")).data
    body = {"acted_by": "Ахметов Е.", "signature": sign_letter(pdf, OTHER_IIN)}
    letter = f"{location}/letters/1/signature"
    assert told(house.post(letter, body, "system")) == (400, "acted-by-iin-missing")
    assert told(house.post(letter, body | {"acted_by_iin": "1"}, "system")) == (400, "invalid-value")
    other = house.post(letter, body | {"acted_by_iin": CLERK_IIN}, "system")
    assert told(other) == (422, "signature-other-person")
    assert CLERK_IIN not in other.get_data(as_text=True)
    assert house.post(letter, body | {"acted_by_iin": OTHER_IIN}, "system").get_json()["state"] == "signed"


def test_an_employees_key_signs_as_nobody_else(house: House) -> None:
    location = house.drafted()
    body = {"signature": sign_letter(read_pdf(house, location)), "acted_by_iin": OTHER_IIN}
    assert told(house.post(f"{location}/letters/1/signature", body)) == (400, "acted-by-misplaced")


@pytest.mark.parametrize("name", ["%FF", "%0A", quote("x" * 121)])
def test_a_name_in_a_header_is_short_and_can_be_read(house: House, name: str) -> None:
    location = house.drafted()
    refused = house.get(f"{location}/letters/1", "system", Accept="application/pdf", Acted_By=name)
    assert refused.status_code == 400


@pytest.mark.parametrize(
    ("ours", "theirs", "code"),
    [
        ("990140009992", "990140009992", None),
        ("990140009992", None, None),
        ("000000000000", "990140009992", None),
        ("990140009992", "000140009999", "signature-other-organisation"),
    ],
)
def test_a_certificate_that_names_an_organisation_names_the_providers(
    house: House, ours: str, theirs: str | None, code: str | None
) -> None:
    location = house.drafted()
    pdf = read_pdf(house, location)
    desk = house.desk.course.office.letters
    head = replace(desk.files.organisation, bin=ours)
    verdict = passed(CLERK_IIN, pdf, bin_=theirs)
    ours_desk = replace(desk, files=replace(desk.files, organisation=head), verify=lambda *_: verdict)

    def sign() -> None:
        ours_desk.sign_by_employee(location.rpartition("/")[2], 1, b"cms", Actor("", CLERK), CLERK_IIN)

    if code is None:
        sign()
    else:
        with pytest.raises(SignatureRefused) as refused:
            sign()
        assert refused.value.problems[0].code == code


def test_an_employees_key_names_nobody_else(house: House) -> None:
    location = house.drafted()
    other = house.post(f"{location}/letters/1/sent", SENT | {"acted_by": "Ахметов Е."})
    assert told(other) == (400, "acted-by-misplaced")
    assert house.post(f"{location}/letters/1/sent", SENT | {"acted_by": CLERK}).status_code == 200


@pytest.mark.parametrize("name", ["x" * 121, "a\nb", "a\u202eb", 5])
def test_a_name_is_short_and_can_be_printed(house: House, name: Any) -> None:
    location = house.drafted()
    response = house.post(f"{location}/letters/1/sent", SENT | {"acted_by": name}, "system")
    assert told(response) == (400, "invalid-value")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"channel": "pigeon"}, 400, "invalid-value"),
        ({"number": ""}, 400, "invalid-value"),
        ({"number": "n" * 61}, 400, "invalid-value"),
        ({"number": None}, 400, "invalid-value"),
        ({"sent_at": "2026-10-05"}, 400, "invalid-value"),
        ({"sent_at": "2026-10-05T10:00:00"}, 400, "invalid-value"),
        ({"sent_at": "2999-01-01T00:00:00+05:00"}, 422, "invalid-value"),
        ({"sent_at": "2001-01-01T00:00:00+05:00"}, 422, "invalid-value"),
        ({"channel": "electronic"}, 409, "letter-unsigned"),
        ({"iin": "1"}, 400, "unknown-field"),
    ],
)
def test_a_letter_that_cannot_have_been_sent_so_stays_a_draft(
    house: House, change: dict[str, Any], status: int, code: str
) -> None:
    location = house.drafted()
    assert told(house.post(f"{location}/letters/1/sent", SENT | change)) == (status, code)
    assert house.get(f"{location}/letters/1").get_json()["state"] == "drafted"


def test_each_step_is_made_once(house: House) -> None:
    location = house.drafted()
    letter = f"{location}/letters/1"
    assert told(house.post(f"{letter}/answered")) == (409, "letter-state")
    assert house.post(f"{letter}/sent", SENT).status_code == 200
    for step, body in (("sent", SENT), ("signature", {"signature": encode(b"x")})):
        assert told(house.post(f"{letter}/{step}", body)) == (409, "letter-state")
    assert house.post(f"{letter}/answered").get_json()["state"] == "answered"
    for step in ("answered", "withdrawn"):
        assert told(house.post(f"{letter}/{step}")) == (409, "letter-state")


def test_two_people_at_the_same_time_send_one_letter(house: House) -> None:
    location = house.drafted()

    def send(number: int) -> int:
        return house.post(f"{location}/letters/1/sent", SENT | {"number": str(number)}).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(send, range(4))) == [200, 409, 409, 409]


def test_an_answer_and_its_documents_are_kept_together_or_not_at_all(house: House) -> None:
    location = house.sent()
    paper = {"kind": "letter", "name": "Ответ", "content": encode(PDF), "inquiries": [house.inquiry(location)]}
    bad = house.post(f"{location}/letters/1/answered", {"documents": [paper, paper | {"inquiries": ["inq_0"]}]})
    assert told(bad) == (422, "inquiry-not-found")
    bad = house.post(f"{location}/letters/1/answered", {"documents": [paper, paper | {"content": encode(b"MZ")}]})
    assert told(bad) == (415, "document-type-unsupported")
    assert bad.get_json()["problems"][0]["pointer"] == "/documents/1/content"
    assert house.get(f"{location}/documents").get_json() == {"documents": []}
    assert house.get(f"{location}/letters/1").get_json()["state"] == "sent"
    answered = house.post(f"{location}/letters/1/answered", {"documents": [paper]})
    assert answered.get_json()["state"] == "answered"
    (kept,) = house.get(f"{location}/documents").get_json()["documents"]
    assert (kept["letter"], kept["kind"], kept["received_by"]) == (1, "letter", CLERK)
    house.work(location)
    assert house.get(location).get_json()["status"]["code"] == "package_registered"


def test_an_answer_without_documents_leaves_the_gap_to_the_next_round(house: House) -> None:
    location = house.sent()
    assert house.post(f"{location}/letters/1/answered").status_code == 200
    house.work(location)
    letters = house.get(f"{location}/letters").get_json()["letters"]
    assert [(letter["round"], letter["state"]) for letter in letters] == [(1, "answered"), (2, "drafted")]


@pytest.mark.parametrize("n", ["2", "0", "-1", "x", "1e3", "99999999999", "%00", "١"])
def test_a_letter_that_is_not_there_is_not_found(house: House, n: str) -> None:
    location = house.drafted()
    assert told(house.get(f"{location}/letters/{n}")) == (404, "letter-not-found")
    assert told(house.post(f"{location}/letters/{n}/withdrawn")) == (404, "letter-not-found")


def test_nothing_of_persons_is_logged(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    location = house.drafted()
    pdf = read_pdf(house, location)
    house.post(f"{location}/letters/1/signature", {"signature": sign_letter(pdf)})
    house.post(f"{location}/letters/1/sent", SENT | {"acted_by": "Ахметов Е."}, "system")
    house.bring(location)
    for secret in (CLERK, "Ахметов", "Ондасынова", "900304", "+7700", "Справка"):
        assert secret not in caplog.text
