"""Tokens and addresses that carry one, taken out of whatever is logged or told.

Import and upload addresses of Graph are signed in advance: whoever has one can write without signing in.
"""

from __future__ import annotations

import logging
import re

HIDDEN = "…"
_PATTERNS = (
    (re.compile(r"\beyJ[\w-]{8,}\.[\w.-]+"), HIDDEN),
    (re.compile(r"(?i)\b(bearer\s+)[\w~+/.=-]+"), rf"\1{HIDDEN}"),
    (
        re.compile(
            r"(?i)([\"']?\b(?:access_token|refresh_token|id_token|client_secret|client_assertion|assertion|password|device_code)"
            r"[\"']?\s*[=:]\s*)[\"']?[^\s\"'&,;}]+[\"']?"
        ),
        rf"\1{HIDDEN}",
    ),
    # Every value behind a question mark but the query options of OData, which begin with a dollar sign.
    (re.compile(r"([?&][^=&\s$\"'%][^=&\s\"']*=)(?:'[^'\s]*'|[^&\s\"'<>])+"), rf"\1{HIDDEN}"),
    # Upload addresses of OneDrive have their secret in the path: https://learn.microsoft.com/graph/api/resources/uploadsession.
    (re.compile(r"(https://[^/\s\"']+/(?:[^\s\"'?]*/)?up/)[^\s\"'<>?]+"), rf"\1{HIDDEN}"),
    (re.compile(r"(?i)([?&](?:\$|%24)(?:skiptoken|deltatoken)=)[^&\s\"'<>]+"), rf"\1{HIDDEN}"),
)


def redacted(text: str) -> str:
    """`text` without tokens, secrets and signatures."""
    for pattern, put in _PATTERNS:
        text = pattern.sub(put, text)
    return text


class Redacting(logging.Filter):
    """httpx and msal log addresses and answers; nothing of it leaves with a token in it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redacted(record.getMessage()), ()
        return True


_FILTER = Redacting()


def keep_logs_clean() -> None:
    """For the loggers of the libraries that speak to Graph; may be repeated."""
    names = [
        name for name in logging.root.manager.loggerDict if name.partition(".")[0] in ("httpx", "httpcore", "msal")
    ]
    for name in {"httpx", "httpcore.http11", "httpcore.connection", "msal", *names}:
        logging.getLogger(name).addFilter(_FILTER)
