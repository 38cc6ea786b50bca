"""The first signatures of a process may come all at once."""

from __future__ import annotations

import subprocess
import sys

IN_A_NEW_PROCESS = """
from asn1crypto import x509
from signing.asn1_classes import prepare_classes
from signing.cms import reading, shapes
ready = lambda: [shapes.Signer._field_map is not None, x509.Certificate._field_map is not None]
before = ready()
{act}
print(before, ready())
"""


def told(act: str) -> str:
    command = [sys.executable, "-c", IN_A_NEW_PROCESS.format(act=act)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout.strip()


def test_the_classes_are_made_ready_before_a_value_is_read() -> None:
    assert told("prepare_classes()") == "[False, False] [True, True]"


def test_reading_a_message_makes_them_ready_first() -> None:
    # Not even the first byte of this is read by the decoder.
    refused = "try:\n    reading.read_encoded_message(b'', '1.2.3')\nexcept Exception:\n    pass"
    assert told(refused) == "[False, False] [True, True]"
