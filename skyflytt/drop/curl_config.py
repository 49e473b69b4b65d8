"""All links of an index page as a file that curl reads (`curl --create-dirs --config fetch.txt`): curl comes with Windows, macOS and Linux."""

from __future__ import annotations

from collections.abc import Iterable

FETCH_LIST = "fetch.txt"


def curl_config(links: Iterable[tuple[str, str]]) -> str:
    """Path and link of each file; curl saves each under its path, below the folder that it is started in."""
    # Without `globoff` curl takes brackets in a name for a pattern.
    return "globoff\n" + "".join(f'url = "{_quoted(link)}"\noutput = "{_quoted(path)}"\n' for path, link in links)


def _quoted(text: str) -> str:
    """As curl reads a quoted parameter: backslash, quote, tab and line breaks are escaped."""
    for character, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(character, escaped)
    return text
