"""The names of SOAP and WS-Security that are used here."""

from __future__ import annotations

from typing import Final

SOAP_11: Final = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12: Final = "http://www.w3.org/2003/05/soap-envelope"
_OASIS: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
WSSE: Final = _OASIS + "wssecurity-secext-1.0.xsd"
WSU: Final = _OASIS + "wssecurity-utility-1.0.xsd"

SECURITY: Final = f"{{{WSSE}}}Security"
TOKEN_REFERENCE: Final = f"{{{WSSE}}}SecurityTokenReference"
KEY_IDENTIFIER: Final = f"{{{WSSE}}}KeyIdentifier"
WSU_ID: Final = f"{{{WSU}}}Id"

BASE64: Final = _OASIS + "soap-message-security-1.0#Base64Binary"
X509_V3: Final = _OASIS + "x509-token-profile-1.0#X509v3"
