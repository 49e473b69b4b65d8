"""One message that breaks the connection whenever it is written or read must not keep the others: it is found out, and is its own failure.

Some servers cut the connection at a message that is above their limit, or that a filter on the way dislikes. After a break the server is
asked something harmless over a new connection. Does that fail, the server is away, which ends the pass as ever. Otherwise what is left
goes in halves down to single messages, and one at which the connection breaks twice, alone, has failed.
"""

from skyflytt.mail.isolating.reading import IsolatingAhead, IsolatingSource, isolating_source
from skyflytt.mail.isolating.writing import IsolatingTarget, isolating_target

__all__ = ["IsolatingAhead", "IsolatingSource", "IsolatingTarget", "isolating_source", "isolating_target"]
