"""What is read in one go is what the thorough reader reads, and whatever that refuses is not read in one go."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from lxml import etree

from signing.errors import SignatureRefused
from signing.wsse.envelopes import Envelope, read_envelope
from signing.wsse.key_info import KeyInfoStyle
from signing.wsse.security import Security, read_security
from signing.wsse.signing import sign_envelope
from signing.wsse.usual_layout import read_usual
from signing.xml_safety import parse_safely
from tests.signing.pki import person
from tests.signing.wsse.forging import edited
from tests.signing.wsse.messages import DS, ENVELOPE, SOURCES, WSSE, WSU, Parts, Source, ours_by_serial, ours_rsa
from tests.signing.wsse.test_fuzz_wsse import BUDGET, PIECES
from tests.signing.wsse.test_signing import ENVELOPES
from tests.signing.wsse.test_wsse_attacks import ATTACKS
from tests.support.fuzzing import STRIDE, Edits, mutated, mutations

DS_NAMESPACE, WSSE_NAMESPACE = DS[1:-1], WSSE[1:-1]


def envelope_of(message: bytes) -> Envelope:
    return read_envelope(message, parse_safely(message))


def read_quickly(message: bytes) -> Security | None:
    """None where it is left to the thorough reader, or refused before either looks."""
    try:
        return read_usual(envelope_of(message))
    except SignatureRefused:
        return None


def agrees(message: bytes) -> bool:
    """Whether nothing is read in one go, or exactly what the thorough reader reads."""
    quick = read_quickly(message)
    return quick is None or quick == read_security(envelope_of(message))


@pytest.mark.parametrize("name", SOURCES)
def test_the_usual_layouts_are_read_in_one_go(name: str) -> None:
    message = SOURCES[name]().message
    assert read_quickly(message) is not None
    assert agrees(message)


@pytest.mark.parametrize("style", KeyInfoStyle)
@pytest.mark.parametrize("name", [name for name in ENVELOPES if name not in ("a header with entries",)])
def test_what_we_sign_is_read_in_one_go(name: str, style: KeyInfoStyle) -> None:
    message = sign_envelope(ENVELOPES[name], person().signing_key, key_info=style)
    assert agrees(message)
    assert (read_quickly(message) is None) is (b"<!--" in message)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", ATTACKS)
def test_no_trick_is_read_otherwise_than_by_the_thorough_reader(name: str, source: str) -> None:
    assert agrees(ATTACKS[name][0](SOURCES[source]()))


def written(message: bytes, *changes: tuple[str, str]) -> bytes:
    """The message with texts of it replaced, each of which is there."""
    text = message.decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def identifier(source: Source) -> str:
    return str(Parts(etree.fromstring(source.message)).body.get(f"{WSU}Id"))


def by_numbers(text: str) -> str:
    return "".join(f"&#{ord(letter)};" for letter in text)


CONFUSIONS: dict[str, Callable[[Source], bytes]] = {
    "one prefix for both namespaces": lambda s: written(
        s.message, ("<wsse:", "<ds:"), ("</wsse:", "</ds:"), ("xmlns:wsse", "xmlns:ds")
    ),
    "the token reference in the signature's namespace": lambda s: written(
        s.message,
        ("wsse:SecurityTokenReference", "ds:SecurityTokenReference"),
        ("wsse:KeyIdentifier", "ds:KeyIdentifier"),
    ),
    "security of another namespace": lambda s: written(s.message, (WSSE_NAMESPACE, "urn:x")),
    "signature of another namespace": lambda s: written(s.message, (f'xmlns:ds="{DS_NAMESPACE}"', 'xmlns:ds="urn:x"')),
    "needed by a prefix of another namespace": lambda s: written(
        s.message, ("<wsse:Security ", '<wsse:Security xmlns:x="urn:x" '), ("soap:mustUnderstand", "x:mustUnderstand")
    ),
    "needed by the header's own namespace": lambda s: written(
        s.message, ("soap:mustUnderstand", "wsse:mustUnderstand")
    ),
    "another attribute of the security header": edited(lambda p: p.security.set(f"{WSU}Id", "x")),
    "the identifier once more, in numbers": lambda s: written(
        s.message, ("<wsse:Security ", f'<wsse:Security Id="{by_numbers(identifier(s))}" ')
    ),
    "the identifier once more, in numbers, inside the body": lambda s: written(
        s.message, ("<request>", f'<request Id="{by_numbers(identifier(s))}">')
    ),
    "the body's identifier in numbers": lambda s: written(
        s.message, (f'wsu:Id="{identifier(s)}"', f'wsu:Id="{by_numbers(identifier(s))}"')
    ),
    "the identifier on the content and in a text": lambda s: written(
        s.message, (f'wsu:Id="{identifier(s)}">', f'a="{identifier(s)}">'), ("<request>", f"<request>{identifier(s)}")
    ),
    "the identifier on the body by a name that is none": lambda s: written(
        s.message, (f'wsu:Id="{identifier(s)}"', f'wsu:Name="{identifier(s)}"')
    ),
    "a comment in the signed info": lambda s: written(s.message, ("<ds:Reference ", "<!--x--><ds:Reference ")),
    "a comment in the value": lambda s: written(s.message, ("</ds:SignatureValue>", "<!--x--></ds:SignatureValue>")),
    "an instruction in the signed info": lambda s: written(s.message, ("<ds:Reference ", "<?x?><ds:Reference ")),
    "a marked section": lambda s: written(s.message, ("</ds:DigestValue>", "<![CDATA[ ]]></ds:DigestValue>")),
    "a second header entry": edited(lambda p: etree.SubElement(p.header, f"{WSSE}Security")),
}


@pytest.mark.parametrize("source", [ours_rsa, ours_by_serial])
@pytest.mark.parametrize("name", CONFUSIONS)
def test_what_could_be_confused_is_read_as_the_thorough_reader_reads_it(
    name: str, source: Callable[[], Source]
) -> None:
    message = source().message
    if "KeyIdentifier" not in message.decode() and name.startswith("the token reference"):
        message = sign_envelope(ENVELOPE, person().signing_key)
    assert agrees(CONFUSIONS[name](Source(message, source().policy)))


@BUDGET
@given(mutations(4200, PIECES, 12))
def test_a_mutated_message_is_read_as_the_thorough_reader_reads_it(changes: Edits) -> None:
    assert agrees(mutated(ours_rsa().message, changes))


@BUDGET
@given(mutations(3000, PIECES, 12))
def test_a_mutated_message_without_its_certificate_is_read_as_the_thorough_reader_reads_it(changes: Edits) -> None:
    assert agrees(mutated(ours_by_serial().message, changes))


@pytest.mark.parametrize("source", [ours_rsa, ours_by_serial])
def test_every_changed_byte_is_read_as_the_thorough_reader_reads_it(source: Callable[[], Source]) -> None:
    sound = source().message
    for place in range(0, len(sound), STRIDE):
        broken = bytearray(sound)
        broken[place] ^= 1 << (place % 7)
        assert agrees(bytes(broken)), place
