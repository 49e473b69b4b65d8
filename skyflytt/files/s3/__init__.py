"""Files in an S3 bucket."""

from skyflytt.files.s3.store import S3Store, open_s3

__all__ = ["S3Store", "open_s3"]
