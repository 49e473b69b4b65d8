"""Whether a server has an operation at all, told by one request that it cannot fulfil."""

from __future__ import annotations

from exchangelib import errors as ews

from skyflytt.mail.ews.errors import NOT_OFFERED
from skyflytt.mail.ews.session import Session
from skyflytt.mail.ews.xml import Element

ATTEMPTS = 2
"""An answer that is none is the trouble of a moment, and would else decide for the whole session; told again, it is the server's way."""


def is_offered(session: Session, impossible: Element) -> bool:
    """`impossible` asks for what cannot be, so that nothing is touched: a server that knows the operation says what is wrong with it."""
    for _ in range(ATTEMPTS):
        try:
            session.ask(impossible)
        except ews.MalformedResponseError:
            continue
        except NOT_OFFERED:
            return False
        except ews.ResponseMessageError:
            return True
        else:
            return True
    return False
