"""What EWS answers when something is wrong: response codes ([MS-OXWSCDATA] ResponseCodeType) and SOAP faults."""

from __future__ import annotations

MESSAGES = {
    "ErrorAccessDenied": "Access is denied. Check credentials and try again.",
    "ErrorBatchProcessingStopped": "The batch processing of this request was stopped because of a previous error.",
    "ErrorChangeKeyRequired": "The change key is required for this operation.",
    "ErrorCorruptData": "Corrupt data.",
    "ErrorDataSizeLimitExceeded": "Data size has exceeded the limit.",
    "ErrorDeleteDistinguishedFolder": "Distinguished folders cannot be deleted.",
    "ErrorExceededConnectionCount": "You have exceeded the available concurrent connections for your account.  "
    "Try again once your other requests have completed.",
    "ErrorExceededFindCountLimit": "You have exceeded the maximum number of objects that can be returned for the find operation. "
    "Use paging to reduce the result size and try your request again.",
    "ErrorFolderExists": "A folder with the specified name already exists.",
    "ErrorFolderNotFound": "The specified folder could not be found in the store.",
    "ErrorImpersonateUserDenied": "The account does not have permission to impersonate the requested user.",
    "ErrorInternalServerTransientError": "An internal server error occurred. Try again later.",
    "ErrorInternalServerError": "An internal server error occurred. The operation failed.",
    "ErrorInvalidIdEmpty": "The Id is empty.",
    "ErrorInvalidIdMalformed": "Id is malformed.",
    "ErrorInvalidOperation": "The requested operation is invalid.",
    "ErrorInvalidPropertyRequest": "The requested property is invalid.",
    "ErrorInvalidPropertySet": "Set action is invalid for property.",
    "ErrorInvalidRequest": "The request is invalid.",
    "ErrorInvalidServerVersion": "The specified server version is invalid.",
    "ErrorInvalidSyncStateData": "Synchronization state data is corrupt or otherwise invalid.",
    "ErrorIrresolvableConflict": "The send or update operation could not be performed because the change key passed in the request "
    "does not match the current change key for the item.",
    "ErrorItemCorrupt": "The item is corrupt.",
    "ErrorItemNotFound": "The specified object was not found in the store.",
    "ErrorMessageSizeExceeded": "The message exceeds the maximum supported size.",
    "ErrorMimeContentInvalid": "The MIME content is invalid.",
    "ErrorMimeContentInvalidBase64String": "The MIME content is not a valid base64 string.",
    "ErrorNameResolutionMultipleResults": "Multiple results were found.",
    "ErrorNameResolutionNoResults": "No results were found.",
    "ErrorNoPublicFolderReplicaAvailable": "No public folder replica is available.",
    "ErrorNonExistentMailbox": "The SMTP address has no mailbox associated with it.",
    "ErrorQuotaExceeded": "The mailbox quota has been exceeded.",
    "ErrorSchemaValidation": "The request failed schema validation.",
    "ErrorServerBusy": "The server cannot service this request right now. Try again later.",
    "ErrorTimeoutExpired": "The request timed out.",
    "ErrorUnsupportedPathForQuery": "The property can not be used with this type of restriction.",
}


class ResponseError(Exception):
    """One item's or folder's failure: an answer of HTTP 200 whose response message has this code. `values` go into its MessageXml."""

    def __init__(self, code: str, text: str | None = None, values: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.text = text or MESSAGES.get(code, "The operation failed.")
        self.values = values or {}


class Fault(ResponseError):
    """The whole request's failure: HTTP 500 with a SOAP fault."""


class Unauthorized(Exception):
    """HTTP 401."""
