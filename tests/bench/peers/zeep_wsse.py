"""zeep with zeep.wsse, what a Python programmer takes for a signed SOAP service; running.py says how it is spoken to.

Its defaults are RSA with SHA-1, and a key that is read anew for each message; SHA-256 is asked for, the rest left.
"""

from __future__ import annotations

import json
import sys
import time
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

import requests
import zeep
from xmlsec import constants
from zeep.transports import Transport
from zeep.wsse.signature import BinarySignature, MemorySignature

_BINDING = "{http://bip.bee.kz/SyncChannel/v10/Interfaces/Binding2}SyncChannelHttpBinding"


class BothWays:
    """Signs by our key; verifies by the bus's: zeep's own plugin knows one certificate for both."""

    def __init__(self, folder: Path) -> None:
        key, own, bus = folder / "key.pem", folder / "certificate.pem", folder / "bus.pem"
        self._out = BinarySignature(
            str(key), str(own), signature_method=constants.TransformRsaSha256, digest_method=constants.TransformSha256
        )
        self._in = MemorySignature(key.read_bytes(), bus.read_bytes())

    def apply(self, envelope: Any, headers: Any) -> Any:
        return self._out.apply(envelope, headers)

    def verify(self, envelope: Any) -> Any:
        return self._in.verify(envelope)


def main() -> None:
    """`URL FOLDER WSDL`."""
    url, folder, wsdl = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    session = requests.Session()
    session.trust_env = False  # else half of the time is a look for proxies
    client = zeep.Client(wsdl, wsse=BothWays(folder), transport=Transport(session=session))
    proxy = client.create_service(_BINDING, url)
    words = json.loads((folder / "words.json").read_text(encoding="utf-8"))
    document = (folder / "data.xml").read_text(encoding="utf-8")

    def call() -> None:
        info = {
            "messageId": str(uuid.uuid4()),
            "serviceId": words["service"],
            "messageDate": datetime.now().astimezone(),  # noqa: TID251 - a program of its own
            "sender": {"senderId": words["sender"], "password": words["password"]},
            "properties": [{"key": "inquiryId", "value": words["inquiry"]}],
        }
        data = zeep.xsd.AnyObject(zeep.xsd.String(), document)
        reply = proxy.SendMessage(request={"requestInfo": info, "requestData": {"data": data}})
        if reply.responseInfo.status.code != "SCSS001":
            raise ValueError(reply.responseInfo.status.code)

    print("ready", flush=True)
    for line in sys.stdin:
        started, worked = time.perf_counter(), time.process_time()
        for _ in range(int(line)):
            call()
        figures = {"cpu": time.process_time() - worked, "wall": time.perf_counter() - started}
        print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
