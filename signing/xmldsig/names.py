"""The names of XMLDSig that are used here: elements, transforms and canonical forms."""

from __future__ import annotations

from typing import Final

DS: Final = "http://www.w3.org/2000/09/xmldsig#"
ENVELOPED: Final = DS + "enveloped-signature"
INCLUSIVE: Final = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
INCLUSIVE_WITH_COMMENTS: Final = INCLUSIVE + "#WithComments"
EXCLUSIVE: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE_NAMESPACES: Final = f"{{{EXCLUSIVE}}}InclusiveNamespaces"

SIGNATURE: Final = f"{{{DS}}}Signature"
SIGNED_INFO: Final = f"{{{DS}}}SignedInfo"
CANONICALIZATION_METHOD: Final = f"{{{DS}}}CanonicalizationMethod"
SIGNATURE_METHOD: Final = f"{{{DS}}}SignatureMethod"
REFERENCE: Final = f"{{{DS}}}Reference"
TRANSFORMS: Final = f"{{{DS}}}Transforms"
TRANSFORM: Final = f"{{{DS}}}Transform"
DIGEST_METHOD: Final = f"{{{DS}}}DigestMethod"
DIGEST_VALUE: Final = f"{{{DS}}}DigestValue"
SIGNATURE_VALUE: Final = f"{{{DS}}}SignatureValue"
KEY_INFO: Final = f"{{{DS}}}KeyInfo"
X509_DATA: Final = f"{{{DS}}}X509Data"
X509_CERTIFICATE: Final = f"{{{DS}}}X509Certificate"
X509_ISSUER_SERIAL: Final = f"{{{DS}}}X509IssuerSerial"
X509_ISSUER_NAME: Final = f"{{{DS}}}X509IssuerName"
X509_SERIAL_NUMBER: Final = f"{{{DS}}}X509SerialNumber"
