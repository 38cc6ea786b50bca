"""Only hosts that the operator named are called, and an address has one reading."""

from __future__ import annotations

import pytest

from gateway.webhooks.addresses import WebhookAddressRefused, WebhookHosts

HOSTS = frozenset({"portal.test", "other.test:8443", "127.0.0.1:9000", "[::1]:9000"})


@pytest.mark.parametrize(
    "url",
    [
        "https://portal.test", "https://portal.test/", "https://portal.test:443/a/b?c=d", "http://portal.test/x",
        "https://other.test:8443/events", "http://127.0.0.1:9000/e", "http://[::1]:9000/e",
    ],
)  # fmt: skip
def test_a_named_host_at_its_port_is_called(url: str) -> None:
    WebhookHosts(HOSTS, https_only=False).check(url)


@pytest.mark.parametrize(
    "url",
    [
        "", "portal.test", "ftp://portal.test/", "https://", "https:///x", "https://Portal.test/", "//portal.test/",
        "https://evil.test/", "https://portal.test.evil.test/", "https://evil.test/portal.test",
        "https://portal.test:8080/", "https://other.test/", "http://portal.test:443/", "http://127.0.0.1/",
        "https://portal.test@evil.test/", "https://evil.test@portal.test/", "https://user:word@portal.test/",
        "https://portal.test\\@evil.test/", "https://evil.test\\.portal.test/", "https://evil.test#@portal.test/",
        "https://portal.test/#x", "https://portal.test/\r\nHost: evil.test", "https://portal.test/a b",
        "https://portal.test\n", " https://portal.test/", "https://portal.test:/", "https://portal.test:443x/",
        "https://portal.test./", "https://портал.test/", "https://portal.test/п", "https://portal.test/" + "a" * 1000,
    ],
)  # fmt: skip
def test_any_other_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(WebhookAddressRefused) as refused:
        WebhookHosts(HOSTS, https_only=False).check(url)
    assert "evil" not in str(refused.value)
    assert "word" not in str(refused.value)


def test_in_production_only_https_is_called() -> None:
    strict = WebhookHosts(HOSTS, https_only=True)
    strict.check("https://portal.test/")
    with pytest.raises(WebhookAddressRefused, match="https"):
        strict.check("http://portal.test/")


def test_where_no_host_is_named_none_is_called() -> None:
    with pytest.raises(WebhookAddressRefused):
        WebhookHosts(frozenset(), https_only=False).check("https://portal.test/")
