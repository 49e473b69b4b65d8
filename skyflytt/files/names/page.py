"""The page of the documentation that lists every rule; docs/reference/names.md is this function's answer."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.files.names.kinds import KINDS
from skyflytt.files.names.rule import LengthRule, NameRule, TargetRules

HEAD = """# Names at the target

Which names each kind of target does not keep. **refused**: the target does not take them; **altered by the target**: it takes them and
keeps them under another name, hides them, or mixes them up with others; **awkward**: it keeps them, and programs around it stumble.

Discovery tells how many names break which rule, with the names that they would be given. Names that are refused or altered are given
others when a share is moved (`names: rename`, which is the default); awkward ones are left as they are. `names: keep` changes nothing,
and what is refused fails. The rules are those of the kind of the target's server; `name_rules` says otherwise, for a target that stands
for another one, such as a folder that is synchronised to SharePoint.

## How a name is changed

- What breaks a rule is replaced by `_` or left out, the ending stays, a dash and eight letters or digits are added: `Rapport: Q1.docx`
  becomes `Rapport_ Q1-ti3s7txt.docx`. The eight come from the path at the source (SHA-256), so the same file has the same new name on
  every pass and in every run, and two files never have one.
- A folder is changed once, and what it holds follows.
- A name that is too long is cut before its ending. A path that is too long is cut at the file's name; where that leaves less than 48, the
  file goes into the nearest folder above that has room, and a folder into one that leaves half of the length for what it holds.
- Of names that the target cannot tell apart (`Offert.xlsx` and `OFFERT.xlsx`), one keeps its name: the one that is there already, else
  the first in the order of the bytes. The others are changed.
- A new name is decided once, written to the ledger before anything is sent, and never changed again, whatever comes or goes later.

The way back: the manifest of a share has the path at the source (`key`), the one at the target (`target`), and the rules that the name
broke (`renamed`).

This page is made by `skyflytt files names --markdown` from the rules themselves.
"""


def markdown() -> str:
    """The whole page."""
    return "\n".join((HEAD, *(line for rules in KINDS.values() for line in _section(rules))))


def _section(rules: TargetRules) -> Iterator[str]:
    yield f"## {rules.kind}\n"
    yield f"{_capital(rules.title)}. {_same(rules)}\n"
    yield "| Rule | Names that … | What becomes of them | Source |"
    yield "|---|---|---|---|"
    yield from (_row(rule) for rule in rules.every)
    yield ""
    if remarks := [f"- {rule.code}: {rule.remark}" for rule in rules.every if rule.remark]:
        yield from (*remarks, "")


def _same(rules: TargetRules) -> str:
    """What it takes for one."""
    told = {
        (
            True,
            True,
        ): "Names that differ in capitals only are one to it; to be safe, those that differ in their Unicode form only are "
        "taken for one as well",
        (True, False): "Names that differ in capitals only are one to it",
        (False, False): "Capitals and small letters are different",
        (False, True): "Names that differ in their Unicode form only are one to it",
    }[rules.ignores_case, rules.ignores_form]
    return f"{told}{f' ({_sources(rules.same_sources)})' if rules.same_sources else ''}."


def _row(rule: NameRule | LengthRule) -> str:
    says = (
        rule.says.replace("\\", "\\\\")
        .replace("|", "\\|")
        .replace("<", "\\<")
        .replace("*", "\\*")
        .replace("`", "\\`")
        .replace("_", "\\_")
    )
    return f"| {rule.code} | {says} | {rule.severity} | {_sources(rule.sources)} |"


def _sources(sources: tuple[str, ...]) -> str:
    return ", ".join(f"<{source}>" if source.startswith("https://") else source for source in sources)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
