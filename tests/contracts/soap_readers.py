"""How the tests of plain SOAP contracts read them: the passports with a WSDL, their types compiled, their samples."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from contracts.catalogue import Catalogue, load_catalogue
from contracts.passport import Passport, Soap
from contracts.tables import PACKAGED
from tests.contracts.shep_readers import zeep_client

_XS = "http://www.w3.org/2001/XMLSchema"
_SOAP_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"


@dataclass(frozen=True)
class SoapContract:
    """A passport of plain SOAP with its WSDL."""

    passport: Passport
    soap: Soap
    wsdl: Path

    def client(self) -> Any:
        """A zeep client made from the file alone."""
        return zeep_client(self.wsdl)

    def operation(self) -> Any:
        """The operation as zeep binds it."""
        return self.client().wsdl.services[self.soap.service].ports[self.soap.port].binding.get(self.soap.operation)

    def sample(self, name: str) -> etree._Element:
        """The Body's child of one of the passport's samples."""
        return etree.parse(str(PACKAGED / "samples" / self.passport.key / f"{name}.xml")).getroot()

    def root(self, name: str) -> str:
        """The root of the payload `request` or `reply`, in Clark notation."""
        payload = self.passport.request if name == "request" else self.passport.reply
        prefix, _, local = payload.root.rpartition(":")
        return f"{{{self.passport.namespaces[prefix]}}}{local}"


def soap_contracts() -> dict[str, SoapContract]:
    """All plain SOAP contracts of the packaged catalogue, by passport key."""
    catalogue: Catalogue = load_catalogue()
    return {
        passport.key: SoapContract(
            passport, passport.soap, (catalogue.folders[passport.key] / passport.soap.wsdl).resolve()
        )
        for passport in catalogue.passports.values()
        if passport.soap is not None
    }


def compile_types(wsdl: Path, scratch: Path) -> etree.XMLSchema:
    """Compile the schemas that stand inside a WSDL; each goes to a file, so that one can import another."""
    schemas = etree.parse(str(wsdl)).getroot().findall(f".//{{{_XS}}}schema")
    places = {str(schema.get("targetNamespace")): scratch / f"{number}.xsd" for number, schema in enumerate(schemas)}
    driver = etree.Element(f"{{{_XS}}}schema")
    for schema in schemas:
        copy = etree.fromstring(etree.tostring(schema))
        for reference in copy.findall(f"{{{_XS}}}import"):
            reference.set("schemaLocation", places[str(reference.get("namespace"))].as_uri())
        namespace = str(schema.get("targetNamespace"))
        places[namespace].write_bytes(etree.tostring(copy))
        etree.SubElement(driver, f"{{{_XS}}}import", namespace=namespace, schemaLocation=places[namespace].as_uri())
    return etree.XMLSchema(driver)


def put_in_envelope(body_child: etree._Element) -> etree._Element:
    """Return a SOAP 1.1 envelope around the Body's child."""
    envelope = etree.Element(f"{{{_SOAP_ENVELOPE}}}Envelope")
    etree.SubElement(envelope, f"{{{_SOAP_ENVELOPE}}}Body").append(body_child)
    return envelope
