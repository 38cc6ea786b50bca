"""A portal's code, as small as it can be: before it takes an application it asks whose phone number it was given."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import Literal

import requests
from lxml import etree

_QUESTION = """\
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>
<n:SendMessage xmlns:n="http://bip.bee.kz/SyncChannel/v10/Types"><request><requestInfo>
<messageId>{id}</messageId><serviceId>BMG_VERIFY_PHONE</serviceId><messageDate>{now}</messageDate>
<sender><senderId>{sender}</senderId><password>{password}</password></sender></requestInfo>
<requestData><data><v:verifyPhoneRequest xmlns:v="http://mgov.bee.kz/mbc/verifyphone">
<iin>{iin}</iin><phone>{phone}</phone></v:verifyPhoneRequest></data></requestData></request></n:SendMessage>
</soap:Body></soap:Envelope>"""

Verdict = Literal["own", "somebody else's", "ask later"]


@dataclass(frozen=True)
class Bus:
    """Where the e-government gateway is, and who we are to it."""

    url: str
    sender: str = "asp-gateway"
    password: str = "mock-password"
    seconds: float = 2.0


def check_phone(bus: Bus, iin: str, phone: str) -> Verdict:
    """Whether the number is this person's; what is not known is never taken for a no."""
    try:
        reply = ask(bus, iin, phone)
        result = etree.fromstring(reply.content).findtext(".//result") if reply.status_code == 200 else None
    except (requests.RequestException, etree.XMLSyntaxError):
        return "ask later"
    if result not in ("true", "false"):
        return "ask later"
    return "own" if result == "true" else "somebody else's"


def ask(bus: Bus, iin: str, phone: str) -> requests.Response:
    """One question to the citizens' phone base."""
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    names = {"sender": bus.sender, "password": bus.password, "iin": iin, "phone": phone}
    question = _QUESTION.format(id=uuid.uuid4(), now=now, **names)
    return requests.post(f"{bus.url}/bip-sync-wss-gost/", data=question.encode(), timeout=bus.seconds)
