"""Messages between MIME and MAPI ([MS-OXCMAIL])."""

from skyflytt.outlook.mime.delivery import Delivery
from skyflytt.outlook.mime.inbound import from_mime
from skyflytt.outlook.mime.outbound import delivery_of, to_mime

__all__ = ["Delivery", "delivery_of", "from_mime", "to_mime"]
