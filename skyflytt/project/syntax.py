"""YAML's own errors, said for a person who edits a project file."""

from __future__ import annotations

import re
from dataclasses import dataclass

from yaml import MarkedYAMLError, Node, SafeLoader, YAMLError
from yaml.reader import ReaderError


@dataclass(frozen=True)
class Flaw:
    """Something wrong with the YAML itself; `line` and `column` count from 1."""

    line: int
    column: int
    what: str
    write_instead: str
    path: str = ""


# The first pattern that fits YAML's words ("context; problem") decides.
SENTENCES: tuple[tuple[str, str, str], ...] = (
    (r"'\\t'", "a tab stands where YAML allows only spaces", "spaces"),
    (r"scanning an alias", "a text that starts with `*` needs quotes", 'the text in quotes, such as "*.tmp"'),
    (r"undefined alias", "`*` refers to an anchor (`&`) that does not exist", 'the text in quotes, such as "*name"'),
    (
        r"that cannot start any token",
        "a text cannot start with this character unless it is quoted",
        "the text in quotes",
    ),
    (
        r"mapping values are not allowed",
        "there is a second `:` in the line, or the key is indented too far",
        'a text with a colon in quotes, such as "Z:"',
    ),
    (
        r"quoted scalar",
        "a quote is not closed, or it holds a backslash that YAML does not understand",
        "the closing quote; a backslash in double quotes is written twice",
    ),
    (r"could not find expected ':'|scanning a simple key", "a key has no `:` after it", "key: value"),
    (
        r"flow (mapping|sequence)",
        "a `{` or `[` is not closed, or a comma is missing in it",
        "the closing bracket, or a comma between the values",
    ),
    (r"sequence entries are not allowed", "a `-` cannot stand here", "the list on lines of its own, below its key"),
    (
        r"expected <block end>|block (mapping|collection|sequence)",
        "the indentation does not fit the lines before",
        "the keys of one block in the same column",
    ),
    (r"expected a single document", "a second document starts here", "one document per file, without another `---`"),
    (r"duplicate anchor", "this anchor (`&`) exists already", "another name for it"),
)


def compose(text: str) -> Node | Flaw | None:
    """The node tree of a YAML text (None: it is empty), or what keeps it from being read."""
    try:
        return SafeLoader(text).get_single_node()
    except ReaderError as error:
        before = text[: error.position]
        line, column = before.count("\n") + 1, error.position - (before.rfind("\n") + 1) + 1
        return Flaw(
            line, column, f"the character U+{int(error.character):04X} is not allowed in YAML", "the text without it"
        )
    except MarkedYAMLError as error:
        return flaw_of(error)
    except YAMLError as error:
        return Flaw(1, 1, f"this is not YAML: {error}", "a project file in YAML")
    except RecursionError:
        return Flaw(1, 1, "the file is nested far too deeply", "a project file in YAML")


def flaw_of(error: MarkedYAMLError) -> Flaw:
    # What was opened and never ended is found where it began, not at the end of the file.
    never_ended = "end of stream" in (error.problem or "") or "scanning a simple key" in (error.context or "")
    mark = (error.context_mark if never_ended else None) or error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    words = f"{error.context or ''}; {error.problem or ''}"
    for pattern, what, write in SENTENCES:
        if re.search(pattern, words):
            return Flaw(line, column, what, write)
    return Flaw(
        line, column, f"this is not YAML: {words.strip('; ')}", "valid YAML; texts with special characters in quotes"
    )
