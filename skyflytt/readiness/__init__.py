"""Is everything there that a project needs of its outside systems? Asked before the work begins; nothing is written anywhere."""

from skyflytt.readiness.check import check_server, check_servers
from skyflytt.readiness.finding import Finding, ServerCheck, State

__all__ = ["Finding", "ServerCheck", "State", "check_server", "check_servers"]
