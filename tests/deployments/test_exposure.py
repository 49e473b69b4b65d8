"""A server that others can reach has a sign-in, a key of its own and TLS before it, or is not started."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from deployments.stack import api, server, settings
from deployments.stack.exposure import Listening, listening, require_safe
from deployments.stack.failures import NotSafe
from deployments.stack.sign_in import SignedIn

PROXY = "https://prefect.byra.example"
SECURED = {"PREFECT_SERVER_API_AUTH_STRING": "skyflytt:x", "PREFECT_SERVER_ENCRYPTION_KEY": "y"}


def test_without_a_word_it_listens_on_this_machine_alone() -> None:
    assert listening({}) == Listening("127.0.0.1", None)
    require_safe(listening({}), {})


@pytest.mark.parametrize(
    ("host", "address", "environment", "missing"),
    [
        ("0.0.0.0", PROXY, {}, "without a sign-in"),
        ("0.0.0.0", PROXY, {"PREFECT_SERVER_API_AUTH_STRING": "x"}, "without a key of its own"),
        ("10.0.0.5", "", SECURED, "it speaks in clear"),
        ("prefect.byra.example", "", SECURED, "it speaks in clear"),
        ("10.0.0.5", "http://prefect.byra.example", SECURED, "it has to be https://"),
        ("127.0.0.1", "http://prefect.byra.example", SECURED, "it has to be https://"),
    ],
)
def test_what_is_missing_is_said(host: str, address: str, environment: dict[str, str], missing: str) -> None:
    with pytest.raises(NotSafe, match=missing) as refused:
        require_safe(listening({"SKYFLYTT_HOST": host, "SKYFLYTT_ADDRESS": address}), environment)
    assert str(refused.value).startswith(f"The Prefect server is not started on {host}: ")


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.5", "::1", "127.0.0.1", "localhost"])
def test_with_all_of_it_it_may(host: str) -> None:
    asked = listening({"SKYFLYTT_HOST": host, "SKYFLYTT_ADDRESS": f"{PROXY}/"})
    require_safe(asked, SECURED)
    assert asked.settings()["PREFECT_SERVER_UI_API_URL"] == f"{PROXY}/api"


def test_a_start_that_is_not_safe_starts_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKYFLYTT_HOST", "0.0.0.0")
    with pytest.raises(NotSafe, match="it speaks in clear"):
        server.start(tmp_path)
    assert server.running(tmp_path) is None
    assert not (tmp_path / "server.log").exists()


@pytest.mark.prefect
def test_a_change_needs_a_token_and_our_clients_have_one(prefect_harness: server.Server) -> None:
    user, _, password = settings.auth_string(prefect_harness.home).partition(":")
    name = {"name": "csrf-probe", "value": "yes"}
    forged = httpx.post(f"{prefect_harness.url}/api/variables/", json=name, auth=(user, password))
    assert (forged.status_code, forged.json()["detail"]) == (403, "Missing CSRF token.")
    with api.client(prefect_harness.home, prefect_harness.url) as calls:
        made = calls.post("/variables/", json=name).raise_for_status().json()
        assert isinstance(calls.auth, SignedIn)
        calls.auth._token = "of an hour ago"
        calls.delete(f"/variables/{made['id']}").raise_for_status()
