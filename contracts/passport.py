"""A passport (паспорт сервиса): how one part of a request is asked at a deployment, as data that both sides read.

Paths of fields are element names from the payload's root down, in document order, joined by `/`. A step may be
`p:name` (namespace prefix p of `namespaces`), `:name` (no namespace, where the payload is qualified), `@name`
(attribute, last step only), `name[@a=v]` (the element whose attribute a is v) or `name[child=v]` (whose child has
the text v). Attribute steps stand right behind their element. The order of `fields` is the order on the wire.
"""

from __future__ import annotations

from datetime import time
from typing import Any, Literal

from pydantic import Field, model_validator

from contracts.tables import Names, Row
from contracts.words import Cardinality, Confidence, DataForm, FieldType, Protocol, QuestionWord


class Split(Row):
    """A value that is one piece of a text: `first; second; third`."""

    separator: str
    index: int = Field(ge=0)


class PayloadField(Row):
    """One element or attribute of a payload; bind, or source and value, say what it holds."""

    path: str
    type: FieldType = FieldType.STRING
    card: Cardinality = Cardinality.ONE
    nil: bool = False
    """nillable: with cardinality 1, "no value" is xsi:nil="true", not a missing element."""
    bind: str = ""
    """Vocabulary path (replies)."""
    source: str | tuple[str, ...] = Field(default="", alias="from")
    """`question.<QuestionWord>` or a ContextWord (requests, frames of replies).
    Of several, the first that has a value."""
    value: str = ""
    """A constant; beside `from`, what stands there where none of the sources has a value."""
    dictionary: str = ""
    """For types code and dict: the name of a dictionary of the passport or of contracts/dictionaries."""
    split: Split | None = None
    xsi_type: str = ""

    @model_validator(mode="after")
    def _one_source(self) -> PayloadField:
        if self.bind and (self.source or self.value):
            raise ValueError(f"{self.path}: bind goes with neither from nor value")
        return self

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.source,) if isinstance(self.source, str) and self.source else tuple(self.source)


class Payload(Row):
    """A payload of one direction."""

    form: DataForm
    root: str = ""
    """`p:name` or `name`: the root element (forms string, element) or the wrapper (operation).
    Empty for inline, typed, json."""
    xsi_type: str = ""
    """`p:Type` for the form typed."""
    qualified: Literal["root", "all", "none"] = "root"
    """root: only the root is in the namespace; all: every step without a prefix is in the root's namespace."""
    signed: bool = False
    """The enveloped ds:Signature is the last child of the root (shep-protocol.md 3.3)."""
    dict_shape: tuple[str, str, str] = ("code", "nameRu", "nameKz")
    fields: tuple[PayloadField, ...]
    also_within: tuple[str, ...] = ()
    """`p:outer/p:data`: where the same fields may stand instead, below the last element, as known of other clients of
    the service; there every element is in the namespace of its root."""
    schema_file: str = ""
    """XSD of this payload, in the passport's folder; empty for plain SOAP (the WSDL holds it) and JSON."""

    @model_validator(mode="after")
    def _fits_form(self) -> Payload:
        if self.form in (DataForm.STRING, DataForm.ELEMENT) and not self.root:
            raise ValueError(f"form {self.form} needs a root")
        if self.form is DataForm.TYPED and not self.xsi_type:
            raise ValueError("form typed needs xsi_type")
        return self


class Reading(Row):
    """Where an outcome is read, and what each code there means. Readings are tried in order; the first verdict that is
    not `answer` wins. A code that is not listed is `no_answer / unclassified`."""

    at: Literal["status", "fault", "http", "code", "text", "element"]
    """status: the code in SHEP's responseInfo; fault: errorCode of a SOAP fault (or the local part of faultcode where
    there is none); http: the HTTP status (REST); code: text of the element `path`, listed below; text: any text in
    `path`; element: presence of `path`."""
    path: str = ""
    answer: tuple[str, ...] = ()
    no_record: tuple[str, ...] = ()
    retry: tuple[str, ...] = ()
    """The registry failed and another try may help."""
    refused: tuple[str, ...] = ()
    consent: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    missing: Literal["", "answer", "no_record"] = ""
    """element, code, text: what it means that `path` is not there (or is empty).
    "" = contract broken (element, code), answer (text)."""
    present: Literal["", "no_record"] = ""
    """text: any text in `path` means no record; `no_record` lists the known wordings (a mock sends the first)."""
    unless: str = ""
    """text: the reading is passed over where this element is present."""
    many: Literal["", "answer", "ambiguous"] = "answer"
    """element: what several of them mean."""


class Echo(Row):
    """What a reply must repeat of its question, so that another person's data are never taken for an answer."""

    word: QuestionWord
    each: str = ""
    """Vocabulary path of the list whose every item is looked at; "" = the record itself."""
    among: tuple[str, ...] = Field(min_length=1)
    """Leaves of which one must hold the question's value, where the reply tells all of them: an old act without the
    asked one's number in its place is not somebody else's."""


class DictionaryEntry(Row):
    code: str
    value: str
    """Our own word."""
    ru: str = ""
    kk: str = ""


class ConsentGround(Row):
    """Why a source is asked without a token of the person's: the law, in words that a person reads, and how sure."""

    clause: str = Field(min_length=1)
    words: Names
    confidence: Confidence


class Soap(Row):
    wsdl: str
    """File in the passport's folder, or in one beside it where passports share a service (`../name/file.wsdl`)."""
    service: str
    port: str
    operation: str


class Rest(Row):
    method: Literal["POST"] = "POST"
    """Personal data never travels in a URL."""


class Hours(Row):
    """Hours of planned maintenance on every day, local time (UTC+5), the end not among them; they may run past midnight
    (`start = 23:00:00`, `end = 02:00:00`)."""

    start: time
    end: time

    @model_validator(mode="after")
    def _are_some(self) -> Hours:
        if self.start.tzinfo or self.end.tzinfo:
            raise ValueError("hours of maintenance are local time, without a zone")
        if self.start == self.end:
            raise ValueError("hours of maintenance end when they start")
        return self

    def hold(self, at: time) -> bool:
        """True where the local time lies within them."""
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


class Limits(Row):
    timeout_seconds: float = Field(default=20.0, gt=0, le=300)
    """Total time of one ask, retries included."""
    attempt_seconds: float = Field(default=8.0, gt=0, le=120)
    tries: int = Field(default=3, ge=1, le=10)
    at_once: int = Field(default=24, ge=1)
    """Bulkhead: exchanges with this source at one time."""
    per_minute: int | None = Field(default=None, ge=1)
    """Quota: messages that the source takes in a minute, retries among them; None = as many as there are. Where
    passports of a registry differ, the smallest holds for all."""
    reply_bytes: int = Field(default=5_000_000, gt=0)
    maintenance: tuple[Hours, ...] = ()
    """When the source is known to be away: it is not asked then."""


class Passport(Row):
    key: str = Field(pattern=r"^[a-z0-9-]+$")
    title: Names
    registry: str = Field(pattern=r"^[a-z0-9-]+$")
    """The source system, one word: breaker, retry budget and quota are per registry."""
    confidence: Confidence
    source: str
    """Where the shape was read."""
    age: str = ""
    """Date stamp of the shape in its source, YYYY or YYYY-MM."""
    assumptions: tuple[str, ...] = ()
    alternative_to: str = ""
    """Key of the passport in whose place a deployment may choose this one."""
    auxiliary: bool = False
    """True for services outside the 24 requests (consent, phone base)."""
    protocol: Protocol
    service_id: str = ""
    service_id_confidence: Confidence = Confidence.ASSUMED
    route_id: str = ""
    address: str = ""
    """Path below the base address of the protocol (plain SOAP and REST)."""
    consent: Literal["none", "kdp"] = "none"
    consent_scope: str = ""
    """What the person is asked to open, in the words of the consent service; "" = what its own passport says there.
    One consent of a person serves all sources of one scope."""
    consent_ground: ConsentGround | None = None
    """The legal ground where no token is asked for."""
    search: tuple[tuple[str, ...], ...] = (("iin",),)
    """Sets of question words by which the source can find its subject, best first: the words of the other sets stay
    out of the request, all other words go in. None satisfied = the source cannot be asked."""
    signature: Literal["none", "bus", "registry"] = "none"
    """Whose signature a reply carries. Not said: the bus's over SHEP, nobody's elsewhere. `none` over SHEP takes
    unsigned replies for answers, even where all others are signed: for a service of which that is known."""
    namespaces: dict[str, str] = Field(default_factory=dict)
    limits: Limits = Limits()
    soap: Soap | None = None
    rest: Rest | None = None
    request: Payload
    reply: Payload
    interim: Payload | None = None
    """Asynchronous: a message without data that comes before the reply (a NOTIFICATION)."""
    readings: tuple[Reading, ...] = Field(min_length=1)
    interim_readings: tuple[Reading, ...] = ()
    echoes: tuple[Echo, ...] = ()
    success_status: str = "SCSS001"
    """The code that the mock's responseInfo carries on success."""
    dictionaries: dict[str, tuple[DictionaryEntry, ...]] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _expect_the_bus(cls, data: Any) -> Any:
        if isinstance(data, dict) and str(data.get("protocol", "")).startswith("shep-"):
            return {"signature": "bus"} | data
        return data

    @model_validator(mode="after")
    def _fits_protocol(self) -> Passport:
        if self.protocol in (Protocol.SHEP_SYNC, Protocol.SHEP_ASYNC) and not self.service_id:
            raise ValueError("a SHEP passport needs service_id")
        if (self.protocol is Protocol.SOAP) != (self.soap is not None):
            raise ValueError("soap goes with protocol soap")
        if (self.protocol is Protocol.REST) != (self.rest is not None):
            raise ValueError("rest goes with protocol rest")
        if self.protocol is Protocol.SHEP_ASYNC and self.signature == "registry" and not self.reply.signed:
            # What is pushed comes in an envelope of the bus's: only the document inside can be the registry's own.
            raise ValueError("an asynchronous registry that signs for itself signs its reply's document")
        if self.consent == "none" and self.consent_ground is None and not self.auxiliary:
            raise ValueError("a passport names a consent or the legal ground for none")
        if self.consent != "none" and self.consent_ground is not None:
            raise ValueError("a passport names a consent or the legal ground for none, not both")
        return self

    @property
    def binds(self) -> tuple[str, ...]:
        """Vocabulary paths that the reply fills, in document order."""
        return tuple(field.bind for field in self.reply.fields if field.bind)
