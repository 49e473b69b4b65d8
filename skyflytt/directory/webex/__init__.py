"""Webex Control Hub over its REST interface."""

from skyflytt.directory.webex.connect import open_webex
from skyflytt.directory.webex.control_hub import CAPABILITIES, ControlHub

__all__ = ["CAPABILITIES", "ControlHub", "open_webex"]
