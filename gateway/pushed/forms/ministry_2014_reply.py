"""What the sender of the ministry's message of 2014 is told: getP06581Response, with what became of the message."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from lxml import etree

from gateway.pushed.forms.ministry_2014 import MINISTRY
from gateway.pushed.forms.ministry_2014_words import load_words

SYSTEM: Final = "http://v6.systeminfo.services.shep.nitec.kz"


def write_response(
    iin: str, outcome: Literal["accepted", "refused"], *, message_id: str, chain_id: str, at: datetime, detail: str = ""
) -> bytes:
    """Whom it is about, and what became of the message; `detail` (no personal data) is told beside the outcome."""
    words = load_words().acknowledgement[outcome]
    root = etree.Element(f"{{{MINISTRY}}}getP06581Response", nsmap={"m": MINISTRY, "v6": SYSTEM})
    answer = etree.SubElement(root, "return")
    system = etree.SubElement(answer, "systemInfo")
    etree.SubElement(system, "MessageDate").text = at.isoformat(timespec="seconds")
    etree.SubElement(system, "ChainId").text = chain_id
    etree.SubElement(system, "MessageId").text = message_id
    status = etree.SubElement(system, "Status")
    etree.SubElement(status, "Code").text = words.code
    etree.SubElement(status, "Message").text = f"{words.ru}: {detail}" if detail else words.ru
    etree.SubElement(status, f"{{{SYSTEM}}}MessageKz").text = words.kk
    etree.SubElement(etree.SubElement(answer, "responseData"), "iin").text = iin
    return etree.tostring(root, encoding="utf-8")
