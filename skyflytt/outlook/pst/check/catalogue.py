"""Every code of a finding: how bad it is, what it means and what to do.

`error`: a reader may reject the file, or lose something of it. `warning`: files that Outlook wrote or accepted have it too.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]

COPY = "Fetch the file again, or take it from a backup; `skyflytt pst extract` saves what can still be read."
REPAIR = "Read it with `skyflytt pst extract` and write it anew, or let Outlook's scanpst repair a copy."
NOTHING = "Nothing has to be done: Outlook reads such a file."


class Kind(NamedTuple):
    severity: Severity
    meaning: str
    advice: str


CATALOGUE: dict[str, Kind] = {
    "file.beyond-end": Kind("error", "Something is said to stand where the file has ended already.", COPY),
    "header.crc-partial": Kind("error", "The header's first checksum is wrong.", COPY),
    "header.crc-full": Kind("error", "The header's second checksum is wrong.", COPY),
    "header.sentinel": Kind("error", "The header's sentinel byte is not 0x80.", COPY),
    "header.version": Kind(
        "warning", "The version of the format is a later one than Outlook writes into a PST.", NOTHING
    ),
    "header.client-version": Kind("warning", "The client's version is not 19.", NOTHING),
    "header.platform": Kind("warning", "The platform bytes are not 01 01.", NOTHING),
    "header.free-maps": Kind("warning", "The obsolete free maps in the header are not all 0xff.", NOTHING),
    "header.padding": Kind("warning", "Fields of the header that have to be zero are not.", NOTHING),
    "header.next-bid": Kind(
        "error", "The next block id is no multiple of 4: new blocks would be taken for internal ones.", REPAIR
    ),
    "root.file-size": Kind("error", "The header has another size of the file than the file.", COPY),
    "root.spans": Kind("error", "The file does not end where an allocation map's span ends.", COPY),
    "root.last-map": Kind("error", "The header names another last allocation map.", REPAIR),
    "root.free-bytes": Kind("error", "The header's count of free bytes is not that of the allocation maps.", REPAIR),
    "root.free-page-bytes": Kind("warning", "The count of free page bytes is not that of the page maps.", NOTHING),
    "root.maps-valid": Kind(
        "warning",
        "The allocation maps are marked as old (1) or invalid (0): Outlook makes them anew where needed.",
        NOTHING,
    ),
    "map.missing": Kind("error", "No map page stands where one has to.", REPAIR),
    "map.crc": Kind("error", "A map page's checksum is wrong.", COPY),
    "map.bid": Kind("error", "A map page's id is not its offset.", REPAIR),
    "map.signature": Kind("error", "A map page has a signature, where 0 is due.", REPAIR),
    "amap.leak": Kind("error", "An allocation map marks bytes as used that nothing uses.", REPAIR),
    "amap.unmarked": Kind(
        "error", "An allocation map marks bytes as free that are in use: Outlook would write over them.", REPAIR
    ),
    "pmap.used": Kind("error", "A page map marks bytes as free that are in use.", REPAIR),
    "amap.overlap": Kind("error", "Two things use the same bytes.", REPAIR),
    "fmap.runs": Kind("warning", "An FMap does not have the longest free runs of its allocation maps.", NOTHING),
    "dlist.invalid": Kind("warning", "The density list is not valid: Outlook ignores it.", NOTHING),
    "dlist.signature": Kind("warning", "The density list's signature is wrong.", NOTHING),
    "dlist.entries": Kind("warning", "The density list's entries are not valid.", NOTHING),
    "btree.alignment": Kind("error", "A B-tree page is not at a multiple of 512 bytes.", REPAIR),
    "btree.page-type": Kind("error", "A B-tree page has another type than its tree.", COPY),
    "btree.crc": Kind("error", "A B-tree page's checksum is wrong.", COPY),
    "btree.signature": Kind("error", "A B-tree page's signature is wrong.", COPY),
    "btree.bid": Kind("error", "A B-tree page has another id than the entry above it.", COPY),
    "btree.bid-twice": Kind("error", "Two B-tree pages have the same id.", REPAIR),
    "btree.bid-beyond": Kind("error", "A B-tree page's id is not below the next page id.", REPAIR),
    "btree.loop": Kind("error", "A B-tree page is referred to twice.", COPY),
    "btree.level": Kind("error", "A B-tree page is at another level than its place in the tree.", COPY),
    "btree.empty": Kind("error", "A B-tree page has no entry.", REPAIR),
    "btree.counts": Kind("error", "A B-tree page's counts or entry sizes are not those of its kind.", REPAIR),
    "btree.entry-size": Kind("error", "A B-tree page's entries do not fit into it.", COPY),
    "btree.padding": Kind("warning", "A B-tree page's padding is not zero.", NOTHING),
    "btree.order": Kind("error", "Keys of a B-tree do not ascend.", REPAIR),
    "btree.parent-key": Kind("error", "The key above a B-tree page is not its first key.", REPAIR),
    "nbt.key": Kind("error", "A node id has more than 32 bits.", REPAIR),
    "block.missing": Kind("error", "Something refers to a block that is not in the block tree.", REPAIR),
    "block.place": Kind(
        "error", "A block is not at a multiple of 64 bytes, or crosses the border of an allocation map's span.", REPAIR
    ),
    "block.size": Kind("error", "A block has no data, or more than fit.", REPAIR),
    "block.trailer": Kind("error", "A block's trailer has another size or id than the block tree.", COPY),
    "block.signature": Kind("error", "A block's signature is wrong.", COPY),
    "block.crc": Kind("error", "A block's checksum is wrong: its contents were changed.", COPY),
    "block.bid-bit": Kind("error", "Bit 0 of a block id is set.", REPAIR),
    "block.reference-bit": Kind(
        "warning", "Bit 0 of a block id is set where something refers to the block: readers ignore it.", NOTHING
    ),
    "block.bid-beyond": Kind("error", "A block's id is not below the next block id.", REPAIR),
    "block.references": Kind("error", "A block's reference count is not one more than its references.", REPAIR),
    "block.orphan": Kind("warning", "Nothing refers to a block: it takes room for nothing.", NOTHING),
    "block.type": Kind("error", "A block of ids is of another kind than its use.", REPAIR),
    "block.kind": Kind("error", "A block of ids stands where data are due, or the reverse.", REPAIR),
    "block.level": Kind("error", "Blocks of ids are nested at wrong levels.", REPAIR),
    "block.count": Kind("error", "A block names more entries than it has room for.", REPAIR),
    "xblock.empty": Kind("error", "A block of data block ids is empty.", REPAIR),
    "xblock.count": Kind("error", "A block of data block ids has too many of them.", REPAIR),
    "xblock.size": Kind("error", "The total size in a block of data block ids is not that of its blocks.", REPAIR),
    "xblock.short": Kind("error", "A data block that is not its tree's last is not full.", REPAIR),
    "subnodes.empty": Kind("error", "A subnode block has no entry.", REPAIR),
    "subnodes.count": Kind("error", "A subnode block has too many entries.", REPAIR),
    "subnodes.order": Kind("error", "The node ids of a subnode block do not ascend.", REPAIR),
    "subnodes.index-key": Kind("error", "A key above a subnode block is not its first.", REPAIR),
    "node.missing": Kind("error", "A node that every PST file needs is not there.", REPAIR),
    "node.usual-missing": Kind("warning", "A node that files of Outlook have is not there.", NOTHING),
    "node.parent": Kind("error", "A folder's or message's parent is no folder of this file.", REPAIR),
    "node.parent-loop": Kind("error", "A folder's parents never lead to the root folder.", REPAIR),
    "node.parent-set": Kind("warning", "A node that belongs to no folder has a parent.", NOTHING),
    "node.orphan": Kind("error", "A folder's table or search node has no folder.", REPAIR),
    "node.index": Kind(
        "error", "A node's index is above the last one given away: Outlook would give it away again.", REPAIR
    ),
    "heap.empty": Kind("error", "A node that has to hold a heap has no data.", REPAIR),
    "heap.header": Kind("error", "A heap's header cannot be read.", REPAIR),
    "heap.map": Kind("error", "A heap block's page map cannot be read.", REPAIR),
    "heap.map-place": Kind("error", "A heap block's page map is not right behind its last item.", REPAIR),
    "heap.first-item": Kind("error", "A heap block's first item is not right behind its header.", REPAIR),
    "heap.item-order": Kind("error", "A heap item ends before it begins.", REPAIR),
    "heap.item-size": Kind("error", "A heap block has too many items, or too large ones.", REPAIR),
    "heap.free-count": Kind(
        "error", "A heap block's count of free items is wrong (scanpst: 'free alloc count doesn't match').", REPAIR
    ),
    "heap.fill-level": Kind("warning", "A heap's fill level is not that of its free bytes.", NOTHING),
    "heap.padding": Kind("warning", "Bytes follow the page map of a heap's last block.", NOTHING),
    "heap.hid": Kind("error", "A heap id names no item.", REPAIR),
    "bth.header": Kind("error", "The header of a tree on a heap cannot be read.", REPAIR),
    "bth.item-size": Kind("error", "An item of a tree on a heap is empty or no whole number of records.", REPAIR),
    "bth.loop": Kind("error", "An item of a tree on a heap is used twice.", REPAIR),
    "bth.index-key": Kind("error", "A key above an item of a tree on a heap is not its first key.", REPAIR),
    "bth.order": Kind("error", "Keys of a tree on a heap do not ascend.", REPAIR),
    "pc.signature": Kind("error", "A node that has to hold properties holds something else.", REPAIR),
    "pc.record-size": Kind("error", "The records of a property context have a wrong size.", REPAIR),
    "pc.order": Kind("error", "Properties do not ascend.", REPAIR),
    "pc.empty": Kind("error", "An object has no properties.", REPAIR),
    "pc.type": Kind("error", "A property has an unknown type.", REPAIR),
    "pc.boolean": Kind("error", "A Boolean is neither 0 nor 1.", REPAIR),
    "pc.value-size": Kind("error", "A value has a wrong size for its type.", REPAIR),
    "pc.string": Kind("warning", "A string ends in a NUL, or within a character.", NOTHING),
    "pc.multiple": Kind("error", "A multiple value cannot be taken apart.", REPAIR),
    "pc.object": Kind("error", "An object property names a subnode that is not there.", REPAIR),
    "pc.empty-item": Kind(
        "error", "A value points at an empty heap item instead of nothing (scanpst: 'invalid HNID').", REPAIR
    ),
    "pc.subnode-missing": Kind("error", "A value's subnode is not there.", REPAIR),
    "pc.unnamed": Kind("error", "A named property is not in the name-to-id map.", REPAIR),
    "tc.signature": Kind("error", "A node that has to hold a table holds something else.", REPAIR),
    "tc.info": Kind("error", "A table's description cannot be read.", REPAIR),
    "tc.cell": Kind("error", "A column's cell lies outside the row.", REPAIR),
    "tc.column-order": Kind("error", "A table's columns are not sorted by tag.", REPAIR),
    "tc.column-width": Kind(
        "error", "A column's type is unknown, or its cell has another width than its type.", REPAIR
    ),
    "tc.column-bits": Kind("error", "The existence bits of a table's columns are not each used once.", REPAIR),
    "tc.column-place": Kind("error", "Cells overlap, or stand among those of other widths.", REPAIR),
    "tc.row-columns": Kind("error", "The row id and row version are not the first columns, or a row has none.", REPAIR),
    "tc.groups": Kind("error", "The ends of a row's groups of cells are not those of its columns.", REPAIR),
    "tc.hid-index": Kind("warning", "The unused index of a table is not 0.", NOTHING),
    "tc.index-size": Kind("error", "The records of a row index have a wrong size.", REPAIR),
    "tc.row-id": Kind("error", "A row has another id than the row index.", REPAIR),
    "tc.row-number": Kind("error", "The row index names a row number twice, or one that is not there.", REPAIR),
    "tc.row-count": Kind("error", "The row index names more rows than there are.", REPAIR),
    "tc.matrix-missing": Kind("error", "A table's rows are not there.", REPAIR),
    "tc.matrix-size": Kind(
        "error", "A table's row matrix has another size than its rows, or rows run across blocks.", REPAIR
    ),
    "tc.boolean": Kind("error", "A Boolean in a row is neither 0 nor 1.", REPAIR),
    "tc.subnode-missing": Kind("error", "A cell's subnode is not there.", REPAIR),
    "table.template-column": Kind("warning", "A template lacks a column that Outlook's has.", NOTHING),
    "table.column-missing": Kind(
        "warning", "A table lacks a column of its template: files of older Outlook versions do too.", NOTHING
    ),
    "parity.cell-only": Kind(
        "error", "A row has a value that its object has not (scanpst: 'row doesn't match sub-object').", REPAIR
    ),
    "parity.no-cell": Kind(
        "error",
        "An object has a property that its row has a column for and no value (scanpst: 'row doesn't match sub-object').",
        REPAIR,
    ),
    "parity.type": Kind("error", "A property has another type in the row's column than in the object.", REPAIR),
    "parity.value": Kind(
        "error", "A row has another value than its object (scanpst: 'row doesn't match sub-object').", REPAIR
    ),
    "folder.table-missing": Kind("error", "A folder's table is not there.", REPAIR),
    "folder.property-missing": Kind("error", "A folder has no name or no counts.", REPAIR),
    "parity.size": Kind(
        "warning", "A row has another size than its message: older Outlook versions did not keep them equal.", NOTHING
    ),
    "folder.count": Kind("error", "A folder's count of messages is not that of its contents table.", REPAIR),
    "folder.unread": Kind("warning", "A folder's count of unread messages is not that of its contents table.", NOTHING),
    "folder.subfolders": Kind(
        "error", "A folder says that it has subfolders, or none, and its hierarchy table says otherwise.", REPAIR
    ),
    "folder.row-only": Kind("error", "A row of a folder's table names something that is not there.", REPAIR),
    "folder.row-parent": Kind(
        "error", "A row of a folder's table names something that belongs to another folder.", REPAIR
    ),
    "folder.row-twice": Kind("error", "Two rows name the same object.", REPAIR),
    "folder.orphan": Kind("error", "No folder's hierarchy table names a folder.", REPAIR),
    "folder.search-companion": Kind("warning", "A search folder lacks one of its nodes.", NOTHING),
    "folder.search-contents": Kind(
        "warning", "A search folder's contents cannot be read: Outlook searches anew.", NOTHING
    ),
    "folder.search-row": Kind("warning", "A search folder's contents name a message that is not there.", NOTHING),
    "message.orphan": Kind("error", "No folder's contents table names a message: nobody sees it in Outlook.", REPAIR),
    "message.property-missing": Kind("error", "A message lacks its class, flags or size.", REPAIR),
    "message.property-usual": Kind(
        "warning", "A message lacks a time of creation or change, or its search key.", NOTHING
    ),
    "message.row-property": Kind("warning", "A message has a property that belongs into its row alone.", NOTHING),
    "message.search-key": Kind("warning", "A message's search key has no 16 bytes.", NOTHING),
    "message.size": Kind(
        "warning", "A message's size is not that of its data: older Outlook versions counted otherwise.", NOTHING
    ),
    "message.subject-plain": Kind("warning", "A subject does not say how long its prefix is.", NOTHING),
    "message.subject-prefix": Kind("error", "A subject's prefix is longer than the subject.", REPAIR),
    "message.no-recipients": Kind(
        "warning",
        "A message has no recipient table: Outlook leaves it out of some messages, strict readers may stumble.",
        NOTHING,
    ),
    "message.empty-attachments": Kind("warning", "A message has an attachment table and no attachment.", NOTHING),
    "message.has-attachments": Kind("error", "A message's flag for attachments does not fit its attachments.", REPAIR),
    "message.subnode-orphan": Kind("warning", "A subnode of a message belongs to no property.", NOTHING),
    "message.depth": Kind("error", "Messages are attached to one another too deeply, or in a circle.", REPAIR),
    "attachment.row-only": Kind("error", "An attachment table names an attachment that is not there.", REPAIR),
    "attachment.no-row": Kind("error", "No attachment table names an attachment.", REPAIR),
    "attachment.property-missing": Kind("error", "An attachment lacks its size, method or rendering position.", REPAIR),
    "attachment.size": Kind("warning", "An attachment's size is not that of its values.", NOTHING),
    "attachment.no-message": Kind("error", "An attached message is not there.", REPAIR),
    "store.property-missing": Kind("error", "The message store lacks its record key or a special folder.", REPAIR),
    "store.property-usual": Kind("warning", "The message store lacks a property that files of Outlook have.", NOTHING),
    "store.record-key": Kind("error", "The message store's record key is no 16 bytes.", REPAIR),
    "store.entry-id": Kind("error", "A special folder's EntryID cannot be read.", REPAIR),
    "store.entry-key": Kind("error", "A special folder's EntryID has another record key than the store.", REPAIR),
    "store.entry-folder": Kind("error", "A special folder is not there.", REPAIR),
    "names.stream-missing": Kind("error", "The name-to-id map lacks one of its streams.", REPAIR),
    "names.stream-size": Kind("error", "A stream of the name-to-id map is no whole number of entries.", REPAIR),
    "names.bucket-count": Kind("error", "The name-to-id map has another number of buckets than 251.", REPAIR),
    "names.entry-index": Kind("error", "An entry of the name-to-id map has another number than its place.", REPAIR),
    "names.entry-set": Kind("error", "A property set of the name-to-id map is not there.", REPAIR),
    "names.entry-name": Kind("error", "A name of the name-to-id map cannot be read.", REPAIR),
    "names.name-twice": Kind(
        "error",
        "The name-to-id map has a name twice (upper and lower case are the same): Outlook calls such a file damaged.",
        REPAIR,
    ),
    "names.id-twice": Kind(
        "warning", "The name-to-id map has a numeric id twice: files that Outlook accepts do too.", NOTHING
    ),
    "names.bucket": Kind("error", "A hash bucket of the name-to-id map does not hold its entries.", REPAIR),
}
