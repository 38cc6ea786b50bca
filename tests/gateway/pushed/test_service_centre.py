"""The service centres' exchange: what is read of a registration and an application, and what a centre is told."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta, timezone

import pytest
from lxml import etree

from contracts.errors import InvalidInput, MalformedInput
from contracts.tables import PACKAGED
from gateway.api import standing
from gateway.intake.model import read_application
from gateway.intake.wrapper import read_wrapper, write_wrapper
from gateway.pushed.forms.service_centre import CentreApplication, CentreDocument, read_register, read_update
from gateway.pushed.forms.service_centre_replies import NOT_TAKEN, write_check_response, write_status
from gateway.pushed.forms.service_centre_words import load_centre_words
from tests.gateway.pushed.documents import changed, hostile, refuses, sample
from tests.gateway.sample_case import encode, make_application
from tests.shared import shared_path

REGISTER, SIGNED = sample("service-centre-register.xml"), sample("service-centre-update.xml")
PAPER = sample("service-centre-update-paper.xml")
APPLICANT = "881105491015"
AT = datetime(2026, 2, 10, 9, 15, tzinfo=timezone(timedelta(hours=5)))
C = "{http://schemas.letograf.kz/iiscon/bus/v1}"
SCHEMA = etree.XMLSchema(etree.parse(str(PACKAGED / "intakes" / "service-centre.xsd")))
STATUSES = (
    standing.SENT, standing.GATHERING, standing.WAITING, standing.EXTENDED, standing.NEED_PAPER, standing.REGISTERED,
    standing.INCOMPLETE, standing.PRELIMINARY, standing.APPROVED, standing.REFUSED, standing.WITHDRAWN,
)  # fmt: skip


def with_data(inside: str, document: bytes = PAPER) -> bytes:
    """The update with something else in `data`."""
    text = document.decode()
    start, end = text.index("<upd:data>") + len("<upd:data>"), text.index("</upd:data>")
    return f"{text[:start]}{inside}{text[end:]}".encode()


def faults(document: bytes) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refused:
        read_update(document)
    return [(problem.code, problem.pointer) for problem in refused.value.problems]


def test_a_registration_says_which_application_of_whose_and_when() -> None:
    read = read_register(REGISTER)
    assert (read.application_id, read.register_id) == ("0019026000001", "R-000417")
    assert (read.org_code, read.service_type_code) == ("190226", "P06.58")
    assert read.registered_at == AT, "a moment without a zone is of Kazakhstan"
    assert read.employee == "ЖҰМАБАЕВ Е."


@pytest.mark.parametrize(
    "written", ["2026-02-10T04:15:00Z", "2026-02-10T09:15:00.000+05:00", "2026-02-10T10:15:00+06:00"]
)
def test_a_moment_with_a_zone_keeps_it(written: str) -> None:
    assert read_register(changed(REGISTER, "2026-02-10T09:15:00", written)).registered_at == AT


def test_an_application_that_was_signed_by_an_eds_is_our_wrapper() -> None:
    read = read_update(SIGNED)
    assert read.is_signed
    assert (read.application_id, read.org_code, read.system_code) == ("0019026000001", "190226", "IISCON")
    assert (read.employee, read.applicant_iin) == ("ЖҰМАБАЕВ Е.", APPLICANT)
    assert read.documents == ()
    assert read_application(read.content).applicant.iin == APPLICANT
    assert etree.fromstring(read.wrapper).nsmap == {None: "urn:asp-gateway:application:1"}


def test_an_application_that_was_signed_by_hand_comes_with_its_scan() -> None:
    read = read_update(PAPER)
    assert not read.is_signed
    assert read.find_scan() == CentreDocument("D2", "APP", "Заявление", "ORIGINAL", "EDS-000417", "application/pdf")
    assert [one.file_id for one in read.documents] == ["", "EDS-000417"]
    assert read_wrapper(read.wrapper) == read.content


CONTENT = encode(make_application())
SIGNATURE = (
    '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:Reference URI=""/></ds:SignedInfo>'
    "</ds:Signature>"
)


@pytest.mark.parametrize("exclusive", [True, False])
@pytest.mark.parametrize("own", [b"", b' xmlns:own="urn:own"'])
def test_what_was_signed_is_cut_out_as_it_was(exclusive: bool, own: bytes) -> None:
    """Canonical as before it was put into the message: with its own namespaces, used or not, and not the message's."""
    alone = write_wrapper(CONTENT).replace(b"</application>", SIGNATURE.encode() + b"</application>")
    alone = alone.replace(b"<application ", b"<application" + own + b" ", 1)
    document = with_data(alone.decode()).replace(b"<upd:applicationData>", b'<upd:applicationData xmlns:x="urn:x">')
    read = read_update(document)
    assert read.is_signed
    assert read.content == CONTENT
    assert canonical(read.wrapper, exclusive=exclusive) == canonical(alone, exclusive=exclusive)


def canonical(document: bytes, *, exclusive: bool) -> bytes:
    made: bytes = etree.tostring(etree.fromstring(document), method="c14n", exclusive=exclusive)
    return made


def test_a_wrapper_that_came_as_text_is_taken_byte_by_byte() -> None:
    wrapper = write_wrapper(CONTENT)
    read = read_update(with_data(wrapper.decode().replace("&", "&amp;").replace("<", "&lt;")))
    assert read.wrapper == wrapper
    assert read.content == CONTENT


@pytest.mark.parametrize("copy", ["NOTARIZED_COPY", "ELECTRONIC", "WAIT_ELECTRONIC", "DUBLICATE", "ARCHIVE"])
def test_only_an_original_or_a_copy_stands_for_a_signature_by_hand(copy: str) -> None:
    document = changed(PAPER, "<upd:copyType>ORIGINAL", f"<upd:copyType>{copy}")
    assert faults(document) == [("centre-unsigned", "/applicationData/documents")]
    assert read_update(changed(PAPER, "<upd:copyType>ORIGINAL", "<upd:copyType>COPY")).find_scan()


def test_an_application_without_signature_and_file_is_nobodys() -> None:
    without_file = changed(PAPER, "<upd:url>EDS-000417</upd:url>", "<upd:url/>")
    assert faults(without_file) == [("centre-unsigned", "/applicationData/documents")]


def test_an_applicant_without_iin_is_told() -> None:
    document = changed(PAPER, "<upd:iin>881105491015</upd:iin>", "")
    assert faults(document) == [("centre-applicant-missing", "/applicationData/applicant/person/iin")]


def test_a_company_applies_for_nothing_here() -> None:
    text = PAPER.decode()
    start, end = text.index("<upd:person>"), text.index("</upd:person>") + len("</upd:person>")
    company = f"{text[:start]}<upd:company><upd:bin>990940009991</upd:bin></upd:company>{text[end:]}".encode()
    assert faults(company) == [("centre-applicant-missing", "/applicationData/applicant/person/iin")]


NO_APPLICATION = {
    "nothing": "",
    "blanks": "  \n ",
    "words": "заявление",
    "something else": "<x/>",
    "two of them": write_wrapper(b"{}").decode() * 2,
    "words beside it": f"x{write_wrapper(b'{}').decode()}",
    "words behind it": f"{write_wrapper(b'{}').decode()}x",
    "no base64": '<application xmlns="urn:asp-gateway:application:1">{}</application>',
    "an attribute": '<application xmlns="urn:asp-gateway:application:1" x="1">e30=</application>',
    "another child": '<application xmlns="urn:asp-gateway:application:1">e30=<x/></application>',
    "another namespace": '<application xmlns="urn:asp-gateway:application:2">e30=</application>',
    "text with a DTD": "&lt;!DOCTYPE a&gt;" + write_wrapper(b"{}").decode().replace("<", "&lt;"),
    "text that breaks off": "&lt;application xmlns=&quot;urn:asp-gateway:application:1&quot;&gt;e30=",
}


@pytest.mark.parametrize("name", NO_APPLICATION)
def test_data_that_holds_no_application_of_ours_is_refused(name: str) -> None:
    refuses(read_update, with_data(NO_APPLICATION[name]), (APPLICANT, "ҮЛГІЕВА", "ЖҰМАБАЕВ"))


def test_base64_with_a_comment_inside_is_whole() -> None:
    middle = base64.b64encode(CONTENT).decode()
    inside = f'<application xmlns="urn:asp-gateway:application:1">{middle[:8]}<!-- x -->{middle[8:]}</application>'
    assert read_update(with_data(inside)).content == CONTENT


HOSTILE_REGISTER, HOSTILE_UPDATE = hostile(REGISTER, "registerApplicationRequest"), hostile(PAPER, "updateApplication")


@pytest.mark.parametrize("name", HOSTILE_REGISTER)
def test_a_hostile_registration_is_refused_whole(name: str) -> None:
    refuses(read_register, HOSTILE_REGISTER[name], ("ЖҰМАБАЕВ",))


@pytest.mark.parametrize("name", HOSTILE_UPDATE)
def test_a_hostile_update_is_refused_whole(name: str) -> None:
    refuses(read_update, HOSTILE_UPDATE[name], (APPLICANT, "ҮЛГІЕВА"))


TOO_MUCH: dict[str, tuple[str, str]] = {
    "no id": ("<upd:applicationId>0019026000002<", "<upd:applicationId><"),
    "an id of blanks": ("<upd:applicationId>0019026000002<", "<upd:applicationId> \n <"),
    "an id without end": ("<upd:applicationId>", "<upd:applicationId>" + "1" * 101),
    "an unknown kind of copy": ("<upd:copyType>COPY", "<upd:copyType>PHOTO"),
    "documents without end": (
        "</upd:documents>",
        "<upd:document><upd:documentId>D</upd:documentId><upd:docTypeCode>1</upd:docTypeCode>"
        "<upd:copyType>COPY</upd:copyType></upd:document>" * 49 + "</upd:documents>",
    ),
    "another order": ("<upd:language>KAZ</upd:language>", "<upd:language>KAZ</upd:language><upd:copies/>"),
    "a wrong day": ("1988-11-05</upd:dateOfBirth>", "1988-11-31</upd:dateOfBirth>"),
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_what_the_schema_does_not_have_is_refused(name: str) -> None:
    refuses(read_update, changed(PAPER, *TOO_MUCH[name]), (APPLICANT, "ҮЛГІЕВА"))


def test_one_message_is_not_taken_for_the_other() -> None:
    for read, document in ((read_register, PAPER), (read_update, REGISTER)):
        with pytest.raises(MalformedInput):
            read(document)


def told(status: str, reasons: tuple[str, ...] = ()) -> etree._Element:
    root = etree.fromstring(write_status("0019026000001", "190200", status, AT, reasons))
    SCHEMA.assertValid(root)
    assert root.findtext(f"{C}applicationId") == "0019026000001"
    assert root.findtext(f"{C}callOrigin/{C}orgCode") == "190200"
    assert root.findtext(f"{C}statusDate") == "2026-02-10T09:15:00+05:00"
    status_element = root.find(f"{C}applicationStatus")
    assert status_element is not None
    return status_element


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_of_ours_has_a_valid_message(status: str) -> None:
    element = told(status)
    row = load_centre_words().find(status)
    if status == standing.WITHDRAWN:
        assert [(one.tag, one.text) for one in element[0]] == [
            (f"{C}cancelState", "CANCELLED"),
            (f"{C}cancelReason", "APPLICANT_RECALL"),
        ]
    else:
        assert element.findtext(f"{C}executionStatus/{C}appState") == row.state
        assert element.findtext(f"{C}executionStatus/{C}statusInfoKz") == row.kk


def test_the_table_has_each_of_our_statuses_once_and_no_other() -> None:
    assert sorted(row.status for row in load_centre_words().status) == sorted((*STATUSES, NOT_TAKEN))
    assert load_centre_words().confidence == "assumed"


@pytest.mark.parametrize(
    ("status", "reasons", "positive", "reason"),
    [
        (standing.APPROVED, (), "true", None),
        (standing.APPROVED, ("unreliable-documents",), "true", None),
        (standing.REFUSED, (), "false", None),
        (standing.REFUSED, ("income-above-line", "unreliable-documents"), "false", "INCORRECT_DOCUMENTS"),
        (standing.REFUSED, ("income-above-line",), "false", None),
        (standing.GATHERING, ("unreliable-documents",), None, None),
    ],
)
def test_the_end_says_whether_it_is_good_and_why_where_a_word_fits(
    status: str, reasons: tuple[str, ...], positive: str | None, reason: str | None
) -> None:
    execution = told(status, reasons)[0]
    assert (execution.findtext(f"{C}isPositive"), execution.findtext(f"{C}refuseReason")) == (positive, reason)


def test_reasons_of_the_table_are_reasons_in_force() -> None:
    legal = (PACKAGED / "legal" / "reasons.toml").read_text(encoding="utf-8")
    assert all(f'code = "{code}"' in legal for code in load_centre_words().refuse_reasons)


def test_an_unknown_status_is_our_own_fault() -> None:
    with pytest.raises(LookupError):
        write_status("1", "2", "lost", AT)


@pytest.mark.parametrize(
    ("is_registered", "status", "said"),
    [
        (False, "", ["false", "false"]),
        (True, "", ["true", "false"]),
        (True, standing.EXTENDED, ["true", "true", "STARTED"]),
        (True, standing.WITHDRAWN, ["true", "true", "CANCELLED"]),
    ],
)
def test_a_centre_that_asks_is_told_how_its_application_stands(
    is_registered: bool, status: str, said: list[str]
) -> None:
    root = etree.fromstring(write_check_response("0019026000001", is_registered=is_registered, status=status))
    SCHEMA.assertValid(root)
    assert [one.text for one in root] == ["0019026000001", *said]


def test_the_public_sample_has_our_shape_and_carries_nothing() -> None:
    document = shared_path("data", "payloads", "application", "iiscon_updateApplication.xml").read_bytes()
    SCHEMA.assertValid(etree.fromstring(document))
    with pytest.raises(MalformedInput) as refused:
        read_update(document)
    assert refused.value.problems[0].pointer == "/applicationData/data"


def test_nothing_of_a_person_is_shown_by_what_was_read() -> None:
    read: CentreApplication = read_update(SIGNED)
    assert APPLICANT not in repr(read)
    assert base64.b64encode(read.content).decode()[:40] not in repr(read)
