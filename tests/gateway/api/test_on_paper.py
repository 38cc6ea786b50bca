"""What is signed by hand or on paper: an intake of a provider's alone, a scan that is one, a letter signed by one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.gateway.api.house import PDF, House, encode, sign_letter, told


def test_an_application_on_paper_is_taken_by_a_provider_alone(house: House) -> None:
    paper = {"method": "paper", "scan": encode(PDF)}
    accepted = house.hand_in("clerk", **paper)
    assert accepted.status_code == 202
    assert accepted.get_json()["ticket"]["accepted_by"] == "Иванова А. Б."
    named = house.hand_in("system", **paper, accepted_by="Ахметов Е.")
    assert named.get_json()["ticket"]["accepted_by"] == "Ахметов Е."
    assert told(house.hand_in("system", **paper)) == (400, "accepted-by-missing")
    assert told(house.hand_in("portal", **paper)) == (403, "signature-method-not-allowed")
    dossier = house.get(f"{accepted.headers['Location']}/dossier").get_json()
    assert dossier["signature"]["verdict"]["method"] == "paper"
    assert dossier["signature"]["verdict"]["accepted_by"] == "Иванова А. Б."


@pytest.mark.parametrize(
    ("signature", "code"),
    [
        ({"scan": ""}, (400, "missing-field")),
        ({"scan": "?"}, (400, "malformed-base64")),
        ({"scan": encode(b"MZ")}, (415, "document-type-unsupported")),
        ({"format": "cms"}, (422, "signature-method-unsupported")),
        ({"value": "AAAA"}, (422, "signature-method-unsupported")),
        ({"method": "eds", "format": "cms", "value": "AAAA"}, (422, "signature-method-unsupported")),
    ],
)
def test_a_scan_that_is_none_is_refused(house: House, signature: dict[str, str], code: tuple[int, str]) -> None:
    whole = {"method": "paper", "scan": encode(PDF)} | signature
    assert told(house.hand_in("clerk", **whole)) == code


def test_a_letter_signed_twice_at_once_is_signed_by_one(house: House) -> None:
    location = house.drafted()
    pdf = house.get(f"{location}/letters/1", Accept="application/pdf").data
    body = {"signature": sign_letter(pdf)}

    def sign(_: int) -> int:
        return house.post(f"{location}/letters/1/signature", body).status_code

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(sign, range(3))) == [200, 409, 409]
