"""Nettle is used only where it is there and answers right; else Python is, and the reason is told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from functools import partial

import pytest

from signing.gost.backend import Backend
from signing.gost.choosing import choose_backend, choose_pure, decide, describe_backend
from signing.gost.digests import Hash
from signing.gost.libraries import SONAMES, Libraries, NettleUnusable
from signing.gost.pure import gmpy2_backend, plain_backend
from signing.gost.self_test import is_sound
from tests.signing.gost.liars import (
    AcceptsAll,
    AnswersInNumbers,
    DigestsWrongly,
    Fails,
    ForgetsTheDigest,
    ForgetsTheKey,
    ForgetsTheSignature,
    KnowsOneCurve,
    Liar,
    RefusesAll,
    SignsWithAnotherNumber,
    SwapsTheSignature,
)
from tests.signing.gost.material import nettle

LIARS: dict[str, Callable[[], Backend]] = {
    "accepts all": AcceptsAll,
    "refuses all": RefusesAll,
    "forgets the key": ForgetsTheKey,
    "forgets the digest": ForgetsTheDigest,
    "forgets the signature": ForgetsTheSignature,
    "answers in numbers": AnswersInNumbers,
    "fails": Fails,
    "signs with another number": SignsWithAnotherNumber,
    "swaps the signature": SwapsTheSignature,
    "knows one curve": KnowsOneCurve,
} | {f"digests wrongly: {kind}": partial(DigestsWrongly, kind) for kind in Hash}


@pytest.mark.parametrize("name", LIARS)
def test_a_library_whose_answers_are_wrong_is_not_used(name: str) -> None:
    assert not is_sound(LIARS[name]())
    choice = decide(lambda: (LIARS[name](), "liar 1.0"))
    assert choice.backend is choose_pure()
    assert choice.description == f"{choose_pure().name} (nettle is not used: liar 1.0 failed the self-test)"


def test_a_library_whose_answers_are_right_is_used() -> None:
    honest = Liar()
    choice = decide(lambda: (honest, "honest 1.0"))
    assert choice.backend is honest
    assert choice.description == "liar (honest 1.0; self-test passed)"


def test_python_itself_gives_the_known_answers() -> None:
    assert is_sound(plain_backend())
    assert gmpy2_backend() is None or choose_pure() is gmpy2_backend()


@pytest.mark.needs_nettle
def test_nettle_is_chosen_where_its_libraries_are() -> None:
    assert is_sound(nettle())
    assert choose_backend().name == "nettle"
    assert describe_backend().startswith("nettle (nettle 3.")


ABSENT = ("libgmp.so.10", "libnettle.so.of.nobody", "libhogweed.so.6")
STRANGE = ("libc.so.6", "libc.so.6", "libc.so.6")


@pytest.mark.parametrize("sonames", [ABSENT, STRANGE], ids=["absent", "other libraries"])
def test_python_takes_over_where_libraries_are_missing_or_strange(sonames: tuple[str, str, str]) -> None:
    with pytest.raises(NettleUnusable) as failure:
        Libraries(sonames)

    def fail() -> tuple[Backend, str]:
        raise failure.value

    choice = decide(fail)
    assert choice.backend is choose_pure()
    assert choice.description.startswith(f"{choose_pure().name} (nettle is not used: ")
    assert choice.description.isascii() and choice.description.isprintable()


def test_the_reason_is_one_plain_line_whatever_a_library_says() -> None:
    def fail() -> tuple[Backend, str]:
        raise NettleUnusable("нет\nтакой")

    assert decide(fail).description == f"{choose_pure().name} (nettle is not used: ??? ?????)"


@pytest.mark.needs_nettle
def test_an_old_nettle_is_not_used() -> None:
    nettle()
    with pytest.raises(NettleUnusable, match=r"nettle 3\.\d+ is older than 99\.0"):
        Libraries(SONAMES, oldest=(99, 0))


@pytest.mark.needs_nettle
@pytest.mark.parametrize("name", ["nobodys_hash", "sha512_256"], ids=["absent", "under another name"])
def test_a_hash_that_is_not_what_it_should_be_is_not_used(name: str) -> None:
    nettle()
    with pytest.raises(NettleUnusable, match=name):
        Libraries().find_hash(name)


def test_importing_loads_no_library() -> None:
    code = (
        "import sys, signing.gost.signature; print('gmpy2' in sys.modules, 'nettle' in open('/proc/self/maps').read())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
