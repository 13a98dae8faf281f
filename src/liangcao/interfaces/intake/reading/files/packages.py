"""An xlsx before it is opened: unpacked once in measured pieces, looked over, and each sheet scanned.

What the directory of a zip says of sizes is the sender's word; here only what really comes out counts.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO
from xml.etree import ElementTree as Xml

from liangcao.interfaces.intake.reading.files import refusals
from liangcao.interfaces.intake.reading.files.grids import Limits
from liangcao.interfaces.intake.reading.files.kinds import refuse_other_package
from liangcao.interfaces.intake.reading.files.markup import Marks, marks_of

_PIECE = 1 << 20
_DIRECTORY_ENTRY = b"PK\x01\x02"
_ACTIVE_NAMES = ("vbaproject", "externallinks/", "embeddings/", "activex/", "macrosheets/", "dialogsheets/",
                 "querytables/", "xl/connections.xml")  # fmt: skip
_ACTIVE_TYPES = re.compile(
    rb"relationships/(?:vbaproject|externallink|oleobject|package|control|xlmacrosheet|connections|querytable)"
    rb"|macroenabled|vnd\.ms-office\.vbaproject",
    re.I,
)
_RELATION_ID = re.compile(r"\{.*/relationships\}id")
# Whatever a few flipped bytes make the standard library raise.
DAMAGE = (
    zipfile.BadZipFile, zlib.error, Xml.ParseError, KeyError, IndexError, ValueError, EOFError, NotImplementedError,
    RuntimeError, OSError, OverflowError,
)  # fmt: skip


def look_over(content: bytes, limits: Limits) -> list[Marks]:
    """What the sheets hold beside their values, in their order. Raises Invalid for what must not be opened."""
    if content.count(_DIRECTORY_ENTRY) > limits.members:
        raise refusals.unpacks_too_large()
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _look_over(archive, limits)
    except DAMAGE:
        raise refusals.damaged() from None


def _look_over(archive: zipfile.ZipFile, limits: Limits) -> list[Marks]:
    members = {member.filename.lower(): member for member in archive.infolist()}
    if len(members) != len(archive.infolist()):
        raise refusals.damaged()
    if any(member.flag_bits & 1 for member in members.values()):
        raise refusals.encrypted()
    refuse_other_package(set(members))
    if any(active in name for name in members for active in _ACTIVE_NAMES):
        raise refusals.active()
    unpacker = _Unpacker(archive, limits)
    parts = {name: unpacker.part(members[name]) for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")}
    sheets = _sheet_names(parts["xl/workbook.xml"], parts["xl/_rels/workbook.xml.rels"], set(members), limits)
    marks: dict[str, Marks] = {}
    cells = 0
    for name, member in members.items():
        if name not in parts:
            part = unpacker.part(member)
            if name in sheets:
                marks[name] = found = marks_of(part, sheets[name], limits)
                cells += found.cells
                if cells > limits.cells:
                    raise refusals.too_many_cells(limits.cells)
    return [marks[part] for part in sheets]


class _Unpacker:
    """Unpacks the members of an archive and counts what comes out."""

    def __init__(self, archive: zipfile.ZipFile, limits: Limits) -> None:
        self._archive = archive
        self._limits = limits
        self._packed = self._unpacked = 0

    def part(self, member: zipfile.ZipInfo) -> bytes:
        """The content of one member, whose checksum is right and which declares nothing unsafe."""
        pieces = []
        # Counted before unpacking: a ratio cannot be hidden behind the next member.
        self._packed += member.compress_size
        with self._archive.open(member) as stream:
            while piece := stream.read(_PIECE):
                self._unpacked += len(piece)
                self._check_size()
                pieces.append(piece)
        part = b"".join(pieces)
        name = member.filename.lower()
        if not name.startswith("xl/media/") and not name.endswith(".bin"):
            _check_part(name, part)
        return part

    def _check_size(self) -> None:
        limits = self._limits
        bomb = self._unpacked > limits.ratio_from_bytes and self._unpacked > limits.ratio * max(self._packed, 1)
        if self._unpacked > limits.unpacked_bytes or bomb:
            raise refusals.unpacks_too_large()


def _check_part(name: str, part: bytes) -> None:
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise refusals.unsafe()
    if name.endswith((".xml", ".rels")):
        if b"\0" in part:
            # XML in UTF-16, in which nothing above would be found; no spreadsheet program writes it.
            raise refusals.unsafe()
        if (name.endswith(".rels") or name == "[content_types].xml") and _ACTIVE_TYPES.search(part):
            raise refusals.active()


def _sheet_names(book: bytes, relations: bytes, members: set[str], limits: Limits) -> dict[str, str]:
    """The part of each sheet in lower case → the sheet's name. The parts were checked: no document type, no entity."""
    targets = {relation.get("Id"): relation.get("Target", "") for relation in Xml.fromstring(relations)}  # noqa: S314
    sheets: dict[str, str] = {}
    count = 0
    for sheet in Xml.fromstring(book).iter():  # noqa: S314
        if sheet.tag.rpartition("}")[2] != "sheet":
            continue
        count += 1
        identity = next((value for key, value in sheet.attrib.items() if _RELATION_ID.fullmatch(key)), None)
        target = targets.get(identity, "").lower()
        part = target.lstrip("/") if target.startswith(("/", "xl/")) else f"xl/{target}"
        if part not in members:
            raise refusals.damaged()
        sheets[part] = sheet.get("name", "")
    if count > limits.sheets:
        raise refusals.too_many_sheets(limits.sheets)
    if len(sheets) != count:
        raise refusals.damaged()
    return sheets
