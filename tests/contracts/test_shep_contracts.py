"""Promises of our SHEP contracts by themselves: they load, say what the tables say, and are published whole."""

from copy import deepcopy
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import etree

from contracts import shep
from tests.contracts.shep_readers import SERVICES, global_elements, our_schema, wsdl_facts, zeep_client
from tests.contracts.shep_tables import (
    ASYNC,
    CLIENT,
    SAMPLES,
    SYNC,
    TYPES,
    VALUES,
    all_messages,
    body_child,
    fields,
    placed,
)

_INTERFACES = "http://bip.bee.kz/{}/v10/Interfaces"
_OPERATIONS = {
    "sync": (
        _INTERFACES.format("SyncChannel") + "/Binding2",
        "SyncChannelHttpBinding",
        "ISyncChannelHttpService",
        "SyncChannelHttpPort",
        {"SendMessage"},
    ),
    "async": (
        _INTERFACES.format("AsyncChannel") + "/Binding",
        "AsyncChannelHttpBinding",
        "AsyncChannelHttpService",
        "AsyncChannelHttpPort",
        {"sendMessage", "sendDeliveryNotification", "getMessageStatus", "getMessages"},
    ),
    "async-client": (
        _INTERFACES.format("AsyncChannel") + "/Client/Binding",
        "AsyncChannelClientHttpBinding",
        "AsyncChannelClientHttpService",
        "AsyncChannelClientHttpPort",
        {"sendMessage", "changeMassageStatusNotification"},
    ),
}
_ROOT_NAMESPACES = {
    ("sync", "SendMessage"): SYNC,
    **{("async", operation): ASYNC for operation in _OPERATIONS["async"][4]},
    ("async-client", "sendMessage"): ASYNC,
    ("async-client", "changeMassageStatusNotification"): CLIENT,
}
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_MESSAGES = all_messages()


class _Published:
    """Serves our files to zeep as an HTTP server that uses `published` would."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.asked: list[str] = []

    def load(self, url: str) -> bytes:
        base, query = url.split("?")
        assert base == self.base_url
        ((_, (name,)),) = parse_qs(urlsplit(url).query).items()
        self.asked.append(query)
        return shep.published(name, self.base_url)


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    return our_schema()


@pytest.mark.parametrize("service", SERVICES)
def test_zeep_loads_each_service_with_the_names_of_the_tables(service: str) -> None:
    namespace, binding, name, port, operations = _OPERATIONS[service]
    wsdl = zeep_client(SERVICES[service]).wsdl
    assert list(wsdl.services) == [name]
    assert list(wsdl.services[name].ports) == [port]
    bound = wsdl.bindings[f"{{{namespace}}}{binding}"]
    assert {operation.name: (operation.soapaction, operation.style) for operation in bound.all().values()} == {
        operation: ("", "document") for operation in operations
    }


@pytest.mark.parametrize("service", SERVICES)
def test_each_operation_has_the_roots_and_the_names_of_the_tables(service: str) -> None:
    interface = _OPERATIONS[service][0].rpartition("/")[0]
    facts = wsdl_facts(SERVICES[service])
    parts = {(fact[1], fact[-2:]) for fact in facts if fact[0] == "message" and fact[-1].startswith("element=")}
    expected = set()
    for operation in _OPERATIONS[service][4]:
        root = f"{{{_ROOT_NAMESPACES[service, operation]}}}{operation}"
        fault = f"{operation[0].lower()}{operation[1:]}Fault"
        expected |= {
            (f"{{{interface}}}{operation}RequestMsg", (f"name={operation}Parameters", f"element={root}")),
            (f"{{{interface}}}{operation}ResponseMsg", (f"name={operation}Result", f"element={root}Response")),
            (f"{{{interface}}}{operation}_{fault}Msg", (f"name={fault}", f"element={root}Fault1_{operation}Fault")),
        }
    assert parts == expected


@pytest.mark.parametrize("name", shep.XSD_FILES)
def test_each_schema_compiles_by_itself(name: str) -> None:
    etree.XMLSchema(etree.parse(str(shep.schema(name))))


def test_the_closed_lists_name_every_file_of_the_folder() -> None:
    on_disk = {path.name for path in shep.sync_wsdl().parent.iterdir() if path.suffix in (".wsdl", ".xsd")}
    assert on_disk == {*shep.WSDL_FILES, *shep.XSD_FILES}


def test_no_schema_qualifies_its_local_names() -> None:
    for name in shep.XSD_FILES:
        assert "elementFormDefault" not in etree.parse(str(shep.schema(name))).getroot().attrib


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.glob("*.xml")))
def test_each_sample_typed_by_hand_is_valid(schema: etree.XMLSchema, name: str) -> None:
    schema.assertValid(body_child(SAMPLES / name))


def test_there_is_a_message_for_every_root_and_every_type_in_full() -> None:
    assert set(_MESSAGES) == global_elements([shep.schema(name) for name in shep.XSD_FILES])
    complete = {
        type_name
        for message in _MESSAGES.values()
        for element, type_name in placed(message)
        if [child.tag for child in element] == [field.name for field in fields(type_name)]
    }
    assert complete == set(TYPES)


@pytest.mark.parametrize("root", _MESSAGES)
def test_a_field_may_be_left_out_or_repeated_only_as_the_table_says(schema: etree.XMLSchema, root: str) -> None:
    for index, (element, type_name) in enumerate(placed(_MESSAGES[root])):
        table = {field.name: field for field in fields(type_name)}
        for child in element:
            field = table[str(child.tag)]
            assert _verdict(schema, root, index, field.name, "remove") is field.optional, (type_name, field)
            assert _verdict(schema, root, index, field.name, "repeat") is field.repeated, (type_name, field)
            if len(element) > 1:
                assert _verdict(schema, root, index, field.name, "swap") is False, (type_name, field)


@pytest.mark.parametrize("root", _MESSAGES)
def test_a_value_is_taken_or_refused_as_the_table_says(schema: etree.XMLSchema, root: str) -> None:
    for index, (element, type_name) in enumerate(placed(_MESSAGES[root])):
        kinds = {field.name: field.kind for field in fields(type_name) if field.kind in VALUES}
        for child in element:
            allowed, forbidden = VALUES.get(kinds.get(str(child.tag), ""), ([], []))
            for text in allowed:
                assert _verdict(schema, root, index, str(child.tag), "write", text), (type_name, child.tag, text)
            for text in forbidden:
                assert not _verdict(schema, root, index, str(child.tag), "write", text), (type_name, child.tag, text)


@pytest.mark.parametrize("root", _MESSAGES)
def test_the_wrapped_element_may_be_nil_and_nothing_below_it(schema: etree.XMLSchema, root: str) -> None:
    message = deepcopy(_MESSAGES[root])
    wrapped = message if "Fault1_" in root else message[0]
    for field in wrapped:
        for child in list(field):
            field.remove(child)
        field.text = None
        field.set(_NIL, "true")
        assert not schema.validate(message)
    for child in list(wrapped):
        wrapped.remove(child)
    wrapped.set(_NIL, "true")
    assert schema.validate(message)


@pytest.mark.parametrize("service", SERVICES)
def test_a_published_service_reads_the_same_over_its_one_address(service: str) -> None:
    base_url = "http://127.0.0.1:8080/some/path/"
    served = _Published(base_url)
    client = zeep_client(f"{base_url}?wsdl={service}.wsdl", served)
    _, _, name, port, operations = _OPERATIONS[service]
    bound = client.wsdl.services[name].ports[port]
    assert bound.binding_options["address"] == base_url
    assert set(bound.binding.all()) == operations
    assert f"wsdl={service}-interface.wsdl" in served.asked
    assert "xsd=common.xsd" in served.asked


def test_a_published_address_is_escaped_and_keeps_the_rest() -> None:
    text = shep.published("sync.wsdl", 'http://127.0.0.1/a?b="1"&c=\\1<').decode()
    assert 'location="http://127.0.0.1/a?b=&quot;1&quot;&amp;c=\\1&lt;"' in text
    assert shep.published("common.xsd", "http://127.0.0.1/") == shep.schema("common.xsd").read_bytes()


@pytest.mark.parametrize(
    "name", ["", "other.xsd", "../shep/common.xsd", "/etc/hostname", "__init__.py", "common.xsd\0"]
)
def test_only_our_own_files_are_published(name: str) -> None:
    with pytest.raises(LookupError):
        shep.published(name, "http://127.0.0.1/")
    with pytest.raises(LookupError):
        shep.schema(name)


def test_the_schema_of_a_service_is_not_asked_for_by_the_name_of_its_wsdl() -> None:
    with pytest.raises(LookupError):
        shep.schema("sync.wsdl")


def test_the_two_misspelt_names_stay_misspelt() -> None:
    assert "MESSAGE_NOT_ACCTEPTED" in shep.schema("common.xsd").read_text(encoding="utf-8")
    facts = str(wsdl_facts(shep.async_client_wsdl()))
    assert "changeMassageStatusNotification" in facts
    assert "changeMessageStatus" not in facts


def _verdict(schema: etree.XMLSchema, root: str, index: int, name: str, change: str, text: str = "") -> bool:
    message = deepcopy(_MESSAGES[root])
    element, _ = placed(message)[index]
    (child,) = element.findall(name)
    if change == "remove":
        element.remove(child)
    elif change == "repeat":
        child.addnext(deepcopy(child))
    elif change == "swap":
        neighbour = child.getnext()
        if neighbour is None:
            element.insert(0, child)
        else:
            neighbour.addnext(child)
    else:
        for inner in list(child):
            child.remove(inner)
        child.text = text
    return schema.validate(message)
