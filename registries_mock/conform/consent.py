"""A consent for the run, asked of the consent service as any participant does; only where the user wants it."""

from __future__ import annotations

from registries_mock.answering import CONSENT
from registries_mock.conform.asking import ANSWER, send_sync, write_info
from registries_mock.conform.errors import NotTried
from registries_mock.conform.messages import write_data, write_question, write_sync
from registries_mock.conform.reading import fields_bound_to, find_places, take_payload, text_of_place
from registries_mock.conform.visit import Visit
from registries_mock.payloads.paths import parse_path
from registries_mock.payloads.xml_in import child

_TERMS = (CONSENT, "consent.public_key")


def obtain_consent(visit: Visit) -> str:
    """Ask for it, and keep it for the run; returns why there is none, "" where there is one."""
    passport = next((one for one in visit.catalogue.passports.values() if CONSENT in one.binds), None)
    if passport is None:
        return "the catalogue has no consent service"
    try:
        payload = write_question(
            visit.catalogue, passport, visit.words, visit.target.sender, visit.world.new_id(), visit.now
        )
        message = write_sync(write_info(visit, passport.service_id), write_data(passport, payload))
        root = send_sync(visit, "the question for a consent", message).answer(ANSWER)
    except NotTried as failure:
        return f"no consent: {failure}"
    data = child(child(child(root, "response"), "responseData"), "data")
    found, problem = take_payload(data, passport)
    if found is None:
        return f"no consent: {problem or 'the reply carries no data'}"
    texts = []
    for term in _TERMS:
        places = [one for row in fields_bound_to(passport, term) for one in find_places(found, parse_path(row.path))]
        texts.append(next((text for one in places if (text := text_of_place(one))), ""))
    if not texts[0]:
        return "no consent: the person did not give it, or not yet"
    visit.keep_consent(*texts)
    return ""
