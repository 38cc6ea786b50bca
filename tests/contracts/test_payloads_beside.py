"""The payload samples that lie beside the project are valid against the passports' schemas too."""

import pytest
from lxml import etree

from contracts.passport import Payload
from contracts.tables import PACKAGED
from tests.contracts.catalogue_files import read_passport
from tests.shared import shared_path

_PAYLOADS = (
    ("gbdrn-report305", "request", "gbdrn/report305_request.xml"),
    ("gbdrn-report305", "reply", "gbdrn/report305_response.xml"),
    ("epay-2014", "request", "embedded/PEP_IBANCheckRequest.xml"),
    ("epay-2014", "reply", "embedded/PEP_IBANCheckResponse.xml"),
    ("akimat-guardianship", "reply", "embedded/GetGuardianshipResponse.xml"),
    ("efarm-2014", "reply", "embedded/FarmInfoResponse.xml"),
)


@pytest.mark.parametrize(("key", "direction", "file"), _PAYLOADS)
def test_payloads_beside_the_project_are_valid_too(key: str, direction: str, file: str) -> None:
    payload = getattr(read_passport(key), direction)
    assert isinstance(payload, Payload)
    schema = etree.XMLSchema(etree.parse(str(PACKAGED / "passports" / key / payload.schema_file)))
    document = etree.parse(str(shared_path("data", "payloads", *file.split("/"))))
    assert schema.validate(document), schema.error_log
