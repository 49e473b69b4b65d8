"""What the customer gets as its secret: a file that the AWS libraries take as it is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from botocore.session import Session

from skyflytt.drop.place import Place
from skyflytt.drop.s3.bucket import AccessKeys
from skyflytt.drop.s3.handed_over import handed_over, keys_in
from skyflytt.errors.drop import ProofUnclear
from skyflytt.project.servers import S3Server

KEYS = AccessKeys("AKIA", "half/+=", "token==")
SERVER = S3Server(kind="s3", endpoint_url="https://s3.example.com", bucket="handover", region="eu-north-1")
PLACE = Place("s3", "s3.example.com", 443, "norrsken/handover", "norrsken-handover")


def test_the_libraries_read_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION"):
        monkeypatch.delenv(variable, raising=False)
    text = handed_over(SERVER, "norrsken/handover/", KEYS, datetime(2026, 12, 1, tzinfo=UTC))
    (tmp_path / "drop.secret").write_text(text)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "drop.secret"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    session = Session()
    found = session.get_credentials().get_frozen_credentials()
    assert (found.access_key, found.secret_key, found.token) == ("AKIA", "half/+=", "token==")
    client = session.create_client("s3")
    assert (client.meta.endpoint_url, client.meta.region_name) == ("https://s3.example.com", "eu-north-1")
    assert client.meta.config.s3 == {"addressing_style": "path"}
    assert "s3://handover/norrsken/handover/" in text


def test_it_is_read_again_for_the_proof() -> None:
    text = handed_over(SERVER, "norrsken/handover/", KEYS, datetime(2026, 12, 1, tzinfo=UTC))
    assert keys_in(PLACE, text) == KEYS
    assert keys_in(PLACE, None) is None
    with pytest.raises(ProofUnclear) as raised:
        keys_in(PLACE, "hemligt https://example.com")
    assert "hemligt" not in str(raised.value)
