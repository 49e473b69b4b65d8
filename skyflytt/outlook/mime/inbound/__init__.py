"""From MIME to MAPI."""

from skyflytt.outlook.mime.inbound.message import from_mime

__all__ = ["from_mime"]
