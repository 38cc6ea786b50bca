"""A GOST key opens, fits its certificate, signs, and does not give itself away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from asn1crypto import core

from signing.algorithms import GOST_2004, GOST_2015_256, GOST_2015_512, RSA_SHA256, Suite, check_signature
from signing.errors import KeyUnusable, SignatureRefused
from signing.gost.choosing import choose_backend
from signing.keys import GostKey, load_p12
from signing.pkcs12.writing import write_p12
from signing.private_keys import GostScalar, read_private_key, write_private_key
from signing.verdict import Stage
from tests.signing.gost_certificates import GostMade, gost_scalar, make_gost, parameters
from tests.signing.pkcs12.files import PASSWORD, octets, oid, sequence
from tests.signing.pki import AT, IIN, YEAR, gost_issuing, gost_person, gost_root, person

SUITES = [GOST_2004, GOST_2015_512, GOST_2015_256]
BY_SUITE = pytest.mark.parametrize("suite", SUITES, ids=lambda suite: str(suite.name))


def holder(suite: Suite) -> GostMade:
    usage = frozenset({"digital_signature", "non_repudiation"})
    scalar = gost_scalar("holder", suite)
    return make_gost(
        [("2.5.4.3", "ТЕСТ")], scalar, gost_issuing(), begins=AT, ends=AT + YEAR, key_usage=usage, suite=suite
    )


def p12(made: GostMade) -> bytes:
    secret = write_private_key(GostScalar(made.suite, made.scalar))
    return write_p12(secret, [gost_root().der, gost_issuing().der, made.der], PASSWORD)


@BY_SUITE
def test_a_key_file_opens_and_its_key_signs(suite: Suite) -> None:
    made = holder(suite)
    key = load_p12(p12(made), PASSWORD, allow_pure=True)
    assert key.certificate == made.certificate
    assert key.chain == (gost_root().certificate, gost_issuing().certificate)
    assert key.suite == suite
    signature = key.sign(b"data")
    check_signature(suite, made.certificate.public_key_info, b"data", signature, Stage.SIGNATURE)
    with pytest.raises(SignatureRefused):
        check_signature(suite, made.certificate.public_key_info, b"other", signature, Stage.SIGNATURE)


@BY_SUITE
def test_a_key_signs_in_constant_time_or_not_at_all(suite: Suite) -> None:
    if choose_backend().may_sign(parameters(suite).curve):
        assert load_p12(p12(holder(suite)), PASSWORD).sign(b"data")
    else:
        with pytest.raises(KeyUnusable, match="not constant-time"):
            load_p12(p12(holder(suite)), PASSWORD)


def test_no_library_signs_on_the_short_curve_of_2015_in_constant_time() -> None:
    """So the refusal above is met on every machine."""
    assert not choose_backend().may_sign(parameters(GOST_2015_256).curve)


def own(**changes: object) -> GostKey:
    made = gost_person()
    key = GostKey(made.suite, made.scalar, made.certificate, allow_pure=True)
    return replace(key, **changes)  # type: ignore[arg-type]  # each row below names the right type


UNUSABLE: dict[str, Callable[[], object]] = {
    "certificate of another key": lambda: own(certificate=gost_root().certificate),
    "certificate of an RSA key": lambda: own(certificate=person().certificate),
    "another secret": lambda: own(scalar=gost_person().scalar + 1),
    "secret of nothing": lambda: own(scalar=0),
    "secret beyond the curve": lambda: own(scalar=parameters(GOST_2015_512).curve.q),
    "negative secret": lambda: own(scalar=-1),
    "another suite": lambda: own(suite=GOST_2015_256),
    "a suite of RSA": lambda: own(suite=RSA_SHA256),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_a_key_that_is_not_its_certificates_is_refused(name: str) -> None:
    assert own()
    with pytest.raises(KeyUnusable) as error:
        UNUSABLE[name]()
    assert str(gost_person().scalar) not in str(error.value)


def test_a_key_shows_nothing_of_itself() -> None:
    shown = repr(own()) + repr(GostScalar(GOST_2015_512, gost_person().scalar))
    assert str(gost_person().scalar) not in shown and f"{gost_person().scalar:x}" not in shown
    assert IIN not in shown and "ТЕСТОВ" not in shown


# ------------------------------------------------------------------------------------------------------ the file's form


@BY_SUITE
def test_a_written_key_is_read_again(suite: Suite) -> None:
    secret = GostScalar(suite, gost_scalar("written", suite))
    assert read_private_key(write_private_key(secret)) == secret


def info(suite: Suite, number: bytes) -> bytes:
    algorithm = sequence(oid(suite.key_oid))
    return sequence(core.Integer(0).dump(), algorithm, octets(number))


LAYOUTS = {
    "2004 as a number": (GOST_2004, core.Integer(258).dump()),
    "2015 in an octet string": (GOST_2015_512, octets((258).to_bytes(64, "little"))),
    "2015 bare": (GOST_2015_512, (258).to_bytes(64, "little")),
    "2015, short, in an octet string": (GOST_2015_256, octets((258).to_bytes(32, "little"))),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_layouts_are_those_of_real_key_files(name: str) -> None:
    suite, number = LAYOUTS[name]
    assert read_private_key(info(suite, number)) == GostScalar(suite, 258)


MALFORMED = {
    "no number": info(GOST_2004, b""),
    "octets for 2004": info(GOST_2004, octets(bytes(31) + b"\x01")),
    "a number for 2015": info(GOST_2015_512, core.Integer(258).dump()),
    "too short for 2015": info(GOST_2015_512, octets(bytes(63))),
    "all zero": info(GOST_2015_512, bytes(64)),
    "all ones": info(GOST_2015_512, b"\xff" * 64),
    "negative": info(GOST_2004, core.Integer(-258).dump()),
    "trailing bytes": info(GOST_2004, core.Integer(258).dump() + b"\x00"),
    "an unknown kind": sequence(core.Integer(0).dump(), sequence(oid("1.2.3")), octets(b"x")),
    "junk": b"junk",
    "nothing": b"",
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_key_is_refused(name: str) -> None:
    with pytest.raises(KeyUnusable):
        read_private_key(MALFORMED[name])


def test_a_written_key_names_curve_and_hash_as_certificates_do() -> None:
    algorithm = core.SequenceOf.load(gost_person().certificate.public_key_info, spec=core.Any)[0].dump()
    assert algorithm in write_private_key(GostScalar(GOST_2015_512, 258))
