"""One exchange with the target, looked at stage by stage: what one stage spoils, later ones cannot judge."""

from __future__ import annotations

import codecs
from functools import cached_property
from typing import Final

from lxml import etree

from registries_mock.conform.errors import Differs, NoReply
from registries_mock.errors import Refused
from registries_mock.http import Incoming
from registries_mock.payloads.xml_in import local, parse_bytes
from registries_mock.wire import SOAP

_XML_TYPES: Final = ("text/xml", "application/xml", "application/soap+xml")
_OK: Final = 200
_BODY: Final = f"{{{SOAP}}}Body"


class Seen:
    """What came of one exchange; every accessor raises NotTried where there is nothing of the kind to look at."""

    def __init__(self, what: str, incoming: Incoming | None, failure: str = "") -> None:
        self._what = what
        self._incoming = incoming
        self._failure = failure

    @property
    def body(self) -> bytes:
        """All that came; b"" where nothing did."""
        return self._incoming.body if self._incoming else b""

    def reply(self) -> Incoming:
        """The reply, whatever it is."""
        if self._incoming is None:
            raise NoReply(f"{self._what}: {self._failure}")
        return self._incoming

    def success(self) -> Incoming:
        """The same, where it comes with HTTP 200 and is said to be XML."""
        reply = self.reply()
        self._pass_on(self.find_no_success())
        return reply

    def xml(self) -> etree._Element:
        """The root of a reply that is XML, whatever its status."""
        self.reply()
        root, why = self._parsed
        if root is None:
            raise NoReply(f"{self._what}: {why}")
        return root

    def content(self) -> etree._Element:
        """The one element in the Body of a SOAP 1.1 envelope, whatever its status."""
        root = self.xml()
        self._pass_on(self.find_no_envelope())
        return root.findall(_BODY)[0][0]

    def answer(self, tag: str) -> etree._Element:
        """The same, where the status is 200 and the element is the wanted one."""
        self.success()
        self.content()
        self._pass_on(self.find_other_root(tag))
        return self.content()

    def find_no_reply(self) -> Differs | None:
        return Differs("a whole reply", self._failure) if self._incoming is None else None

    def find_no_success(self) -> Differs | None:
        reply = self._incoming
        if reply is None:
            return self.find_no_reply()
        if reply.status != _OK:
            return Differs(f"HTTP {_OK}", f"HTTP {reply.status}{self._told_fault()}", reply.body)
        said = reply.content_type.partition(";")[0].strip().lower()
        if said not in _XML_TYPES:
            # The value is a stranger's text: only its form is told.
            return Differs("Content-Type text/xml", "another Content-Type, or none", reply.body)
        return None

    def find_no_xml(self) -> Differs | None:
        root, why = self._parsed
        return Differs("well-formed XML, no document type", why, self.body) if root is None else None

    def find_no_envelope(self) -> Differs | None:
        root, _ = self._parsed
        if root is None:
            return self.find_no_xml()
        if root.tag != f"{{{SOAP}}}Envelope":
            return Differs(f"Envelope in {SOAP}", f"{local(root)} in another namespace or by another name", self.body)
        bodies = root.findall(_BODY)
        if len(bodies) != 1 or len(bodies[0]) != 1:
            return Differs("one Body with one element", f"{len(bodies)} Bodies or another content", self.body)
        return None

    def find_other_root(self, tag: str) -> Differs | None:
        """Where a SOAP envelope is there: whether it holds something else."""
        found = self.content()
        return None if found.tag == tag else Differs(tag, f"{local(found)}{self._told_fault()}", self.body)

    def fault(self, wanted: str) -> etree._Element:
        """The fault; Differs where something else came, NotTried where nothing did."""
        self.reply()
        for problem in (self.find_no_xml(), self.find_no_envelope()):
            if problem is not None:
                raise Differs(wanted, problem.found, problem.body)
        content = self.content()
        if content.tag != f"{{{SOAP}}}Fault":
            raise Differs(wanted, f"HTTP {self.reply().status} with {local(content)}", self.body)
        return content

    @cached_property
    def _parsed(self) -> tuple[etree._Element | None, str]:
        """The root, and why there is none."""
        body = self.body
        try:
            said = self._incoming.content_type.lower().partition("charset=")[2].strip(" \"';") if self._incoming else ""
            if said in ("utf-8", "utf8"):
                body.decode("utf-8")
            return parse_bytes(body.removeprefix(codecs.BOM_UTF8)), ""
        except UnicodeDecodeError:
            return None, "bytes that are not of the charset that Content-Type says"
        except Refused as failure:
            return None, str(failure)

    def _told_fault(self) -> str:
        root, _ = self._parsed
        code = (
            next((one.text for one in root.iter("errorCode", "faultcode") if one.text), "") if root is not None else ""
        )
        return f", a fault {code[:40]!r}" if code else ""

    def _pass_on(self, problem: Differs | None) -> None:
        if problem is not None:
            raise NoReply(f"{self._what}: {problem.found}")
