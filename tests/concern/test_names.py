"""Every rule of names, with names that break it and neighbours that do not."""

from __future__ import annotations

import pytest

from skyflytt.concern.names import NAME_RULES, in_capitals, refusals, rule, units

BROKEN = {
    "reserved-character": ("Varför?.txt", "10:30 möte", "<utkast>", 'citat"', "a|b", "stjärna*", "bak\\snedstreck"),
    "control-character": ("rad\tflik.txt", "pling\x07", "rad\nbrytning"),
    "device-name": ("CON.txt", "nul", "Aux.docx", "LPT1.log", "com¹", "prn .txt", "COM0"),
    "trailing-dot": ("Kontrakt v1...", "Arkiv 2018."),
    "trailing-space": ("Mapp ",),
    "leading-space": (" fil.txt",),
    "office-lock-file": ("~$Offert.xlsx",),
    "leading-tilde": ("~Offert", "~"),
    "sharepoint-name": ("desktop.ini", ".LOCK"),
    "vti": ("a_vti_b", "_VTI_"),
}
KEPT = (
    "Offert.xlsx", ".dold fil", "console.txt", "com10", "nullbok", "auxiliary", "Offert~", "desktop.ini.txt", "vti_", "å" * 120,
    "Bygglov 🏗️.pdf", "-rf", "#1 100%.docx", "två.punkter.tar.gz", "日本.pdf", "a b", "hårt\u00a0blanksteg",
)  # fmt: skip


@pytest.mark.parametrize(("code", "name"), [(code, name) for code, names in BROKEN.items() for name in names])
def test_a_broken_rule_is_named(code: str, name: str) -> None:
    assert code in refusals(name)


@pytest.mark.parametrize("name", KEPT)
def test_other_names_are_kept(name: str) -> None:
    assert refusals(name) == ()


def test_a_name_can_break_several_rules() -> None:
    assert refusals(" CON?. ") == ("reserved-character", "trailing-space", "leading-space")


def test_every_rule_has_a_name_here_and_its_own_code() -> None:
    assert [one.code for one in NAME_RULES] == list(BROKEN)
    assert rule("vti").targets == ("SharePoint",)


def test_capitals_letter_by_letter() -> None:
    assert in_capitals("Offert.xlsx") == in_capitals("OFFERT.XLSX")
    assert in_capitals("straße") != in_capitals("strasse")
    assert in_capitals("ÅÄÖ ß") == in_capitals("åäö ß")


def test_an_emoji_is_two_units() -> None:
    assert units("å🏗") == 3
