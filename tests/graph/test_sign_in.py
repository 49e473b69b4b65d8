"""Signing in as an application and as a person; what a refusal means, and that no secret is in it."""

from __future__ import annotations

import stat
import threading
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import CertificateNotTrusted, ServerBusy, ServerUnreachable
from skyflytt.errors.graph import (
    ApplicationRefused,
    ApplicationUnknown,
    CertificateUnusable,
    SignInNeeded,
    TenantUnknown,
    TokenRefused,
)
from skyflytt.graph import open_graph
from skyflytt.graph.client import open_sign_in
from skyflytt.sandbox.servers.graph.faults import Fault
from tests.graph.simulator import APP, CERTIFIED, DOMAIN, PERSONAL, SECRET, Simulator, make_certificate
from tests.real.processes import free_port


def name_of(graph: Simulator, secret: str = SECRET, **settings: Any) -> str:
    with open_graph(graph.settings(**settings), secret, graph.patience) as client:
        return str(client.get("/organization")["value"][0]["displayName"])


def test_by_secret(graph: Simulator) -> None:
    assert name_of(graph) == "Norrsken Bygg AB"


def test_by_certificate(graph: Simulator) -> None:
    settings = {"client_id": CERTIFIED, "auth": "certificate", "certificate_file": graph.certificate_file}
    assert name_of(graph, "", **settings) == "Norrsken Bygg AB"


def test_by_certificate_with_an_encrypted_key(graph: Simulator, tmp_path: Path) -> None:
    raw = graph.certificate_file.read_bytes()
    key = load_pem_private_key(raw, None).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"lingon")
    )
    file = tmp_path / "encrypted.pem"
    file.write_bytes(key + raw[raw.index(b"-----BEGIN CERT") :])
    settings = {"client_id": CERTIFIED, "auth": "certificate", "certificate_file": file}
    assert name_of(graph, "lingon", **settings) == "Norrsken Bygg AB"
    with pytest.raises(CertificateUnusable) as told:
        name_of(graph, "hjortron", **settings)
    assert "hjortron" not in str(told.value)


def test_certificates_that_are_none(graph: Simulator, tmp_path: Path) -> None:
    raw = make_certificate(tmp_path).read_bytes()
    other = make_certificate(tmp_path).read_bytes()
    mixed, empty = tmp_path / "mixed.pem", tmp_path / "empty.pem"
    mixed.write_bytes(raw[: raw.index(b"-----BEGIN CERT")] + other[other.index(b"-----BEGIN CERT") :])
    empty.touch()
    (tmp_path / "elliptic").mkdir()
    elliptic = make_certificate(tmp_path / "elliptic", trustme.KeyType.ECDSA)
    for file in (mixed, empty, elliptic, tmp_path / "nowhere.pem"):
        with pytest.raises(CertificateUnusable):
            name_of(graph, "", client_id=CERTIFIED, auth="certificate", certificate_file=file)


def test_a_certificate_that_is_not_registered(graph: Simulator, tmp_path: Path) -> None:
    settings = {"client_id": CERTIFIED, "auth": "certificate", "certificate_file": make_certificate(tmp_path)}
    with pytest.raises(ApplicationRefused, match="AADSTS700027"):
        name_of(graph, "", **settings)


@pytest.mark.parametrize(
    ("settings", "secret", "failure"),
    [
        ({}, "wrong-secret-42", ApplicationRefused),
        ({"tenant": "nowhere.example"}, SECRET, TenantUnknown),
        ({"client_id": "nobody"}, SECRET, ApplicationUnknown),
    ],
)
def test_refusals_say_what_to_do_and_no_secret(
    graph: Simulator, settings: dict[str, Any], secret: str, failure: type[Failure]
) -> None:
    with pytest.raises(failure) as told:
        name_of(graph, secret, **settings)
    assert secret not in f"{told.value} {told.value.__cause__} {told.value.__context__}"


def test_a_busy_token_endpoint_is_transient(graph: Simulator) -> None:
    graph.faults(Fault(request="POST /token", status=503))
    with pytest.raises(ServerBusy):
        name_of(graph)


def test_servers_that_are_not_there_or_are_somebody_else(graph: Simulator) -> None:
    with pytest.raises(ServerUnreachable):
        name_of(graph, login_url=f"https://localhost:{free_port()}")
    with pytest.raises(CertificateNotTrusted):
        name_of(graph, ca_file=None)


def test_a_token_that_ended_is_renewed_once(graph: Simulator) -> None:
    with open_graph(graph.settings(), SECRET, graph.patience) as client:
        client.get("/organization")
        graph.tokens.expire()
        assert client.get("/organization")["value"]


def test_a_token_that_is_never_accepted_is_told(graph: Simulator) -> None:
    graph.faults(Fault(request="GET .*", status=401, code="InvalidAuthenticationToken", times=2, retry_after=None))
    with open_graph(graph.settings(), SECRET, graph.patience) as client, pytest.raises(TokenRefused):
        client.get("/organization")
    assert graph.site.asked["GET /organization"] == 2


def test_a_person_signs_in_once_and_is_kept(graph: Simulator, tmp_path: Path) -> None:
    settings = graph.settings(client_id=PERSONAL, auth="device-code", token_file=tmp_path / "tokens")
    with open_graph(settings, "lösen", graph.patience) as client, pytest.raises(SignInNeeded, match=PERSONAL):
        client.get("/organization")
    with open_sign_in(settings, "lösen") as (_, sign_in):
        code = sign_in.begin()
        assert code.flow["user_code"] in code.message
        enter = threading.Timer(
            0.05, lambda: graph.tokens.decide(code.flow["user_code"], graph.state.find(f"gun@{DOMAIN}"))
        )
        enter.start()
        sign_in.finish(code)
        enter.join()
    for _ in range(2):
        graph.tokens.expire()
        with open_graph(settings, "lösen", graph.patience) as client:
            assert client.get("/organization")["value"]
    with open_graph(settings, "ett annat", graph.patience) as client, pytest.raises(SignInNeeded):
        client.get("/organization")


def test_a_person_who_declines_or_was_revoked(graph: Simulator, tmp_path: Path) -> None:
    settings = graph.settings(client_id=PERSONAL, auth="device-code", token_file=tmp_path / "tokens")
    with open_sign_in(settings, "lösen") as (_, sign_in):
        code = sign_in.begin()
        graph.tokens.decide(code.flow["user_code"], None)
        with pytest.raises(SignInNeeded, match="declined"):
            sign_in.finish(code)
        code = sign_in.begin()
        graph.tokens.decide(code.flow["user_code"], graph.state.find(f"gun@{DOMAIN}"))
        sign_in.finish(code)
    graph.tokens.revoke()
    with open_graph(settings, "lösen", graph.patience) as client, pytest.raises(SignInNeeded, match="AADSTS50173"):
        client.get("/organization")


def test_kept_tokens_are_encrypted_private_and_shared(graph: Simulator, tmp_path: Path) -> None:
    file = tmp_path / "kept" / "tokens"
    for _ in range(2):
        assert name_of(graph, token_file=file) == "Norrsken Bygg AB"
    raw = file.read_bytes()
    assert len(graph.tokens.issued) == 1
    assert not any(token.encode() in raw for token in graph.tokens.issued)
    assert APP.encode() not in raw
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("damage", [b"", b"not ours", b"skyflytt tokens 1\nshort"])
def test_kept_tokens_that_are_damaged_are_fetched_anew(graph: Simulator, tmp_path: Path, damage: bytes) -> None:
    file = tmp_path / "tokens"
    name_of(graph, token_file=file)
    file.write_bytes(damage)
    assert name_of(graph, token_file=file) == "Norrsken Bygg AB"
    assert len(graph.tokens.issued) == 2
