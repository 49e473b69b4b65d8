"""What works for a mailbox, what it holds and how long its move will take, before anything is promised. Reads only."""

from skyflytt.mail.probe.facts import Payload, PlannedPass, Probe, Route, RouteState
from skyflytt.mail.probe.looking import probe
from skyflytt.mail.probe.text import as_data, as_lines

__all__ = ["Payload", "PlannedPass", "Probe", "Route", "RouteState", "as_data", "as_lines", "probe"]
