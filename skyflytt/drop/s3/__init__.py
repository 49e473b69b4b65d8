"""Drops in an S3 bucket: signed links, temporary credentials, or a user of its own; and the bucket's own locks with dates."""
