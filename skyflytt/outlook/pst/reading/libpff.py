"""libpff, an independent reader of PST files, through its C interface.

Its Python module `pypff` reaches neither embedded messages nor the attachments of items whose message class it does not know;
the library inside that module does, so its functions are called where they are.
"""

from __future__ import annotations

import ctypes
import importlib.util
from collections.abc import Iterator
from ctypes import POINTER, byref, c_char_p, c_int, c_size_t, c_ssize_t, c_uint8, c_uint32, c_uint64, c_void_p
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Self

_READ = 1
_ERROR_BYTES = 4096
_BUFFER_BYTES = 4096

_OUT = POINTER(c_void_p)
_COUNT = POINTER(c_int)
_FUNCTIONS: dict[str, tuple[Any, ...]] = {
    "file_initialize": (_OUT,),
    "file_free": (_OUT,),
    "file_open": (c_void_p, c_char_p, c_int),
    "file_is_corrupted": (c_void_p,),
    "file_recover_items": (c_void_p, c_uint8),
    "file_get_message_store": (c_void_p, _OUT),
    "file_get_name_to_id_map": (c_void_p, _OUT),
    "file_get_item_by_identifier": (c_void_p, c_uint32, _OUT),
    "file_get_root_folder": (c_void_p, _OUT),
    "file_get_number_of_orphan_items": (c_void_p, _COUNT),
    "file_get_orphan_item_by_index": (c_void_p, c_int, _OUT),
    "file_get_number_of_recovered_items": (c_void_p, _COUNT),
    "file_get_recovered_item_by_index": (c_void_p, c_int, _OUT),
    "item_free": (_OUT,),
    "item_get_identifier": (c_void_p, POINTER(c_uint32)),
    "item_get_number_of_sub_items": (c_void_p, _COUNT),
    "item_get_sub_item": (c_void_p, c_int, _OUT),
    "item_get_number_of_record_sets": (c_void_p, _COUNT),
    "item_get_record_set_by_index": (c_void_p, c_int, _OUT),
    "message_get_number_of_attachments": (c_void_p, _COUNT),
    "message_get_attachment": (c_void_p, c_int, _OUT),
    "message_get_recipients": (c_void_p, _OUT),
    "attachment_get_data_size": (c_void_p, POINTER(c_uint64)),
    "attachment_data_read_buffer": (c_void_p, c_char_p, c_size_t),
    "attachment_get_item": (c_void_p, _OUT),
    "record_set_free": (_OUT,),
    "record_set_get_number_of_entries": (c_void_p, _COUNT),
    "record_set_get_entry_by_index": (c_void_p, c_int, _OUT),
    "record_entry_free": (_OUT,),
    "record_entry_get_entry_type": (c_void_p, POINTER(c_uint32)),
    "record_entry_get_value_type": (c_void_p, POINTER(c_uint32)),
    "record_entry_get_data_size": (c_void_p, POINTER(c_size_t)),
    "record_entry_get_data": (c_void_p, c_char_p, c_size_t),
}
"""Every function's arguments before its last one, which takes the error."""


class Unreadable(Exception):
    """What libpff says of something that it cannot read."""


class Entry(NamedTuple):
    """A property as stored: its id (0x8000 and above: an index of the name-to-ID map), its type, its bytes."""

    id: int
    type: int
    data: bytes


@cache
def _library() -> ctypes.CDLL:
    found = importlib.util.find_spec("pypff")
    if found is None or found.origin is None:
        raise ImportError("libpff-python is not installed")
    library = ctypes.CDLL(found.origin)
    for name, arguments in _FUNCTIONS.items():
        function = library[f"libpff_{name}"]
        function.argtypes = (*arguments, _OUT)
        function.restype = c_ssize_t if name.endswith("read_buffer") else c_int
        setattr(library, name, function)
    library.libpff_get_version.restype = c_char_p
    library.libpff_error_backtrace_sprint.argtypes = (c_void_p, c_char_p, c_size_t)
    library.libpff_error_free.argtypes = (_OUT,)
    return library


def version() -> str:
    """libpff's version, its date: "20260926"."""
    told: bytes = _library().libpff_get_version()
    return told.decode()


def _failed(error: c_void_p) -> Unreadable:
    """What could not be done, with the innermost cause: libpff's words without the names of its functions."""
    text = ctypes.create_string_buffer(_ERROR_BYTES)
    if error:
        _library().libpff_error_backtrace_sprint(error, text, _ERROR_BYTES)
        _library().libpff_error_free(byref(error))
    lines = text.value.decode("utf-8", "replace").splitlines()
    words = [line.partition(": ")[2].strip().rstrip(".") for line in lines]
    causes = [words[-1], words[0]] if len(words) > 1 else words or ["libpff gives no reason"]
    return Unreadable(": ".join(causes))


class _Handle:
    """One object of libpff's. What it came from has to stay open for as long as it is used."""

    _kind = ""

    def __init__(self, pointer: c_void_p) -> None:
        self._pointer = pointer

    def close(self) -> None:
        if self._pointer:
            getattr(_library(), f"{self._kind}_free")(byref(self._pointer), None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _call(self, function: str, *arguments: object) -> int:
        error = c_void_p()
        result: int = getattr(_library(), function)(self._pointer, *arguments, byref(error))
        if result < 0:
            raise _failed(error)
        return result

    def _number(self, function: str, of: Any = c_int) -> int:
        value = of()
        self._call(function, byref(value))
        return int(value.value)

    def _object(self, function: str, *arguments: object) -> c_void_p | None:
        pointer = c_void_p()
        self._call(function, *arguments, byref(pointer))
        return pointer if pointer else None


class Item(_Handle):
    """A folder, a message, an attachment or a table."""

    _kind = "item"

    @property
    def nid(self) -> int:
        return self._number("item_get_identifier", c_uint32)

    def sub_item_count(self) -> int:
        return self._number("item_get_number_of_sub_items")

    def sub_item(self, index: int) -> Item:
        return _item(self._object("item_get_sub_item", index))

    def record_sets(self) -> Iterator[list[Entry | Unreadable]]:
        """The rows of a table; a property context has one."""
        for index in range(self._number("item_get_number_of_record_sets")):
            pointer = self._object("item_get_record_set_by_index", index)
            if pointer is not None:
                with _RecordSet(pointer) as record_set:
                    yield record_set.entries()

    def entries(self) -> list[Entry | Unreadable]:
        """A property context's properties."""
        return next(self.record_sets(), [])

    def recipients(self) -> Item | None:
        pointer = self._object("message_get_recipients")
        return Item(pointer) if pointer else None

    def attachment_count(self) -> int:
        return self._number("message_get_number_of_attachments")

    def attachment(self, index: int) -> Item:
        return _item(self._object("message_get_attachment", index))

    def attached_data(self) -> bytes:
        """What an attachment's PidTagAttachDataObject stands for."""
        size = self._number("attachment_get_data_size", c_uint64)
        buffer = ctypes.create_string_buffer(size)
        done = 0
        while done < size:
            at = ctypes.cast(ctypes.addressof(buffer) + done, c_char_p)
            read = self._call("attachment_data_read_buffer", at, size - done)
            if read == 0:
                raise Unreadable(f"its data end after {done} of {size} bytes")
            done += read
        return buffer.raw

    def attached_item(self) -> Item:
        """The embedded message; may be asked for once."""
        return _item(self._object("attachment_get_item"))


def _item(pointer: c_void_p | None) -> Item:
    if pointer is None:
        raise Unreadable("there is nothing where it should be")
    return Item(pointer)


class _RecordSet(_Handle):
    _kind = "record_set"

    def entries(self) -> list[Entry | Unreadable]:
        entry = _OneEntry(self._pointer)
        return [entry.read(index) for index in range(self._number("record_set_get_number_of_entries"))]


class _OneEntry:
    """Reads the entries of a record set one after another into the same few places: this is where all the time goes."""

    def __init__(self, record_set: c_void_p) -> None:
        self._record_set = record_set
        self._library = _library()
        self._pointer, self._error = c_void_p(), c_void_p()
        self._to_pointer, self._to_error = byref(self._pointer), byref(self._error)
        self._id, self._type, self._size = c_uint32(), c_uint32(), c_size_t()
        self._to_id, self._to_type, self._to_size = byref(self._id), byref(self._type), byref(self._size)
        self._buffer = ctypes.create_string_buffer(_BUFFER_BYTES)

    def read(self, index: int) -> Entry | Unreadable:
        found = self._library.record_set_get_entry_by_index(self._record_set, index, self._to_pointer, self._to_error)
        if found != 1 or not self._pointer:
            return _failed(self._error)
        try:
            return self._told()
        finally:
            self._library.record_entry_free(self._to_pointer, None)

    def _told(self) -> Entry | Unreadable:
        library, entry, error = self._library, self._pointer, self._to_error
        if (
            library.record_entry_get_entry_type(entry, self._to_id, error) != 1
            or library.record_entry_get_value_type(entry, self._to_type, error) != 1
            or library.record_entry_get_data_size(entry, self._to_size, error) != 1
        ):
            return _failed(self._error)
        size = self._size.value
        if size == 0:
            return Entry(self._id.value, self._type.value, b"")
        into = self._buffer if size <= _BUFFER_BYTES else ctypes.create_string_buffer(size)
        if library.record_entry_get_data(entry, into, size, error) != 1:
            return _failed(self._error)
        return Entry(self._id.value, self._type.value, ctypes.string_at(into, size))


class File(_Handle):
    """An open PST file."""

    _kind = "file"

    @classmethod
    def opened(cls, path: Path) -> File:
        pointer, error = c_void_p(), c_void_p()
        if _library().file_initialize(byref(pointer), byref(error)) != 1:
            raise _failed(error)
        file = cls(pointer)
        try:
            file._call("file_open", str(path).encode(errors="surrogateescape"), _READ)
        except Unreadable:
            file.close()
            raise
        return file

    def is_corrupted(self) -> bool:
        return self._call("file_is_corrupted") == 1

    def message_store(self) -> Item | None:
        return self._optional("file_get_message_store")

    def name_to_id_map(self) -> Item | None:
        return self._optional("file_get_name_to_id_map")

    def root_folder(self) -> Item | None:
        return self._optional("file_get_root_folder")

    def item(self, nid: int) -> Item | None:
        """A node by its NID; looks through all of them."""
        return self._optional("file_get_item_by_identifier", nid)

    def orphans(self) -> Iterator[Item | Unreadable]:
        """Nodes whose parent is nowhere."""
        return self._listed("orphan")

    def recovered(self, flags: int = 0) -> Iterator[Item | Unreadable]:
        """Items that are in the file's free space: deleted ones, and those that its B-trees lost."""
        self._call("file_recover_items", flags)
        yield from self._listed("recovered")

    def _listed(self, which: str) -> Iterator[Item | Unreadable]:
        for index in range(self._number(f"file_get_number_of_{which}_items")):
            try:
                yield _item(self._object(f"file_get_{which}_item_by_index", index))
            except Unreadable as error:
                yield error

    def _optional(self, function: str, *arguments: object) -> Item | None:
        pointer = self._object(function, *arguments)
        return Item(pointer) if pointer else None
