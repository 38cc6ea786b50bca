"""The mock's certification centre issues keys that others accept, keeps its own apart, and checks whom it names."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from registries_mock.ca.authority import Authority
from registries_mock.ca.commands import ca
from registries_mock.ca.errors import AuthorityError, AuthorityExists, AuthorityMissing, SubjectInvalid
from registries_mock.ca.pkcs12 import export_p12
from registries_mock.ca.profiles import PROFILES, Profile
from registries_mock.ca.subjects import Subject, check_bin, check_iin
from signing.cms import sign_detached, verify_detached
from signing.keys import SigningKey, load_p12
from signing.trust import TrustStore
from signing.verdict import Stage, Verdict

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
IIN = "900101350122"
BIN = "990140000806"
SUBJECT = Subject(iin=IIN, bin=BIN)
REFUSED_PROFILES = {"auth-only": Stage.USAGE, "expired": Stage.VALIDITY}


@cache
def authority() -> Authority:
    return Authority.create(AT)


@cache
def key(profile: str = "individual") -> SigningKey:
    return authority().issue(profile, SUBJECT, at=AT)


def trusted(folder: Path) -> TrustStore:
    authority().save(folder)
    return TrustStore.from_folder(folder / "trust")


def judge(profile: str, folder: Path) -> Verdict:
    return verify_detached(sign_detached(b"x", key(profile), AT), b"x", trust=trusted(folder), at=AT)


@pytest.mark.parametrize("profile", [row.name for row in PROFILES])
def test_every_profile_signs_what_it_is_for(profile: str, tmp_path: Path) -> None:
    verdict = judge(profile, tmp_path)
    assert verdict.stage is REFUSED_PROFILES.get(profile)


@pytest.mark.parametrize("row", PROFILES, ids=lambda row: str(row.name))
def test_every_profile_names_person_and_organisation_as_its_row_says(row: Profile) -> None:
    certificate = key(row.name).certificate
    assert certificate.values("2.5.4.5") == ((f"IIN{IIN}",) if row.names_person else ())
    assert certificate.values("2.5.4.11") == ((f"BIN{BIN}",) if row.names_organisation else ())


def test_a_person_is_laid_out_as_in_real_certificates() -> None:
    subject = key().certificate.subject
    assert [oid for oid, _ in subject] == ["2.5.4.3", "2.5.4.4", "2.5.4.5", "2.5.4.42", "2.5.4.6"]
    assert dict(subject)["2.5.4.42"] == "ТЕСТОВИЧ"


def test_the_trust_folder_holds_no_key_and_keys_are_the_owners_alone(tmp_path: Path) -> None:
    authority().save(tmp_path)
    for path in (tmp_path / "trust").iterdir():
        assert b"PRIVATE" not in path.read_bytes()
    for path in (tmp_path / "private").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "private").stat().st_mode) == 0o700


def test_a_saved_authority_is_loaded_and_goes_on_issuing(tmp_path: Path) -> None:
    store = trusted(tmp_path)
    again = Authority.load(tmp_path).issue("individual", SUBJECT, at=AT)
    assert verify_detached(sign_detached(b"x", again, AT), b"x", trust=store, at=AT).passed


def test_an_authority_is_never_overwritten(tmp_path: Path) -> None:
    authority().save(tmp_path)
    with pytest.raises(AuthorityExists):
        Authority.create(AT).save(tmp_path)


@pytest.mark.parametrize("damage", ["missing", "junk", "swapped"])
def test_a_damaged_authority_is_one_clear_error(damage: str, tmp_path: Path) -> None:
    authority().save(tmp_path)
    root, issuing = (tmp_path / "private" / f"{name}.pem" for name in ("root", "issuing"))
    if damage == "missing":
        root.unlink()
    elif damage == "junk":
        root.write_bytes(b"junk")
    else:
        root.write_bytes(issuing.read_bytes())
    with pytest.raises(AuthorityMissing):
        Authority.load(tmp_path)


def test_two_authorities_share_their_names_and_not_their_trust(tmp_path: Path) -> None:
    stranger = Authority.create(AT).issue("individual", SUBJECT, at=AT)
    assert stranger.certificate.issuer_name == key().certificate.issuer_name
    verdict = verify_detached(sign_detached(b"x", stranger, AT), b"x", trust=trusted(tmp_path), at=AT)
    assert verdict.stage is Stage.CHAIN


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


def test_a_name_too_long_for_a_certificate_is_refused() -> None:
    with pytest.raises(SubjectInvalid):
        authority().issue("individual", Subject(iin=IIN, surname="Ә" * 70), at=AT)


def test_error_codes_are_distinct() -> None:
    codes = [error.code for error in (AuthorityExists, AuthorityMissing, SubjectInvalid)]
    assert len(set(codes)) == len(AuthorityError.__subclasses__())


# ------------------------------------------------------------------------------------------------- the command line


def run(*arguments: str) -> Result:
    return CliRunner().invoke(ca, arguments)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert run("init", "--out", str(tmp_path / "ca")).exit_code == 0
    return tmp_path / "ca"


def issue(folder: Path, *arguments: str) -> Result:
    target = folder.parent / "key.p12"
    return run("issue", "--ca", str(folder), "--out", str(target), *arguments)


def test_init_and_issue_give_a_key_that_the_trust_folder_vouches_for(folder: Path) -> None:
    result = issue(folder, "--iin", IIN, "--password", "secret")
    assert result.exit_code == 0, result.output
    assert "secret" not in result.output
    target = folder.parent / "key.p12"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    opened = load_p12(target.read_bytes(), "secret")
    now = opened.certificate.not_before
    store = TrustStore.from_folder(folder / "trust")
    assert verify_detached(sign_detached(b"x", opened, now), b"x", trust=store, at=now).passed


def test_without_a_password_one_is_made_and_printed_once(folder: Path) -> None:
    result = issue(folder, "--iin", IIN)
    (line,) = [line for line in result.output.splitlines() if line.startswith("password: ")]
    load_p12((folder.parent / "key.p12").read_bytes(), line.removeprefix("password: "))


def test_a_password_can_come_from_a_file(folder: Path) -> None:
    file = folder.parent / "password"
    file.write_text("from file\n", encoding="utf-8")
    assert issue(folder, "--iin", IIN, "--password-file", str(file)).exit_code == 0
    load_p12((folder.parent / "key.p12").read_bytes(), "from file")


def test_a_second_init_keeps_the_keys(folder: Path) -> None:
    before = (folder / "private" / "root.pem").read_bytes()
    result = run("init", "--out", str(folder))
    assert result.exit_code == 1 and "authority-exists" in result.output
    assert run("init", "--out", str(folder), "--if-missing").exit_code == 0
    assert (folder / "private" / "root.pem").read_bytes() == before


def test_a_key_file_is_never_overwritten(folder: Path) -> None:
    assert issue(folder, "--iin", IIN).exit_code == 0
    result = issue(folder, "--iin", IIN)
    assert result.exit_code == 1 and "file-unusable" in result.output


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--iin", "900101350123"], "subject-invalid"),
        ([], "subject-invalid"),
        (["--iin", IIN, "--role", "organisation"], "subject-invalid"),
        (["--iin", IIN, "--ca", "/nowhere"], "authority-missing"),
        (["--iin", IIN, "--password", ""], "password is empty"),
        (["--iin", IIN, "--role", "king"], "king"),
    ],
)
def test_a_refused_order_is_one_line_and_leaves_no_file(arguments: list[str], code: str, folder: Path) -> None:
    result = issue(folder, *arguments)
    assert result.exit_code != 0 and code in result.output
    assert result.exit_code == 2 or result.output.startswith(f"{code}: ")
    assert "Traceback" not in result.output and IIN not in result.output
    assert not (folder.parent / "key.p12").exists()


def test_the_default_folder_is_the_same_for_both_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("init").exit_code == 0
    assert run("issue", "--iin", IIN, "--out", "key.p12").exit_code == 0


# -------------------------------------------------------------------------------------------------- openssl as judge


def openssl(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not installed")
    environment = {"PATH": os.defpath}
    return subprocess.run([program, *arguments], capture_output=True, timeout=30, check=False, env=environment)


def bundle(folder: Path) -> Path:
    authority().save(folder)
    file = folder / "bundle.pem"
    file.write_bytes(b"".join((folder / "trust" / f"{name}.pem").read_bytes() for name in ("issuing", "root")))
    return file


def test_openssl_opens_the_key_file(tmp_path: Path) -> None:
    file = tmp_path / "key.p12"
    file.write_bytes(export_p12(key(), "secret"))
    done = openssl("pkcs12", "-in", file, "-passin", "pass:secret", "-nokeys")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(b"BEGIN CERTIFICATE") == 3
    assert openssl("pkcs12", "-in", file, "-passin", "pass:other", "-nokeys").returncode != 0


@pytest.mark.parametrize("content", [b"content", b"other"], ids=["signed", "other"])
def test_openssl_accepts_our_signature_over_its_content_alone(content: bytes, tmp_path: Path) -> None:
    signature, file = tmp_path / "signature", tmp_path / "content"
    signature.write_bytes(sign_detached(b"content", key(), AT))
    file.write_bytes(content)
    moment = str(int(AT.timestamp()))
    options = ["-inform", "DER", "-binary", "-purpose", "any", "-attime", moment]
    done = openssl("cms", "-verify", *options, "-CAfile", bundle(tmp_path), "-in", signature, "-content", file)
    assert (done.returncode == 0) is (content == b"content"), done.stderr


@pytest.mark.parametrize("form", [[], ["-nodetach"], ["-nodetach", "-stream"]], ids=["detached", "attached", "in BER"])
def test_we_accept_what_openssl_signs(form: list[str], tmp_path: Path) -> None:
    pair, file = tmp_path / "key.pem", tmp_path / "content"
    private = key().private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "leaf.der").write_bytes(key().certificate.der)
    pair.write_bytes(private + openssl("x509", "-inform", "DER", "-in", tmp_path / "leaf.der").stdout)
    file.write_bytes(b"content")
    done = openssl("cms", "-sign", "-binary", "-outform", "DER", *form, "-md", "sha256", "-signer", pair, "-in", file)
    assert done.returncode == 0, done.stderr
    verdict = verify_detached(done.stdout, b"content", trust=trusted(tmp_path), at=AT)
    assert verdict.passed, verdict
