"""Base64 is read only as an encoder writes it, so that no value has two spellings."""

import pytest

from signing.base64_text import from_base64


@pytest.mark.parametrize("text", [b"", b"QUI=", b" QU\r\nI=\n", b"+/+/"])
def test_what_an_encoder_writes_is_read(text: bytes) -> None:
    assert from_base64(text) == {b"": b"", b"+/+/": b"\xfb\xff\xbf"}.get(text, b"AB")


@pytest.mark.parametrize("text", [b"QUI", b"QUJ=", b"QU!I=", b"-_-_", b"=", b"QUI=QUI="])
def test_any_other_spelling_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match="base64"):
        from_base64(text)
