"""Outlook's personal folders files ([MS-PST]), in their Unicode form."""
