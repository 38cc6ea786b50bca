"""A folder of other systems' certificates is read in full or refused, and names are found however they are written."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import CertificateStoreUnusable
from signing.wsse.certificates import CertificateStore
from signing.wsse.issuer_names import make_comparable, read_name, write_name
from tests.signing.pki import gost_person, issuing, person
from tests.support.fuzzing import budget

BUDGET = budget()
NAME = [("2.5.4.6", "KZ"), ("2.5.4.10", 'АО "A, B"'), ("2.5.4.3", "ҰЛТТЫҚ  CA")]
OIDS = ["2.5.4.3", "2.5.4.6", "2.5.4.10", "2.5.4.5", "1.2.840.113549.1.9.1", "1.2.3.4"]


def test_certificates_of_a_folder_are_known(tmp_path: Path) -> None:
    (tmp_path / "one.pem").write_bytes(person().x509.public_bytes(Encoding.PEM))
    (tmp_path / "two.CER").write_bytes(gost_person().der)
    (tmp_path / "README.md").write_text("whose these are")
    store = CertificateStore.from_folder(tmp_path)
    assert set(store.certificates) == {person().certificate, gost_person().certificate}
    assert store.holds(person().certificate)
    assert not store.holds(issuing().certificate)


@pytest.mark.parametrize("content", [b"junk", None], ids=["junk", "an authority"])
def test_a_folder_with_one_file_that_does_not_belong_is_refused(content: bytes | None, tmp_path: Path) -> None:
    (tmp_path / "good.cer").write_bytes(person().der)
    (tmp_path / "wrong.cer").write_bytes(issuing().der if content is None else content)
    with pytest.raises(CertificateStoreUnusable, match=r"wrong\.cer"):
        CertificateStore.from_folder(tmp_path)


def test_a_missing_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CertificateStoreUnusable, match="does not exist"):
        CertificateStore.from_folder(tmp_path / "none")
    with pytest.raises(CertificateStoreUnusable, match="holds none"):
        CertificateStore.from_folder(tmp_path)


def test_a_certificate_is_found_by_issuer_and_number_together() -> None:
    certificate = person().certificate
    store = CertificateStore((certificate, gost_person().certificate))
    assert store.find("CN=TEST ISSUING", certificate.serial_number) == (certificate,)
    assert store.find("CN=TEST ISSUING", certificate.serial_number + 1) == ()
    assert store.find("CN=TEST ISSUING (GOST)", certificate.serial_number) == ()
    assert store.find("", certificate.serial_number) == ()


@pytest.mark.parametrize(
    "text",
    [
        'CN=ҰЛТТЫҚ  CA,O=АО \\"A\\, B\\",C=KZ',
        'C=KZ, O=АО \\"A\\, B\\", CN=ҰЛТТЫҚ CA',
        'c=kz;o="АО \\"A, B\\"";cn=ұлттық ca',
        "CN=ҰЛТТЫҚ CA + O=АО \\22A\\2C B\\22 , C=KZ",
        '2.5.4.3=ҰЛТТЫҚ CA,OID.2.5.4.10=АО \\"A\\, B\\",C=#13024b5a',
        'CN=\\D2\\B0ЛТТЫҚ CA,O=АО \\"A\\, B\\",C=KZ',
    ],
    ids=["RFC 4514", "Java and .NET", "RFC 1779", "several in one part", "numbers", "bytes"],
)
def test_a_name_is_the_same_however_it_is_written(text: str) -> None:
    assert read_name(text) == make_comparable(NAME)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "CN",
        "=x",
        "CN=x,,C=KZ",
        "XX=x",
        "CN=#zz",
        "CN=#1",
        "CN=#0500ff",
        "CN=\\FF",
        'CN="x',
        "CN=x\\",
        "CN=" + "x" * 5000,
    ],
)
def test_what_is_no_name_names_nobody(text: str) -> None:
    assert read_name(text) is None


@pytest.mark.parametrize("text", ["CN=ҰЛТТЫҚ CA", "CN=ҰЛТТЫҚ CA,C=KZ,O=АО B", 'CN=ҰЛТТЫҚ CA,O=АО \\"A\\, B\\",C=RU'])
def test_another_name_is_another_name(text: str) -> None:
    assert read_name(text) != make_comparable(NAME)


def test_a_part_that_is_there_twice_counts_twice() -> None:
    assert read_name("CN=a,CN=a") != read_name("CN=a")


@BUDGET
@given(
    st.lists(
        st.tuples(st.sampled_from(OIDS), st.text(st.characters(codec="utf-8"), min_size=1)), min_size=1, max_size=5
    )
)
def test_what_is_written_is_read_again(pairs: list[tuple[str, str]]) -> None:
    text = write_name(pairs)
    assert len(text) > 4096 or read_name(text) == make_comparable(pairs)


@BUDGET
@given(st.text() | st.text(alphabet='CNO=,+;"\\# 0af.'))
def test_any_text_is_a_name_or_none(text: str) -> None:
    assert read_name(text) is None or read_name(text)


@BUDGET
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40))
def test_the_library_reads_what_is_written(value: str) -> None:
    name = x509.Name.from_rfc4514_string(write_name([("2.5.4.3", value)]))
    assert [part.value for part in name] == [value]
