"""RTF bodies: LZFu compression ([MS-OXRTFCP]), and HTML and text taken out of RTF ([MS-OXRTFEX])."""

from skyflytt.outlook.rtf.compression import compress
from skyflytt.outlook.rtf.decompression import decompress, intact
from skyflytt.outlook.rtf.encapsulation import html_of, origin_of, text_of

__all__ = ["compress", "decompress", "html_of", "intact", "origin_of", "text_of"]
