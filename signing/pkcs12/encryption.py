"""Under which ciphers a key file may lie, and opening them: the two of PKCS#12 itself, and AES by PBES2 (RFC 8018)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from asn1crypto import algos, core
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.padding import PKCS7

from signing.errors import KeyUnusable
from signing.identifiers import Algorithm
from signing.pkcs12 import rc2
from signing.pkcs12.derivation import Effort, Purpose, derive, encode_password

_BLOCK: Final = 8
_PBES2: Final = "1.2.840.113549.1.5.13"
_HASHES: Final = frozenset({"sha1", "sha224", "sha256", "sha384", "sha512"})

_Transform = Callable[[bytes, bytes, bytes], bytes]
"""From key, initial vector and whole blocks."""


@dataclass(frozen=True)
class Scheme:
    """One of the ciphers of RFC 7292, appendix C: key and vector are made with SHA-1."""

    oid: str
    key_size: int
    encrypt: _Transform
    decrypt: _Transform


def _encrypt_3des(key: bytes, vector: bytes, data: bytes) -> bytes:
    cipher = Cipher(TripleDES(key), modes.CBC(vector)).encryptor()
    return cipher.update(data) + cipher.finalize()


def _decrypt_3des(key: bytes, vector: bytes, data: bytes) -> bytes:
    cipher = Cipher(TripleDES(key), modes.CBC(vector)).decryptor()
    return cipher.update(data) + cipher.finalize()


def _encrypt_rc2(key: bytes, vector: bytes, data: bytes) -> bytes:
    return rc2.encrypt_cbc(key, vector, data, effective_bits=40)


def _decrypt_rc2(key: bytes, vector: bytes, data: bytes) -> bytes:
    return rc2.decrypt_cbc(key, vector, data, effective_bits=40)


TRIPLE_DES: Final = Scheme("1.2.840.113549.1.12.1.3", 24, _encrypt_3des, _decrypt_3des)
RC2_40: Final = Scheme("1.2.840.113549.1.12.1.6", 5, _encrypt_rc2, _decrypt_rc2)
_SCHEMES: Final = {row.oid: row for row in (TRIPLE_DES, RC2_40)}


class _Parameters(core.Sequence):  # type: ignore[misc]  # the library ships no types
    _fields: ClassVar[list[Any]] = [("salt", core.OctetString), ("iterations", core.Integer)]


def decrypt(algorithm: Any, data: bytes, password: str, bmp_password: bytes, effort: Effort) -> bytes:
    """Open `data`, which lies under the `Algorithm`. KeyUnusable where it is none of ours or the padding is wrong.

    `bmp_password` is the form that the file's MAC was made with.
    """
    oid = algorithm["algorithm"].dotted
    if oid == _PBES2:
        return _decrypt_aes(algorithm, data, password, effort)
    if oid not in _SCHEMES:
        raise unsupported()
    parameters = algorithm["parameters"].parse(_Parameters)
    salt, iterations = parameters["salt"].native, effort.spend(parameters["iterations"].native)
    return _unpad(_apply(_SCHEMES[oid], _SCHEMES[oid].decrypt, data, bmp_password, salt, iterations), _BLOCK)


def encrypt(scheme: Scheme, data: bytes, password: str, iterations: int) -> tuple[Any, bytes]:
    """The `Algorithm` with a new salt, and the data under it."""
    salt = secrets.token_bytes(_BLOCK)
    padder = PKCS7(8 * _BLOCK).padder()
    padded = padder.update(data) + padder.finalize()
    parameters = _Parameters({"salt": salt, "iterations": iterations})
    algorithm = Algorithm({"algorithm": scheme.oid, "parameters": core.Any(parameters)})
    return algorithm, _apply(scheme, scheme.encrypt, padded, encode_password(password), salt, iterations)


def unsupported() -> KeyUnusable:
    """Nothing in it names the algorithm: the words are the file's."""
    return KeyUnusable("the PKCS#12 file uses an algorithm that is not supported")


def _apply(scheme: Scheme, transform: _Transform, data: bytes, password: bytes, salt: bytes, iterations: int) -> bytes:
    key = derive(Purpose.KEY, password, salt, iterations, scheme.key_size, "sha1")
    vector = derive(Purpose.VECTOR, password, salt, iterations, _BLOCK, "sha1")
    return transform(key, vector, data)


def _decrypt_aes(algorithm: Any, data: bytes, password: str, effort: Effort) -> bytes:
    scheme = algos.EncryptionAlgorithm.load(algorithm.dump())
    if scheme.kdf != "pbkdf2" or scheme.kdf_hmac not in _HASHES:
        raise unsupported()
    if scheme.encryption_cipher != "aes" or scheme.encryption_mode != "cbc":
        raise unsupported()
    iterations = effort.spend(scheme.kdf_iterations)
    key = hashlib.pbkdf2_hmac(scheme.kdf_hmac, password.encode(), scheme.kdf_salt, iterations, scheme.key_length)
    cipher = Cipher(AES(key), modes.CBC(scheme.encryption_iv)).decryptor()
    return _unpad(cipher.update(data) + cipher.finalize(), AES.block_size // 8)


def _unpad(data: bytes, block: int) -> bytes:
    unpadder = PKCS7(8 * block).unpadder()
    return unpadder.update(data) + unpadder.finalize()
