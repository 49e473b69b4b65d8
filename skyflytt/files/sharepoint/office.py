"""Which files SharePoint may alter: it promotes the columns of the library into the properties of Office documents.

https://learn.microsoft.com/sharepoint/dev/general-development/property-promotion-and-demotion names the mechanism, https://rclone.org/onedrive/
what it does to size and digest.
"""

from __future__ import annotations

ENDINGS = (
    "doc", "docm", "docx", "dot", "dotm", "dotx",
    "xls", "xlsb", "xlsm", "xlsx", "xlt", "xltm", "xltx",
    "ppt", "pptm", "pptx", "pot", "potm", "potx", "pps", "ppsm", "ppsx",
    "vsdx", "vsdm", "one", "pub", "mpp",
    "htm", "html", "aspx", "xml", "infopathxml",
)  # fmt: skip
ALTERS = r"(?i)\.(" + "|".join(ENDINGS) + ")$"
