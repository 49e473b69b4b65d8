"""LibreOffice opens the sheet, recalculates it, and comes to what the CSV says."""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from skyflytt.quote.write import write_quote
from tests.quote.given import HOSTILE, quote

pytestmark = [pytest.mark.heavy, pytest.mark.real]
EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
"""Commas, quotation marks, UTF-8, values as they are stored; -1: a file for each sheet."""


def recalculated(program: str, sheet: Path, folder: Path) -> dict[str, list[list[str]]]:
    """Each sheet's rows. Openpyxl stores no values of formulas, so that whatever stands there was calculated by LibreOffice."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    arguments = [
        program,
        profile,
        "--headless",
        "--norestore",
        "--convert-to",
        EVERY_SHEET,
        "--outdir",
        str(folder),
        str(sheet),
    ]
    subprocess.run(arguments, check=True, capture_output=True, timeout=240)
    found = {}
    for path in folder.glob("*.csv"):
        with path.open(newline="", encoding="utf-8") as file:
            found[path.stem.partition("-")[2]] = list(csv.reader(file))
    return found


@pytest.mark.timeout(300)
def test_totals_are_those_of_the_csv(tmp_path: Path, require_debian: Callable[..., str]) -> None:
    program = require_debian("libreoffice-calc-nogui", binary="soffice")
    made = quote()
    written = write_quote(made, tmp_path / "written", "en")
    (tmp_path / "out").mkdir()
    sheets = recalculated(program, written.xlsx, tmp_path / "out")
    assert set(sheets) == {"Quote", "Workloads", "Risks", "Assumptions"}
    total = next(row for row in sheets["Quote"] if row[0] == "Total")
    assert float(total[4]) == pytest.approx(made.hours)
    assert float(total[5]) == pytest.approx(made.price)
    with written.csv.open(newline="", encoding="utf-8") as file:
        in_csv = list(csv.reader(file))[-1]
    assert float(total[4]) == pytest.approx(float(in_csv[4]), abs=1e-3)
    assert float(total[5]) == pytest.approx(float(in_csv[5]), abs=1e-3)
    machine = next(row for row in sheets["Workloads"] if row[0] == "Total")
    assert float(machine[7]) == pytest.approx(made.machine_hours)
    names = {row[1] for row in sheets["Workloads"]}
    assert {"=1+1", "+46 8 123", "-2", "@SUM(A1)", '=HYPERLINK("http://x","y")'} < names
    assert len({name for name in names if name}) >= len(HOSTILE)


@pytest.mark.timeout(300)
def test_what_a_seller_changes_is_recalculated(tmp_path: Path, require_debian: Callable[..., str]) -> None:
    program = require_debian("libreoffice-calc-nogui", binary="soffice")
    made = quote()
    written = write_quote(made, tmp_path / "written", "sv")
    book = load_workbook(written.xlsx)
    book["Antaganden"]["B1"] = 2 * made.hourly_rate
    book["Antaganden"]["B3"] = 0
    for row in range(2, len(made.risks) + 2):
        book["Risker"].cell(row, 7).value = 0
    book.save(tmp_path / "changed.xlsx")
    (tmp_path / "out").mkdir()
    sheets = recalculated(program, tmp_path / "changed.xlsx", tmp_path / "out")
    total = next(row for row in sheets["Offert"] if row[0] == "Summa")
    work = sum(line.hours for line in made.lines)
    assert float(total[4]) == pytest.approx(work)
    assert float(total[5]) == pytest.approx(work * 2 * made.hourly_rate)
