"""The public samples of the shared facts name the same elements in the same order as the passports."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from contracts.passport import Payload
from contracts.words import FieldType
from tests.contracts.catalogue_files import packaged, payloads, read_passport, split_path
from tests.shared import shared_path

SOAP_BODY = "{http://schemas.xmlsoap.org/soap/envelope/}Body"

SAMPLES = [
    ("gbdfl-universal", "request", "gbdfl/Request_token.xml"),
    ("gbdfl-universal", "reply", "gbdfl/Response_token.xml"),
    ("gbdfl-family-acts", "request", "gbdfl/RequestFamily.xml"),
    ("gbdfl-family-acts", "reply", "gbdfl/ResponseFamilyInfo.xml"),
    ("gbdrn-report305", "request", "gbdrn/report305_request.xml"),
    ("gbdrn-report305", "reply", "gbdrn/report305_response.xml"),
    ("nobd-universal", "request", "nobd/dataRequestWrapper.xml"),
    ("nobd-universal", "reply", "nobd/xmlSlice.xml"),
    ("cbd-benefits", "request", "cbd/cbdRequest.xml"),
    ("cbd-benefits", "reply", "cbd/cbdResponse.xml"),
    ("oop-labour-history", "request", "labour/LaborHistory_request.xml"),
    ("oop-labour-history", "reply", "labour/LaborHistory_response.xml"),
    ("kdp-consent", "request", "kdp/getUserDataRequest.xml"),
    ("kdp-consent", "reply", "kdp/getUserDataResponse.xml"),
    ("bmg-phone", "request", "bmg/verifyPhoneRequest.xml"),
    ("bmg-phone", "reply", "bmg/verifyPhoneResponse.xml"),
    ("egov-notification", "request", "notify/notificationRequest.xml"),
    ("egov-notification", "reply", "notify/notificationResponse.xml"),
    ("egov-sms", "request", "notify/SmsSendRequestData.xml"),
    ("egov-sms", "reply", "notify/SmsSendResponseData.xml"),
    ("epay-2014", "request", "embedded/PEP_IBANCheckRequest.xml"),
    ("epay-2014", "reply", "embedded/PEP_IBANCheckResponse.xml"),
    ("efarm-2014", "reply", "embedded/FarmInfoResponse.xml"),
    ("akimat-guardianship", "reply", "embedded/GetGuardianshipResponse.xml"),
    ("mtszn-p06560", "request", "mtszn_sync/getP06560.xml"),
    ("mtszn-p06560", "reply", "mtszn_sync/getP06560Response.xml"),
    ("mtszn-p06552", "request", "mtszn_sync/getP06552.xml"),
    ("mtszn-p06552", "reply", "mtszn_sync/getP06552Response.xml"),
    ("billing-deductions", "request", "incomes/getDeductionDetailedInfo.xml"),
    ("billing-deductions", "reply", "incomes/getDeductionDetailedInfoResponse.xml"),
    ("opendata-aisoip", "request", "alimony/opendata_aisoip_request.xml"),
    ("opendata-aisoip", "reply", "alimony/opendata_aisoip_response.xml"),
]

ORDER_UNKNOWN = {"opendata-aisoip"}
"""Of its rows only the names are known (xs:all in the schema)."""

BELOW = {"gbdfl-universal": 100, "gbdfl-family-acts": 70}
"""How many distinct elements a large reply shows at least: a comparison of nothing would pass."""


def list_paths(root: etree._Element) -> list[str]:
    """Paths of the elements below the root by local name, in document order, each once."""
    paths: dict[str, None] = {}
    for node in root.iterdescendants(etree.Element):
        steps = [etree.QName(node).localname]
        for outer in node.iterancestors():
            if outer is root:
                break
            steps.append(etree.QName(outer).localname)
        paths.setdefault("/".join(reversed(steps)))
    return list(paths)


def name_elements(payload: Payload) -> list[str]:
    """Paths of the elements that a passport's fields write, what stands inside dictionary entries included."""
    paths: dict[str, None] = {}
    for item in payload.fields:
        steps = split_path(item.path)
        if steps[-1][0].startswith("@"):
            continue
        path = "/".join(name for name, _ in steps)
        paths.setdefault(path)
        if steps[-1][1] and not steps[-1][1].startswith("@"):
            paths.setdefault(f"{path}/{steps[-1][1].split('=')[0]}")
        if item.type is FieldType.DICT:
            for part in (*payload.dict_shape, "changeDate"):
                paths.setdefault(f"{path}/{part}")
    return list(paths)


def list_unopened(payload: Payload) -> tuple[str, ...]:
    """Groups that a passport names, but never fills nor reads: their children are the schema's alone."""
    plain = ["/".join(name for name, _ in split_path(item.path)) for item in payload.fields]
    groups = [p for p, i in zip(plain, payload.fields, strict=True) if i.type is FieldType.GROUP and not i.bind]
    return tuple(f"{group}/" for group in groups if not any(path.startswith(f"{group}/") for path in plain))


def read_sample(path: Path) -> etree._Element:
    root = etree.parse(str(path)).getroot()
    body = root.find(SOAP_BODY)
    return root if body is None else body[0]


@pytest.mark.parametrize(("key", "direction", "file"), SAMPLES)
def test_public_samples_name_our_elements_in_our_order(key: str, direction: str, file: str) -> None:
    payload = payloads(read_passport(key))[direction]
    ours, unopened = name_elements(payload), list_unopened(payload)
    root = read_sample(shared_path("data", "payloads", *file.split("/")))
    seen = [path for path in list_paths(root) if not path.startswith(unopened)]
    assert not set(seen) - set(ours)
    if key not in ORDER_UNKNOWN:
        assert [path for path in ours if path in seen] == seen
    assert len(seen) >= (BELOW.get(key, 1) if direction == "reply" else 2)


def test_every_attested_passport_is_compared() -> None:
    # One stands only inside an application; of the other the schema is public, a sample is not beside the project.
    unlike = {"kgd-taxpayer-2014", "eds-temp-files"}
    attested = {key for key, p in packaged().passports.items() if p.confidence != "assumed"}
    assert attested - {key for key, _, _ in SAMPLES} <= unlike
