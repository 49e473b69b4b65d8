"""A strict, lazy reader of the raw structures of PST files, Unicode and ANSI ([MS-PST] 2.2 and 2.3).

It keeps keys in memory (about 20 bytes for each block and node), never contents. What cannot be read raises `Broken`, which says where.
"""
