"""What the journal shows of a message: no password or token, however it is written and wherever the message ends."""

from __future__ import annotations

import random
import time
from functools import cache
from typing import Final

from contracts.catalogue import load_catalogue
from registries_mock.journal.redaction import SHOWN, Redaction, secret_names

_SECRET: Final = "Zx9Qw7Er5Ty"
# By what is odd about each; {} is the secret.
_ODD: Final = {
    "an end tag in a comment": "<a><password>ab<!-- </password> -->{}</password></a>",
    "an end tag in CDATA": "<a><password>x<![CDATA[</password>]]>{}</password></a>",
    "an end tag in an instruction": "<a><password>x<?p </password>?>{}</password></a>",
    "an empty element in a comment": "<a><password>x<!-- </password><password/> -->{}</password></a>",
    "one in another": "<password><password>a</password>{}</password>",
    "doubled": "<password>a</password><x/><password>{}</password>",
    "a beginning in a comment": "<a><!-- <password x='> --><password>{}</password></a>",
    "an attribute of that name": '<a password="{}"/>',
    "an attribute with escaped quotes": '<a password="x&quot;{}"/>',
    "an attribute of the element": "<password value='{}'/>",
    "an attribute that holds an end": "<password a='/>' b=\"</password>\">{}</password>",
    "decimal references": "<x>&#60;password&#62;{}&#60;/password&#62;</x>",
    "long hexadecimal references": "<x>&#x000000000003c;password&#x3E;{}&#X3c;/password></x>",
    "references in the name": "<x>&lt;p&#97;ssword&gt;{}&lt;/password&gt;</x>",
    "escaped three times": "<x>&amp;amp;lt;password&amp;amp;gt;{}&amp;amp;lt;/password&amp;amp;gt;</x>",
    "ends of two depths": "<password>&lt;/password&gt;{}</password>",
    "an end of another depth": "&lt;password&gt;<i></i></password>{}&lt;/password&gt;",
    "a key with an escape": '{{"\\u0070assword": "{}"}}',
    "a key in other case": '{{"PassWord"\n:\n"{}"}}',
    "a value with escapes": '{{"password": "a\\"b\\\\\\"{}"}}',
    "JSON in JSON": '{{"a":"{{\\"password\\": \\"x\\\\\\"{}\\"}}"}}',
    "JSON in XML": "<d>{{&quot;password&quot;: &quot;{}&quot;}}</d>",
    "XML in JSON": '{{"d":"\\u003cpassword\\u003e{}\\u003c\\/password\\u003e"}}',
    "a list": '{{"password": ["a", "{}"]}}',
    "an object": '{{"token": {{"v": "x", "w": "{}"}}}}',
    "a form": "sender=a&password={}",
    "an odd prefix": "<a·b:password>{}</a·b:password>",
    "blanks": "<password\n>{}</password\n>",
    "WS-Security": "<wsse:Password Type='t'>{}</wsse:Password>",
    "another system's names": '{{"access_token": "{0}", "client_secret": "{0}"}}<userPassword>{0}</userPassword>',
    "a property of that key": "<properties><key>password</key><value>{}</value></properties>",
    "an escaped property": "<d>&lt;p:key a='1'&gt; kdpToken &lt;/p:key&gt; &lt;p:value&gt;{}&lt;/p:value&gt;</d>",
    "a property that never ends": "<key>password</key><value><![CDATA[{}",
    "an entity": "<!DOCTYPE a [<!ENTITY p '{}'>]><a><password>&p;</password></a>",
    "another encoding": "<?xml version='1.0' encoding='UTF-7'?><a>+ADw-password+AD4-{}+ADw-/password+AD4-</a>",
    "too many escapes": "<x>&" + "amp;" * 20 + "lt;password>{}</x>",
}
_ORDINARY: Final = (
    "<?xml version='1.0' encoding='utf-8'?><e:Envelope xmlns:e='x'><e:Body><sender><senderId>portal</senderId>"
    f"<password>{_SECRET}</password></sender><d>&lt;person&gt;&lt;kdpToken&gt;{_SECRET}&lt;/kdpToken&gt;"
    "&lt;name&gt;АЙША&lt;/name&gt;&lt;/person&gt;</d></e:Body></e:Envelope>"
)


@cache
def _redaction() -> Redaction:
    return Redaction(secret_names(load_catalogue(()).passports.values()))


def _show(text: str, *known: str) -> str:
    return _redaction().show(text.encode(), known)


def _leaks(shown: str) -> bool:
    return any(_SECRET[at : at + 4] in shown for at in range(len(_SECRET) - 3))


def test_no_way_of_writing_a_secret_gets_it_shown() -> None:
    leaked = [odd for odd, text in _ODD.items() if _leaks(_show(text.format(_SECRET)))]
    assert not leaked


def test_a_message_may_end_anywhere() -> None:
    # What an entity stands for is no secret until somebody names it in the place of one.
    texts = [_ORDINARY, *(text.format(_SECRET) for odd, text in _ODD.items() if odd != "an entity")]
    leaked = [text[:end] for text in texts for end in range(len(text)) if _leaks(_show(text[:end]))]
    assert not leaked


def test_a_known_secret_is_found_however_it_is_escaped() -> None:
    secret = "a&b<c>\"d'é"
    for written in ("a&amp;b&lt;c&gt;\"d'é", "a&#38;b&#x3C;c>&quot;d&apos;&#233;", "a&amp;amp;b&lt;c>\\\"d'\\u00e9"):
        assert _show(f"<x>1{written}2</x>", secret) == "<x>1***2</x>"


def test_what_is_no_secret_is_shown_as_it_was_written() -> None:
    shown = _ORDINARY.replace(_SECRET, "***")
    assert _show(_ORDINARY) == shown
    for text in (
        "<password/><a>1</a>",
        "<x>the password is wrong &amp; old</x>",
        '{"tokenised": "a\\"b"}',
        "<a passwords='1'/>",
    ):
        assert _show(text) == text


def test_hostile_messages_are_shown_in_a_moment() -> None:
    dice = random.Random(7)  # noqa: S311 - no secret is drawn
    pieces = (
        "<password",
        ">",
        "</password>",
        '"token":',
        '"',
        "\\",
        "&lt;",
        "&amp;",
        "<!ENTITY ",
        "<!--",
        "'",
        "/>",
        "a",
        "</password",
        "<password x='",
    )
    for text in (*(piece * (65_536 // len(piece)) for piece in pieces), "".join(dice.choices(pieces, k=10_000))):
        begun = time.monotonic()
        assert len(_show(text)) <= SHOWN + 100
        assert time.monotonic() - begun < 2, text[:40]
