"""Reads a phone's file whose directory is damaged or cut off, by the heads before its members.

A phone writes each member uncompressed, with its name, length and checksum before it
(`domain/zip.ts`; APPNOTE.TXT 6.3.10, 4.3.7), so that what came over whole can still be found.
"""

import io
import mmap
import struct
import zlib
from typing import BinaryIO
from zipfile import BadZipFile

HEAD = struct.Struct("<4s5H3L2H")
MARK = b"PK\x03\x04"
LONGEST_NAME = 200


class Salvaged:
    """The members that can still be found, with the two ways of asking that `ZipFile` has."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._found: dict[str, tuple[int, int, int]] = {}
        size = file.seek(0, io.SEEK_END)
        if size:
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                self._scan(data)
        if not self._found:
            raise BadZipFile("nothing in it can be found")

    def namelist(self) -> list[str]:
        """Return the names of the members that were found."""
        return list(self._found)

    def open(self, name: str) -> BinaryIO:
        """Open a member; raises `BadZipFile` when its bytes are not those of its checksum."""
        start, length, checksum = self._found[name]
        self._file.seek(start)
        found, left = 0, length
        while left and (piece := self._file.read(min(left, 1 << 20))):
            found, left = zlib.crc32(piece, found), left - len(piece)
        if left or found != checksum:
            raise BadZipFile(f"{name} is damaged or cut off")
        self._file.seek(start)
        return io.BufferedReader(_Member(self._file, length))

    def _scan(self, data: mmap.mmap) -> None:
        at = data.find(MARK)
        while at >= 0:
            end = self._note(data, at)
            at = data.find(MARK, at + len(MARK) if end is None else end)

    def _note(self, data: mmap.mmap, at: int) -> int | None:
        """Note the member whose head begins here, and return its end; None when it is no head."""
        if at + HEAD.size > len(data):
            return None
        fields = HEAD.unpack_from(data, at)
        checksum, length, name_length, extra = fields[6], fields[8], fields[9], fields[10]
        is_stored = fields[3] == 0 and fields[7] == length
        if not is_stored or not 0 < name_length <= LONGEST_NAME:
            return None
        start = at + HEAD.size + name_length
        name = data[at + HEAD.size : start].decode("utf-8", "replace")
        self._found.setdefault(name, (start + extra, length, checksum))
        # A length that was damaged itself must not hide the members behind it.
        end = start + extra + length
        return end if data[end : end + 2] == MARK[:2] else None


class _Member(io.RawIOBase):
    def __init__(self, file: BinaryIO, length: int) -> None:
        self._file, self._left = file, length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        piece = self._file.read(min(len(view), self._left))
        view[: len(piece)] = piece
        self._left -= len(piece)
        return len(piece)
