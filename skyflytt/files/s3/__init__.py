"""Files in an S3 bucket."""

from skyflytt.files.s3.connect import open_s3
from skyflytt.files.s3.store import S3Store

__all__ = ["S3Store", "open_s3"]
