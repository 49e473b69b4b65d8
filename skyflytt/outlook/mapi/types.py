"""Property types ([MS-OXCDATA] 2.11.1) and the Python values that stand for them.

| types                               | value                                                                     |
|-------------------------------------|---------------------------------------------------------------------------|
| INTEGER_16, INTEGER_32, INTEGER_64  | int, signed                                                               |
| CURRENCY                            | int, ten-thousandths                                                      |
| ERROR_CODE                          | int, unsigned                                                             |
| FLOATING_32, FLOATING_64, FLOATING_TIME | float                                                                 |
| BOOLEAN                             | bool                                                                      |
| TIME                                | int: a FILETIME, 100-nanosecond units since 1601 UTC (see `mapi.times`)   |
| STRING                              | str, without a final NUL; lone surrogates are kept ("surrogatepass")      |
| BINARY, SERVER_ID, OBJECT           | bytes                                                                     |
| GUID                                | uuid.UUID                                                                 |
| any MULTIPLE_...                    | tuple of the above                                                        |

There is no STRING_8 in the model: whoever reads one decodes it by its code page.
"""

from __future__ import annotations

from enum import IntEnum


class PropertyType(IntEnum):
    """The low 16 bits of a property tag."""

    INTEGER_16 = 0x0002
    INTEGER_32 = 0x0003
    FLOATING_32 = 0x0004
    FLOATING_64 = 0x0005
    CURRENCY = 0x0006
    FLOATING_TIME = 0x0007
    ERROR_CODE = 0x000A
    BOOLEAN = 0x000B
    OBJECT = 0x000D
    INTEGER_64 = 0x0014
    STRING_8 = 0x001E
    STRING = 0x001F
    TIME = 0x0040
    GUID = 0x0048
    SERVER_ID = 0x00FB
    BINARY = 0x0102
    MULTIPLE_INTEGER_16 = 0x1002
    MULTIPLE_INTEGER_32 = 0x1003
    MULTIPLE_FLOATING_32 = 0x1004
    MULTIPLE_FLOATING_64 = 0x1005
    MULTIPLE_CURRENCY = 0x1006
    MULTIPLE_FLOATING_TIME = 0x1007
    MULTIPLE_INTEGER_64 = 0x1014
    MULTIPLE_STRING_8 = 0x101E
    MULTIPLE_STRING = 0x101F
    MULTIPLE_TIME = 0x1040
    MULTIPLE_GUID = 0x1048
    MULTIPLE_BINARY = 0x1102


MULTIPLE = 0x1000
"""Set in the type of every multiple-valued property."""
