"""Properties that a message brings along and that no PST file holds, by id (the upper half of the tag).

Three reasons: the store calculates them when an object is opened ([MS-OXCMSG] 2.2.1, [MS-PST] 2.5); they speak of another store
(entry ids, row ids, replication); or the writer knows better, because they follow from what it writes.
Everything that is not listed is kept.
"""

from __future__ import annotations

STORE = frozenset(
    {
        0x0E05,  # ParentDisplay
        0x0E09,  # ParentEntryId
        0x0E30,  # ReplItemid
        0x0E33,  # ReplChangenum
        0x0E34,  # ReplVersionHistory
        0x0E38,  # ReplFlags
        0x0E3C,  # ReplCopiedfromVersionhistory
        0x0E3D,  # ReplCopiedfromItemid
        0x0FF4,  # Access
        0x0FF5,  # RowType
        0x0FF6,  # InstanceKey
        0x0FF7,  # AccessLevel
        0x0FF8,  # MappingSignature
        0x0FF9,  # RecordKey
        0x0FFA,  # StoreRecordKey
        0x0FFB,  # StoreEntryId
        0x0FFE,  # ObjectType
        0x0FFF,  # EntryId
        0x3000,  # Rowid
        0x340D,  # StoreSupportMask
        0x340E,  # StoreState
        0x65E1,  # ParentSourceKey
        0x664A,  # HasNamedProperties
        0x6748,  # FolderId
        0x6749,  # ParentFolderId
        0x674A,  # Mid
        0x674D,  # InstID
        0x674E,  # InstanceNum
        0x67A4,  # ChangeNumber
        0x67AA,  # Associated
        0x67F1,  # LtpParentNid
        0x67F2,  # LtpRowId
        0x67F3,  # LtpRowVer
    }
)
"""Of any object: identity in the store it came from."""

MESSAGE = STORE | {
    0x003D,  # SubjectPrefix: a part of Subject, see `subject`
    0x0E08,  # MessageSize: what the message takes here
    0x0E0A,  # SentMailEntryId: a folder of the other store
    0x0E12,  # MessageRecipients: the recipient table
    0x0E13,  # MessageAttachments: the attachment table
    0x0E17,  # MessageStatus: in the folder's contents table only
    0x0E1D,  # NormalizedSubject: a part of Subject
    0x3013,  # ConversationId: in the folder's contents table only
}
ATTACHMENT = STORE | {
    0x0E20,  # AttachSize: the sum of what is written
    0x0E21,  # AttachNumber: the place in the table
}
RECIPIENT = STORE - {0x0FF6, 0x0FF9, 0x0FFE, 0x0FFF}
"""A recipient's entry id and record key are those of an address book entry, not of the store."""

FOLDER = STORE | {
    0x0E08,  # MessageSize
    0x3001,  # DisplayName: from the path
    0x3601,  # FolderType
    0x3602,  # ContentCount
    0x3603,  # ContentUnreadCount
    0x360A,  # Subfolders
    0x360E,  # ContainerHierarchy
    0x360F,  # ContainerContents
    0x3610,  # FolderAssociatedContents
    0x3613,  # ContainerClass: from the call
    0x3617,  # AssociatedContentCount
    0x65E0,  # SourceKey
    0x65E2,  # ChangeKey
    0x65E3,  # PredecessorChangeList
}
