"""The participant's end of AsyncChannel: the bus pushes answers and applications here, and reads our contracts."""

from __future__ import annotations

from flask import Response

from contracts.errors import CallerError, ContentUnsupported, GatewayError, NotFound
from contracts.intakes import read_schema
from contracts.shep import published
from gateway.api.call import Call
from gateway.api.routes import SOAP, Access, Route
from gateway.logs import log_event

WSDL = "async-client.wsdl"
XML = "application/xml"
_SOAP_TYPES = frozenset({"text/xml", "application/soap+xml", "application/xml"})
_FAULT = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault>'
    "<faultcode>soap:{side}</faultcode><faultstring>{code}</faultstring>"
    "</soap:Fault></soap:Body></soap:Envelope>\n"
)


def receive(call: Call) -> Response:
    """SOAP in, SOAP out; what goes wrong is a fault with our code alone, so that the bus sends again."""
    if call.request.mimetype not in _SOAP_TYPES:
        raise ContentUnsupported("the body must be text/xml")
    message = call.read_body()
    try:
        answer = call.parts.receive(message)
    except GatewayError as error:
        side, code = ("Client", error.public_code) if isinstance(error, CallerError) else ("Server", error.code)
        log_event("push refused", code=code)
        return Response(_FAULT.format(side=side, code=code), 500, content_type=f"{SOAP}; charset=utf-8")
    return Response(answer, content_type=f"{SOAP}; charset=utf-8")


def publish(call: Call) -> Response:
    """`?wsdl` is our service, `?wsdl=NAME` and `?xsd=NAME` are the files that it names."""
    asked = call.request.args
    name = asked.get("xsd") or asked.get("wsdl") or (WSDL if any(k.lower() == "wsdl" for k in asked) else "")
    try:
        text = published(name, call.request.base_url)
    except LookupError as error:
        raise NotFound("there is no such contract file") from error
    return Response(text, content_type=f"{SOAP}; charset=utf-8")


def read_intake_schema(call: Call, name: str) -> Response:
    """A schema of what travels on the chain of an application."""
    try:
        text = read_schema(name)
    except LookupError as error:
        raise NotFound("there is no such schema") from error
    return Response(text, content_type=f"{XML}; charset=utf-8")


ROUTES = (
    Route(
        "POST", "/shep/async-client", receive, Access.BUS,
        "AsyncChannel's IAsyncChannelClient: late answers, and applications, that the bus pushes.",
        answers={SOAP: None}, refusals=(413, 415),
    ),
    Route(
        "GET", "/shep/async-client", publish, Access.PUBLIC,
        "The WSDL of that service, and the files that it names.",
        answers={SOAP: None}, refusals=(404,),
        query={"wsdl": "empty, or the name of a WSDL", "xsd": "the name of a schema"},
    ),
    Route(
        "GET", "/shep/schemas/{name}", read_intake_schema, Access.PUBLIC,
        "XML Schema of what travels on an application's chain: `application.xsd`, `bus.xsd`.",
        answers={XML: None}, refusals=(404,),
    ),
)  # fmt: skip
