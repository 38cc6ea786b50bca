"""IBAN of Kazakhstan: KZ, two check digits, three digits of the bank, 13 characters of the account; mod 97 = 1.

The structure and checksum are judged by schwifty; the banks that a service accepts are data of its row.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

_CYRILLIC = dict(zip("АВЕКМНОРСТУХІЅЈ", "ABEKMHOPCTYXISJ", strict=True))
"""Cyrillic capitals that look like the Latin letters of an IBAN."""


@dataclass(frozen=True)
class IbanVerdict:
    """What is wrong with an IBAN: `code` is "" where nothing is; `bank_code` is known once the structure is right."""

    code: str
    detail: str
    iban: str = ""
    bank_code: str = ""


def check_iban(text: str, accepted_banks: Collection[str]) -> IbanVerdict:
    """The verdict on what a person typed: spaces and lower case are forgiven, Cyrillic look-alikes named."""
    iban = "".join(text.split()).upper()
    alien = sorted({c for c in iban if c in _CYRILLIC})
    if alien:
        named = ", ".join(f"{unicodedata.name(c)} for {_CYRILLIC[c]}" for c in alien)
        return IbanVerdict("iban-look-alike", f"letters that only look Latin: {named}")
    if not iban.isascii() or not iban.isalnum():
        return IbanVerdict("iban-format", "an IBAN has Latin letters and digits only")
    if not iban.startswith("KZ"):
        return IbanVerdict("iban-country", "the account must be in Kazakhstan (KZ)")
    if len(iban) != 20 or not iban[2:7].isdigit():
        return IbanVerdict(
            "iban-format", "an IBAN of Kazakhstan is KZ, 5 digits and 13 letters or digits: 20 characters"
        )
    if not _has_right_checksum(iban):
        return IbanVerdict("iban-checksum", "the check digits do not fit: a letter or digit is mistyped")
    bank = iban[4:7]
    if bank not in accepted_banks:
        return IbanVerdict("iban-bank", "the account is in a bank that this service does not pay to", iban, bank)
    return IbanVerdict("", "", iban, bank)


def _has_right_checksum(iban: str) -> bool:
    # Imported where it is used: schwifty loads its bank registry for 60 ms, which `--help` need not pay.
    from schwifty import IBAN
    from schwifty.exceptions import SchwiftyException

    try:
        IBAN(iban)
    except SchwiftyException:
        return False
    return True
