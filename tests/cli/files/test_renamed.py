"""`skyflytt files` to a server that refuses some names: they are told as renamed, and are no difference."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from skyflytt.cli import run
from tests.real.samba import running_samba

pytestmark = pytest.mark.real


def test_what_samba_calls_otherwise(
    require_debian: Callable[..., str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    old, share = tmp_path / "old", tmp_path / "share"
    (old / "Möte: 1").mkdir(parents=True)
    share.mkdir()
    (old / "Möte: 1" / "dagordning.txt").write_text("hej")
    (old / "bra.txt").write_text("bra")
    with running_samba(require_debian("samba", binary="smbd"), tmp_path / "samba", share) as server:
        monkeypatch.setenv("SKYFLYTT_SECRET_TARGET", server.password)
        ends = (f"file:{old}", f"smb://{server.user}@127.0.0.1:{server.port}/{server.share}")
        ledger = ["--ledger", str(tmp_path / "l.sqlite")]
        assert run(["files", "sync", *ends, *ledger]) == 0
        capsys.readouterr()
        assert run(["files", "compare", *ends, *ledger, "--json"]) == 0
        renamed, counts = map(json.loads, capsys.readouterr().out.splitlines())
        assert renamed == {"kind": "renamed", "path": "Möte: 1/", "detail": renamed["detail"]}
        assert (share / renamed["detail"] / "dagordning.txt").read_text() == "hej"
        assert counts == {"source": 3, "target": 3, "differences": 0, "renamed": 1}
        assert run(["files", "compare", *ends]) == 1
        assert "4 differences." in capsys.readouterr().out
        assert run(["files", "verify", *ends, *ledger]) == 0
        assert capsys.readouterr().out.splitlines()[0] == f"renamed  Möte: 1/  {renamed['detail']}"
        (share / renamed["detail"] / "dagordning.txt").unlink()
        assert run(["files", "verify", *ends, *ledger]) == 1
        assert "missing  Möte: 1/dagordning.txt" in capsys.readouterr().err
        assert run(["files", "compare", *ends, *ledger]) == 1
        assert "only here   Möte: 1/dagordning.txt" in capsys.readouterr().out
