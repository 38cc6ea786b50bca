"""One question to a stub that always answers alike, over the whole synchronous way."""

from adapters.ports import Deadline
from contracts.exchange import Reply
from contracts.passport import Passport
from tests.adapters.passports import catalogue_of, passport
from tests.adapters.rig import Rig, answer, question, rig
from tests.adapters.stub_server import always, http, serving


def ask(small: Passport, reply: bytes, *, consent: bool = False) -> tuple[Reply, Rig]:
    """Ask a stub that always answers with these HTTP bytes."""
    with serving(always(reply)) as server:
        made = rig(catalogue_of(small), server.url)
        try:
            got = made.adapters.shep_sync.ask(
                small, question(consent=consent), deadline=Deadline(10), record=made.attempts.append
            )
        finally:
            made.adapters.close()
    return got, made


def ask_data(
    data: str, *, form: str = "inline", status: str = "SCSS001", attributes: str = "", within: tuple[str, ...] = ()
) -> Reply:
    small = passport(form)
    small = small.model_copy(update={"reply": small.reply.model_copy(update={"also_within": within})})
    return ask(small, http(200, answer(data, status=status, attributes=attributes)))[0]
