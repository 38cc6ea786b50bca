"""Messages by curl: posted as they are, or typed by hand with places for words."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from string import Template

import pytest

from tests.registries_mock.small_world import PASSWORD, SENDER

MESSAGES = Path(__file__).parent / "curl"
SYNC, ASYNC = "/bip-sync-wss-gost/", "/bip-async-wss-gost/"


def post(url: str, message: bytes) -> bytes:
    """The reply's body, with whatever HTTP status; skips the test where there is no curl."""
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    headers = ("--header", "Content-Type: text/xml; charset=utf-8", "--header", 'SOAPAction: ""')
    command = [
        "curl",
        "--silent",
        "--show-error",
        "--max-time",
        "20",
        "--noproxy",
        "*",
        *headers,
        "--data-binary",
        "@-",
    ]
    done = subprocess.run([*command, url], input=message, capture_output=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def say(name: str, **words: str) -> bytes:
    """A message typed by hand, with these words in its places."""
    given = {"sender": SENDER, "password": PASSWORD} | words
    return Template((MESSAGES / f"{name}.xml").read_text(encoding="utf-8")).substitute(given).encode()
