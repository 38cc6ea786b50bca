"""The mock's certification centre issues keys that others accept, keeps its own apart, and checks whom it names."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from registries_mock.ca.authority import Authority
from registries_mock.ca.errors import AuthorityError, AuthorityExists, AuthorityMissing, SubjectInvalid
from registries_mock.ca.key_pairs import RSA
from registries_mock.ca.profiles import PROFILES
from registries_mock.ca.subjects import Subject, check_bin, check_iin
from signing.cms.making import sign_detached
from signing.cms.verifying import verify_cms
from signing.keys import GostKey, RsaKey
from signing.policy import Policy
from signing.trust import TrustStore
from signing.verdict import Stage, Verdict

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
IIN = "900101350122"
BIN = "990140000806"
SUBJECT = Subject(iin=IIN, bin=BIN)
BY_ALGORITHM = pytest.mark.parametrize("algorithm", ["rsa", "gost2015"])


@cache
def authority() -> Authority:
    return Authority.create(AT)


@cache
def key(profile: str = "individual", algorithm: str = "rsa") -> RsaKey | GostKey:
    return authority().issue(profile, SUBJECT, at=AT, algorithm=algorithm)


def trusted(folder: Path) -> TrustStore:
    authority().save(folder)
    return TrustStore.from_folder(folder / "trust")


def judge(signer: RsaKey | GostKey, store: TrustStore) -> Verdict:
    return verify_cms(sign_detached(b"x", signer, AT), Policy(store, AT), b"x")


@BY_ALGORITHM
def test_serial_numbers_are_positive_and_of_20_octets(algorithm: str) -> None:
    for row in PROFILES:
        assert key(row.name, algorithm).certificate.serial_number.bit_length() == 159


@BY_ALGORITHM
def test_the_authorities_are_of_the_algorithm_of_the_key(algorithm: str) -> None:
    signer = key("individual", algorithm)
    assert [one.signature_oid for one in (signer.certificate, *signer.chain)] == [signer.suite.signature_oid] * 3


def test_the_trust_folder_holds_no_key_and_keys_are_the_owners_alone(tmp_path: Path) -> None:
    authority().save(tmp_path)
    for path in (tmp_path / "trust").iterdir():
        assert b"PRIVATE" not in path.read_bytes()
    for path in (tmp_path / "private").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "private").stat().st_mode) == 0o700


@BY_ALGORITHM
def test_a_saved_authority_is_loaded_and_goes_on_issuing(algorithm: str, tmp_path: Path) -> None:
    store = trusted(tmp_path)
    again = Authority.load(tmp_path).issue("individual", SUBJECT, at=AT, algorithm=algorithm)
    assert judge(again, store).passed


def test_keys_that_are_there_already_can_be_certified(tmp_path: Path) -> None:
    pair = RSA.make()
    holders = [Subject(iin=IIN), Subject(iin="900101000018")]
    keys = [authority().certify("individual", one, pair, at=AT) for one in holders]
    assert len({one.certificate.public_key_info for one in keys}) == 1
    assert len({one.certificate.serial_number for one in keys}) == 2
    assert all(judge(one, trusted(tmp_path / str(number))).passed for number, one in enumerate(keys))


def test_an_authority_is_never_overwritten(tmp_path: Path) -> None:
    authority().save(tmp_path)
    with pytest.raises(AuthorityExists):
        Authority.create(AT).save(tmp_path)


@pytest.mark.parametrize("suffix", ["", "_gost"])
@pytest.mark.parametrize("damage", ["missing", "junk", "swapped"])
def test_a_damaged_authority_is_one_clear_error(damage: str, suffix: str, tmp_path: Path) -> None:
    authority().save(tmp_path)
    root, issuing = (tmp_path / "private" / f"{name}{suffix}.pem" for name in ("root", "issuing"))
    if damage == "missing":
        root.unlink()
    elif damage == "junk":
        root.write_bytes(b"junk")
    else:
        root.write_bytes(issuing.read_bytes())
    with pytest.raises(AuthorityMissing):
        Authority.load(tmp_path)


@BY_ALGORITHM
def test_two_authorities_share_their_names_and_not_their_trust(algorithm: str, tmp_path: Path) -> None:
    stranger = Authority.create(AT).issue("individual", SUBJECT, at=AT, algorithm=algorithm)
    assert stranger.certificate.issuer_name == key("individual", algorithm).certificate.issuer_name
    assert judge(stranger, trusted(tmp_path)).stage is Stage.CHAIN


def test_nothing_shows_keys() -> None:
    assert "key" not in repr(authority()).lower()


@pytest.mark.parametrize(
    "iin",
    [
        "",
        "90010135012",
        "9001013501222",
        "900101350123",
        "901301350122",
        "900101750128",
        "90010135012x",
        "٩٠٠١٠١٣٥٠١٢٢",
    ],
)
def test_a_wrong_iin_is_refused_and_not_repeated(iin: str) -> None:
    with pytest.raises(SubjectInvalid) as error:
        check_iin(iin)
    assert not iin or iin not in str(error.value)


def test_a_foreigner_s_number_has_no_birth_date_to_judge() -> None:
    """Their seventh digit is 0; the check digit holds for them too."""
    check_iin("900101000018")
    check_iin("999999000002")
    with pytest.raises(SubjectInvalid, match="check digit"):
        check_iin("900101000017")
    assert authority().issue("individual", Subject(iin="900101000018"), at=AT).certificate


def test_the_second_weights_judge_where_the_first_give_ten() -> None:
    check_bin(BIN)
    with pytest.raises(SubjectInvalid):
        check_bin(BIN[:-1] + "1")


@pytest.mark.parametrize(("profile", "subject"), [("individual", Subject(bin=BIN)), ("organisation", Subject(iin=IIN))])
def test_a_profile_without_its_number_is_refused(profile: str, subject: Subject) -> None:
    with pytest.raises(SubjectInvalid):
        authority().issue(profile, subject, at=AT)


@pytest.mark.parametrize("surname", ["Ә" * 65, ""])
def test_a_name_that_does_not_fit_a_certificate_is_refused(surname: str) -> None:
    with pytest.raises(SubjectInvalid):
        authority().issue("individual", Subject(iin=IIN, surname=surname), at=AT)


def test_error_codes_are_distinct() -> None:
    codes = [error.code for error in AuthorityError.__subclasses__()]
    assert len({*codes, AuthorityError.code}) == len(codes) + 1
