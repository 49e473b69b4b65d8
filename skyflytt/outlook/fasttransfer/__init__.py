"""FastTransfer streams: what EWS ExportItems and Graph exportItems give out, and what UploadItems takes in ([MS-OXCFXICS] 2.2.4)."""

from skyflytt.outlook.fasttransfer.reading import Read, StreamWarning, read, read_stream
from skyflytt.outlook.fasttransfer.writing import write_stream

__all__ = ["Read", "StreamWarning", "read", "read_stream", "write_stream"]
