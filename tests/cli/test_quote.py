"""`skyflytt quote` from a discovery's folder."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from skyflytt.cli import run
from tests.concern.given import EXAMPLE
from tests.quote.test_write import discovery


def test_a_quote_in_another_currency_and_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "discovery").mkdir()
    discovery(tmp_path / "discovery")
    arguments = ["quote", str(EXAMPLE), "--workspace", str(tmp_path), "--currency", "nok", "--language", "nb"]
    assert run([*arguments, "--out", str(tmp_path / "till-kunden")]) == 0
    told = capsys.readouterr().out
    assert " NOK at 1,350 an hour" in told
    assert (tmp_path / "till-kunden" / "quote.csv").read_text(encoding="utf-8").startswith("Fase,")


def test_the_product_s_hours_are_a_template(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "discovery").mkdir()
    discovery(tmp_path / "discovery")
    assert run(["quote", "--show-hours"]) == 0
    own = yaml.safe_load(capsys.readouterr().out)
    own["hourly_rates"]["SEK"] = 1
    (tmp_path / "hours.yaml").write_text(yaml.safe_dump(own))
    arguments = ["quote", str(EXAMPLE), "--workspace", str(tmp_path), "--hours", str(tmp_path / "hours.yaml")]
    assert run(arguments) == 0
    hours, price = capsys.readouterr().out.split(" hours, ")
    assert round(float(hours)) == pytest.approx(int(price.split(" ")[0]), abs=1)


def test_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["quote", str(EXAMPLE), "--workspace", str(tmp_path)]
    assert run(arguments) == 2
    assert "quote.no-discovery" in capsys.readouterr().err
    assert run([*arguments, "--currency", "kronor"]) == 2
    assert run([*arguments, "--hours", str(tmp_path / "none.yaml")]) == 2
