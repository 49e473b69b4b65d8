"""The messaging layer of a PST file: store, folders, messages, recipients, attachments, named properties ([MS-PST] 2.4)."""
