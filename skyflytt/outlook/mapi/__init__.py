"""The MAPI model: what a message is in Exchange and Outlook, before any file format or protocol."""

from skyflytt.outlook.mapi.message import Attachment, Message, Properties, Property, Value
from skyflytt.outlook.mapi.named import Named
from skyflytt.outlook.mapi.types import PropertyType

__all__ = ["Attachment", "Message", "Named", "Properties", "Property", "PropertyType", "Value"]
