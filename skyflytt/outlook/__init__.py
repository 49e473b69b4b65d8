"""Outlook's formats: MAPI messages, PST files, FastTransfer streams, and MIME in both directions. No network, no Prefect."""
