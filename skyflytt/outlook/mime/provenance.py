"""What is kept of a message's MIME beyond what MAPI has a property for, and what "kept" means.

Nothing of a message that came in as MIME is lost in its MAPI form. Either `named.ORIGINAL_MIME` holds its bytes, or all of this
can be had back from its properties (line ends aside: headers and plain text end their lines in CRLF):

- the header: `MIME_HEADER` if it is there, otherwise PidTagTransportMessageHeaders encoded as UTF-8;
- of a multipart everything but the contents of its leaf parts, preamble, part headers and epilogue included: `MIME_STRUCTURE`;
- the decoded content of every leaf: a part of PidTagBody (`TEXT_PART_LENGTHS` says where one ends), PidTagHtml, PidTagRtfCompressed
  (as RTF), an attachment's data, or an embedded message, of which the same is true.

`named.ORIGINAL_MIME` is there where that does not hold, or where the message is more than its contents: headers or multiparts that are
malformed, transfer encodings that do not decode cleanly, text that does not fit its charset, NUL bytes, a winmail.dat, parts
that are signed but not the whole of the message (an S/MIME message is its one attachment instead).

A header with bytes that are not UTF-8 is read as Latin-1 line by line in PidTagTransportMessageHeaders, so that readers of a PST
never meet half a surrogate pair (libpff refuses such a string); its bytes are in `MIME_HEADER`.
"""

from __future__ import annotations

from skyflytt.outlook.mapi import Named, PropertyType
from skyflytt.outlook.mapi.named import PSETID_SKYFLYTT

MIME_HEADER = Named(PSETID_SKYFLYTT, "MimeHeader", PropertyType.BINARY)
"""On a message: its header as bytes, without the empty line, where the text of it does not give them back."""

MIME_STRUCTURE = Named(PSETID_SKYFLYTT, "MimeStructure", PropertyType.BINARY)
"""On a message: the body of a multipart without the contents of its leaves; it parses into the same parts, all empty."""

TEXT_PART_LENGTHS = Named(PSETID_SKYFLYTT, "TextPartLengths", PropertyType.MULTIPLE_INTEGER_32)
"""On a message: the lengths, in code points, of the text parts that PidTagBody joins, a CRLF between each two."""

TEXT_ALTERNATIVE = Named(PSETID_SKYFLYTT, "TextAlternative", PropertyType.BINARY)
"""On a message that goes to a store of one body only: its plain text beside HTML, see `mime.text_alternative`."""

GENERATED_NAME = Named(PSETID_SKYFLYTT, "GeneratedName", PropertyType.BOOLEAN)
"""On an attachment whose part had no name: the one it has (`ATT00001.txt`) was made up."""
