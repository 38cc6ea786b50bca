"""The file store's answers, each as what it means for a file; nothing of a file is told by an error."""

import base64
from collections.abc import Callable
from datetime import timedelta

import pytest

from adapters.file_store import FileStore, StoredFile, find_file_passport
from adapters.ports import Deadline
from contracts.errors import (
    AnswerOfAnother,
    AnswerUnclassified,
    ContractBroken,
    GatewayError,
    RegistryFailed,
    RegistryRefused,
    RegistryTimedOut,
    SettingInvalid,
    TooLarge,
)
from contracts.words import Protocol
from tests.adapters.passports import shipped
from tests.adapters.rig import Rig, answer, fault, rig, texts_of
from tests.adapters.stub_server import Asked, Conversation, http, serving

SCAN = b"%PDF-1.7 of somebody"
IN_BASE64 = base64.b64encode(SCAN).decode()
PASSPORT = find_file_passport(shipped().passports)
OVERALL = "<status><code>SUCCESS</code><status>Выполнено</status></status>"


def root(inside: str) -> bytes:
    space = "http://egov.bee.kz/eds/tempstorage/v2/"
    return http(200, answer(f'<f:tempStorageResponse xmlns:f="{space}">{inside}</f:tempStorageResponse>'))


def uploaded(code: str = "SUCCESS", told: str = "<fileIdentifier>EDS-1</fileIdentifier>", own: str = "up-1") -> bytes:
    status = f"<status><code>{code}</code><status>x</status></status>"
    result = (
        f"<uploadFileResults><fileProcessIdentifier>{own}</fileProcessIdentifier>{status}{told}</uploadFileResults>"
    )
    return root(f"<type>UPLOAD</type><uploadResponse>{result}{OVERALL}</uploadResponse>")


def fetched(code: str = "SUCCESS", content: str = IN_BASE64, number: str = "EDS-1") -> bytes:
    status = f"<status><code>{code}</code><status>x</status></status>"
    held = f"<content>{content}</content>" if content else ""
    meta = "<meta><name>скан.pdf</name><mime>application/pdf</mime><size>20</size></meta>"
    result = f"{status}<fileIdentifier>{number}</fileIdentifier>{held}{meta}"
    inside = f"<fileDownloadResults>{result}</fileDownloadResults>{OVERALL}"
    return root(f"<type>DOWNLOAD</type><downloadResponse>{inside}</downloadResponse>")


Got = str | StoredFile | GatewayError | None


def ask(given: bytes, call: Callable[[FileStore, Rig], Got]) -> tuple[Got, Rig, list[Asked]]:
    with serving(lambda asked, conversation: given) as server:
        made = rig(shipped(), server.url, settings={"files_login": "asp-files", "files_password": "invented"})
        try:
            got = call(made.adapters.files, made)
        except GatewayError as error:
            got = error
        made.adapters.close()
    return got, made, server.asked


def upload(given: bytes) -> tuple[Got, Rig, list[Asked]]:
    return ask(
        given,
        lambda files, made: files.upload(
            "up-1", "скан.pdf", "application/pdf", SCAN, deadline=Deadline(5), record=made.attempts.append
        ),
    )


def download(given: bytes) -> tuple[Got, Rig, list[Asked]]:
    return ask(
        given,
        lambda files, made: files.download("down-1", "EDS-1", deadline=Deadline(5), record=made.attempts.append),
    )


def test_a_file_that_is_laid_down_has_the_id_that_the_store_gave() -> None:
    got, made, asked = upload(uploaded())
    assert got == "EDS-1"
    assert made.failures == [""]
    sent = asked[0].body.decode()
    assert f"<content>{IN_BASE64}</content><name>скан.pdf</name><mime>application/pdf</mime>" in sent
    assert f"<lifeTime>{timedelta(days=30) // timedelta(milliseconds=1)}</lifeTime>" in sent
    assert "<senderId>asp-files</senderId><password>invented</password>" in sent
    assert "downloadRequest" not in sent


def test_a_file_that_is_fetched_is_what_its_sender_said() -> None:
    got, _, asked = download(fetched())
    assert got == StoredFile("скан.pdf", "application/pdf", SCAN)
    assert b"<fileIdentifiers>EDS-1</fileIdentifiers>" in asked[0].body
    assert b"uploadRequest" not in asked[0].body


def test_base64_may_be_broken_into_lines() -> None:
    got, _, _ = download(fetched(content=f"\n{IN_BASE64[:8]}\n  {IN_BASE64[8:]}\n"))
    assert isinstance(got, StoredFile)
    assert got.content == SCAN


def test_inner_elements_in_the_namespace_are_read_too() -> None:
    """Its own schema has them so; clients of both ways are seen."""
    text = fetched().decode().replace("<f:tempStorageResponse xmlns:f=", "<tempStorageResponse xmlns=")
    got, _, _ = download(http(200, text.replace("</f:", "</").partition("\r\n\r\n")[2].encode()))
    assert isinstance(got, StoredFile)


@pytest.mark.parametrize("code", ["NOT_FOUND", "EXPIRED"])
def test_an_id_under_which_nothing_lies_is_an_answer(code: str) -> None:
    got, made, _ = download(fetched(code, content=""))
    assert got is None
    assert made.failures == [""]


NO_ANSWERS = {
    "an error of the store": (fetched("ERROR"), RegistryFailed),
    "a code that nobody lists": (fetched("XX-17"), AnswerUnclassified),
    "a fault": (http(500, fault("999")), RegistryFailed),
    "no content": (fetched(content=""), ContractBroken),
    "content that is no base64": (fetched(content="!!!"), ContractBroken),
    "another file": (fetched(number="EDS-2"), AnswerOfAnother),
    "success without data": (http(200, answer("")), ContractBroken),
    "an upload's answer": (uploaded(), ContractBroken),
}


@pytest.mark.parametrize("name", NO_ANSWERS)
def test_whatever_is_no_file_and_no_absence_is_no_answer(name: str) -> None:
    given, kind = NO_ANSWERS[name]
    got, _, _ = download(given)
    assert isinstance(got, kind)
    assert not any("%PDF" in text or IN_BASE64 in text for text in texts_of(got))


UNKEPT = {
    "refused": (uploaded("REFUSED", ""), RegistryRefused),
    "an error of the store": (uploaded("ERROR", ""), RegistryFailed),
    "no id": (uploaded(told=""), ContractBroken),
    "about another file": (uploaded(own="up-2"), AnswerOfAnother),
    "a download's answer": (fetched(), ContractBroken),
}


@pytest.mark.parametrize("name", UNKEPT)
def test_a_file_without_an_id_is_not_laid_down(name: str) -> None:
    given, kind = UNKEPT[name]
    got, made, _ = upload(given)
    assert isinstance(got, kind)
    assert made.attempts
    assert not any(IN_BASE64 in text or "скан" in text for text in texts_of(got))


def test_every_try_carries_the_same_id_of_ours() -> None:
    _, _, asked = upload(uploaded("ERROR", ""))
    assert PASSPORT is not None
    assert len(asked) == PASSPORT.limits.tries > 1
    assert len({one.body for one in asked}) == 1
    assert b"<fileProcessIdentifier>up-1</fileProcessIdentifier>" in asked[0].body


def test_what_is_too_large_or_empty_is_not_sent_and_not_taken() -> None:
    def keep(files: FileStore, made: Rig) -> Got:
        small = FileStore(files.passport, files.adapters, largest=len(SCAN) - 1)
        with pytest.raises(TooLarge) as refused:
            small.upload("up-1", "x", "application/pdf", SCAN, deadline=Deadline(5))
        assert refused.value.public_code == "file-too-large"
        with pytest.raises(ValueError, match="empty"):
            small.upload("up-1", "x", "application/pdf", b"", deadline=Deadline(5))
        assert made.attempts == []
        return small.download("down-1", "EDS-1", deadline=Deadline(5))

    got, _, asked = ask(fetched(), keep)
    assert isinstance(got, TooLarge)
    assert len(asked) == 1


def test_a_file_whose_reply_is_not_read_to_its_end_is_too_large_like_any_other() -> None:
    assert PASSPORT is not None
    got, made, _ = download(fetched(content="AAAA" * (PASSPORT.limits.reply_bytes // 4)))
    assert isinstance(got, TooLarge)
    assert (got.public_code, made.failures) == ("file-too-large", ["contract-broken"])


def test_a_silent_store_is_left_at_the_deadline() -> None:
    def hold(asked: Asked, conversation: Conversation) -> None:
        conversation.stall()

    with serving(hold) as server:
        made = rig(shipped(), server.url)
        with pytest.raises(RegistryTimedOut):
            made.adapters.files.download("down-1", "EDS-1", deadline=Deadline(0.3))
        made.adapters.close()


def test_without_an_account_of_its_own_the_sender_is_known_to_the_store() -> None:
    with serving(lambda asked, conversation: fetched()) as server:
        made = rig(shipped(), server.url)
        made.adapters.files.download("down-1", "EDS-1", deadline=Deadline(5))
        made.adapters.close()
    assert server.asked[0].body.count(b"<senderId>asp-gateway</senderId><password>not-a-real-password</password>") == 2


def test_a_catalogue_without_such_a_service_or_with_a_late_one_is_the_operators_matter() -> None:
    assert PASSPORT is not None
    late = PASSPORT.model_copy(update={"protocol": Protocol.SHEP_ASYNC})
    for chosen in (None, late):
        with pytest.raises(SettingInvalid):
            FileStore(chosen, {}).download("down-1", "EDS-1", deadline=Deadline(1))
    assert find_file_passport({}) is None
