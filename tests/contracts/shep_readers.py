"""How the tests of SHEP's contracts read them: lxml for schemas and WSDL, zeep as the independent reader."""

from pathlib import Path
from typing import Any

import zeep
from lxml import etree

from contracts import shep

_XS = "http://www.w3.org/2001/XMLSchema"
_WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
_SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"

# zeep is half typed: its calls count as untyped.
_ZEEP: Any = zeep

SERVICES = {"sync": shep.sync_wsdl(), "async": shep.async_wsdl(), "async-client": shep.async_client_wsdl()}


def our_schema() -> etree.XMLSchema:
    """Compile all our XSDs into one schema."""
    driver = etree.Element(f"{{{_XS}}}schema")
    for name in shep.XSD_FILES:
        _import(driver, target_namespace(shep.schema(name)), shep.schema(name))
    return etree.XMLSchema(driver)


def scattered_schema(folder: Path, scratch: Path) -> etree.XMLSchema:
    """Compile XSDs that spread one namespace over many files, which libxml2 does not follow by itself.

    Copies lose their includes and the locations of their imports; one file a namespace then includes all its copies.
    """
    collectors: dict[str, etree._Element] = {}
    for number, path in enumerate(sorted(folder.rglob("*.xsd"))):
        root = etree.parse(str(path)).getroot()
        for child in root.findall(f"{{{_XS}}}include"):
            root.remove(child)
        for child in root.findall(f"{{{_XS}}}import"):
            child.attrib.pop("schemaLocation", "")
        copy = scratch / f"{number}.xsd"
        copy.write_bytes(etree.tostring(root))
        namespace = target_namespace(path)
        collector = collectors.setdefault(namespace, etree.Element(f"{{{_XS}}}schema", targetNamespace=namespace))
        etree.SubElement(collector, f"{{{_XS}}}include", schemaLocation=copy.as_uri())
    driver = etree.Element(f"{{{_XS}}}schema")
    for number, (namespace, collector) in enumerate(collectors.items()):
        path = scratch / f"namespace-{number}.xsd"
        path.write_bytes(etree.tostring(collector))
        _import(driver, namespace, path)
    return etree.XMLSchema(driver)


def target_namespace(path: Path) -> str:
    """Return the target namespace of a WSDL or XSD."""
    return str(etree.parse(str(path)).getroot().get("targetNamespace"))


def global_elements(paths: list[Path]) -> set[str]:
    """Return the global elements of some XSDs in Clark notation."""
    return {
        f"{{{target_namespace(path)}}}{element.get('name')}"
        for path in paths
        for element in etree.parse(str(path)).getroot().findall(f"{{{_XS}}}element")
    }


def wsdl_facts(path: Path) -> set[tuple[str, ...]]:
    """Return all that a WSDL fixes about a service but its address: names, messages, operations, styles, actions."""
    root = etree.parse(str(path)).getroot()
    facts: set[tuple[str, ...]] = set()
    for child in root.findall(f"{_WSDL}import"):
        facts |= wsdl_facts(path.parent / str(child.get("location")))
    for top in root:
        kind = etree.QName(top).localname
        if kind not in ("message", "portType", "binding", "service"):
            continue
        owner = f"{{{root.get('targetNamespace')}}}{top.get('name')}"
        facts.add((kind, owner, _resolved(top, "type")))
        for part in top.iter():
            if not isinstance(part.tag, str) or etree.QName(part).localname in ("documentation", "address"):
                continue
            above = "/".join(str(up.get("name", "")) for up in part.iterancestors() if up is not root)
            plain = [
                f"{key}={part.get(key)}"
                for key in ("name", "soapAction", "style", "transport", "use")
                if key in part.attrib
            ]
            linked = [
                f"{key}={_resolved(part, key)}" for key in ("element", "message", "binding") if key in part.attrib
            ]
            facts.add((kind, owner, above, str(part.tag), *plain, *linked))
    return facts


def zeep_client(wsdl: Path | str, transport: Any = None) -> Any:
    """Make a zeep client that follows no reference out of the folder of the WSDL."""
    offline = _ZEEP.Settings(forbid_external=transport is None)
    return _ZEEP.Client(str(wsdl), transport=transport, settings=offline)


def zeep_message(client: Any, operation: str, request: Any) -> bytes:
    """Return the canonical form of the envelope that zeep makes for a call."""
    envelope = client.create_message(client.service, operation, request=request)
    return etree.tostring(envelope, method="c14n", exclusive=True)


def zeep_text(text: str) -> Any:
    """Return a text that zeep writes as `xsi:type="xs:string"` where the schema says any type."""
    return _ZEEP.xsd.AnyObject(_ZEEP.xsd.String(), text)


def _import(driver: etree._Element, namespace: str, path: Path) -> None:
    etree.SubElement(driver, f"{{{_XS}}}import", namespace=namespace, schemaLocation=path.as_uri())


def _resolved(element: etree._Element, attribute: str) -> str:
    prefix, _, name = element.get(attribute, "").rpartition(":")
    return f"{{{element.nsmap.get(prefix or None)}}}{name}" if name else ""
