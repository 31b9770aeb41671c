"""Colour profiles without what says nothing of colours (ICC.1:2022, clauses 7.3 and 9)."""

from __future__ import annotations

from typing import Final

_SIGN: Final = b"acsp"
_HEAD: Final = 132
_ENTRY: Final = 12
_MOST: Final = 200
_TAGS: Final = frozenset(
    (
        *(b"A2B0", b"A2B1", b"A2B2", b"B2A0", b"B2A1", b"B2A2", b"D2B0", b"D2B1", b"D2B2", b"D2B3"),
        *(b"B2D0", b"B2D1", b"B2D2", b"B2D3", b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"kTRC"),
        *(b"wtpt", b"bkpt", b"chad", b"chrm", b"clro", b"clrt", b"clot", b"cicp", b"gamt", b"pre0", b"pre1"),
        *(b"pre2", b"lumi", b"meas", b"tech", b"view", b"rig0", b"rig2", b"desc", b"cprt"),
    )
)
"""What tells colours; the last two every profile must have."""


def plain_profile(data: bytes) -> bytes:
    """A profile, as long as before, with zeros where other programs have kept something."""
    if len(data) < _HEAD or data[36:40] != _SIGN:
        return data
    count = int.from_bytes(data[_HEAD - 4 : _HEAD], "big")
    if not 0 < count <= _MOST:
        return data
    kept = [(0, _HEAD + count * _ENTRY)]
    for at in range(_HEAD, _HEAD + count * _ENTRY, _ENTRY):
        place, length = (int.from_bytes(data[at + k : at + k + 4], "big") for k in (4, 8))
        if data[at : at + 4] in _TAGS:
            kept.append((place, place + length))
    made = bytearray(len(data))
    for start, end in kept:
        made[start:end] = data[start:end]
    return bytes(made)
