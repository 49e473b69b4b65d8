"""Properties of items and folders as EWS names them, read from and written to MAPI properties."""
