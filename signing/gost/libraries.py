"""Where nettle, hogweed and GMP are found on this machine, and how their functions and structures look to ctypes."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_size_t, c_uint, c_void_p
from typing import Any, Final

# GMP, nettle, hogweed, by the names under which a run-time system of Debian 11 to 13 has them. Nettle 4 has others, and
# another way to call a hash.
SONAMES: Final = ("libgmp.so.10", "libnettle.so.8", "libhogweed.so.6")

# Before 3.7.2 gostdsa_verify could fail on crafted signatures (CVE-2021-20305), and the library does not tell its patch
# level.
OLDEST: Final = (3, 8)

Function = Callable[..., Any]
FillRandom = CFUNCTYPE(None, c_void_p, c_size_t, c_void_p)


class NettleUnusable(Exception):
    """The libraries are absent, too old, or not what their headers say."""


class Number(ctypes.Structure):
    """GMP's mpz_t."""

    _fields_ = (("allocated", c_int), ("used", c_int), ("limbs", c_void_p))


class Pair(ctypes.Structure):
    """struct dsa_signature."""

    _fields_ = (("r", Number), ("s", Number))


class OnCurve(ctypes.Structure):
    """struct ecc_point and struct ecc_scalar, which look the same."""

    _fields_ = (("curve", c_void_p), ("limbs", c_void_p))


class HashInfo(ctypes.Structure):
    """struct nettle_hash: one hash function as data."""

    _fields_ = (
        ("name", c_char_p),
        ("context_size", c_uint),
        ("digest_size", c_uint),
        ("block_size", c_uint),
        ("start", CFUNCTYPE(None, c_void_p)),
        ("update", CFUNCTYPE(None, c_void_p, c_size_t, c_char_p)),
        ("finish", CFUNCTYPE(None, c_void_p, c_size_t, c_void_p)),
    )


class Libraries:
    """The three libraries, opened and declared. NettleUnusable where that does not work."""

    def __init__(self, sonames: tuple[str, str, str] = SONAMES, oldest: tuple[int, int] = OLDEST) -> None:
        try:
            gmp, nettle, hogweed = (ctypes.CDLL(soname) for soname in sonames)
            self.versions = _read_versions(gmp, nettle, oldest)
            self._declare(gmp, hogweed)
            self._nettle = nettle
        except (OSError, AttributeError, ValueError) as failure:
            raise NettleUnusable(str(failure)) from failure

    def _declare(self, gmp: ctypes.CDLL, hogweed: ctypes.CDLL) -> None:
        self.limb_size = c_int.in_dll(gmp, "__gmp_bits_per_limb").value // 8

        number, pair, on_curve = POINTER(Number), POINTER(Pair), POINTER(OnCurve)
        order = (c_int, c_size_t, c_int, c_size_t)
        self.mpz_init = _find(gmp, "__gmpz_init", None, number)
        self.mpz_clear = _find(gmp, "__gmpz_clear", None, number)
        self.mpz_import = _find(gmp, "__gmpz_import", None, number, c_size_t, *order, c_char_p)
        self.mpz_export = _find(gmp, "__gmpz_export", c_void_p, c_void_p, POINTER(c_size_t), *order, number)

        self.pair_init = _find(hogweed, "nettle_dsa_signature_init", None, pair)
        self.pair_clear = _find(hogweed, "nettle_dsa_signature_clear", None, pair)
        self.point_init = _find(hogweed, "nettle_ecc_point_init", None, on_curve, c_void_p)
        self.point_clear = _find(hogweed, "nettle_ecc_point_clear", None, on_curve)
        self.point_set = _find(hogweed, "nettle_ecc_point_set", c_int, on_curve, number, number)
        self.scalar_init = _find(hogweed, "nettle_ecc_scalar_init", None, on_curve, c_void_p)
        self.scalar_clear = _find(hogweed, "nettle_ecc_scalar_clear", None, on_curve)
        self.scalar_set = _find(hogweed, "nettle_ecc_scalar_set", c_int, on_curve, number)
        self.curve_limbs = _find(hogweed, "nettle_ecc_size", ctypes.c_long, c_void_p)
        self.verify = _find(hogweed, "nettle_gostdsa_verify", c_int, on_curve, c_size_t, c_char_p, pair)
        self.sign = _find(
            hogweed, "nettle_gostdsa_sign", None, on_curve, c_void_p, FillRandom, c_size_t, c_char_p, pair
        )
        self.gc256b: int = _find(hogweed, "nettle_get_gost_gc256b", c_void_p)()
        self.gc512a: int = _find(hogweed, "nettle_get_gost_gc512a", c_void_p)()

    def find_hash(self, name: str) -> HashInfo:
        """The hash function that nettle calls so."""
        try:
            info = HashInfo.in_dll(self._nettle, f"nettle_{name}")
        except ValueError as failure:
            raise NettleUnusable(str(failure)) from failure
        if info.name != name.encode():
            raise NettleUnusable(f"nettle's description of {name} is not what its headers say")
        return info


def _read_versions(gmp: ctypes.CDLL, nettle: ctypes.CDLL, oldest: tuple[int, int]) -> str:
    version = (_find(nettle, "nettle_version_major", c_int)(), _find(nettle, "nettle_version_minor", c_int)())
    if version < oldest:
        raise NettleUnusable(f"nettle {version[0]}.{version[1]} is older than {oldest[0]}.{oldest[1]}")
    gmp_version = c_char_p.in_dll(gmp, "__gmp_version").value or b"of unknown version"
    return f"nettle {version[0]}.{version[1]}, gmp {gmp_version.decode('ascii', 'replace')}"


def _find(library: ctypes.CDLL, name: str, result: Any, *arguments: Any) -> Function:
    # By index, since an attribute with two leading underscores would be renamed by the class around it.
    function = library[name]
    function.restype = result
    function.argtypes = arguments
    return function
