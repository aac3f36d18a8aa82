"""LZW compression of GIF frames, each relative to the one before."""

from __future__ import annotations

from typing import Any

import numpy as np

from orbitdraw.exporters.spec import Bytes
from orbitdraw.runtime.jit import jit

SLOTS = 1 << 14
"""Slots of the hash table for at most 3 838 dictionary strings; at most a quarter full, so that probes are few."""


def encode_changes(levels: Bytes, before: Bytes | None) -> tuple[tuple[int, int, int, int], int, bytes]:
    """The changed box (left, top, width, height), the transparent index for unchanged pixels (or -1), LZW data blocks.

    >>> encode_changes(np.zeros((2, 2), np.uint8), np.zeros((2, 2), np.uint8))[0]
    (0, 0, 1, 1)
    """
    height, width = levels.shape
    used = np.zeros(256, np.bool_)
    box = np.array([0, 0, width, height])
    if before is None:
        before, transparent = levels, -1
    else:
        find_changes(levels, before, box, used)
        free = np.flatnonzero(~used)
        # Any index that no changed pixel uses can be the transparent one. Nearly always there is one, so the palette
        # need not reserve an entry.
        transparent = int(free[-1]) if len(free) else -1
    left, top, right, bottom = (int(edge) for edge in box)
    out = np.empty((right - left) * (bottom - top) * 2 + 64, np.uint8)
    length = lzw_encode(levels[top:bottom, left:right], before[top:bottom, left:right], transparent, out)
    return (left, top, right - left, bottom - top), transparent, sub_blocks(out[:length])


def sub_blocks(data: Bytes) -> bytes:
    """GIF data sub-blocks: at most 255 bytes each, preceded by their length, and a terminating zero."""
    whole = len(data) // 255 * 255
    table = np.empty((whole // 255, 256), np.uint8)
    table[:, 0] = 255
    table[:, 1:] = data[:whole].reshape(-1, 255)
    rest = data[whole:].tobytes()
    return table.tobytes() + (bytes([len(rest)]) + rest if rest else b"") + b"\0"


@jit("void(uint8[:,::1], uint8[:,::1], int64[::1], boolean[::1])")
def find_changes(levels: Bytes, before: Bytes, box: Any, used: Any) -> None:
    """Compute the box around all pixels that differ (one pixel if none does), and mark their indices as used."""
    left, top, right, bottom = levels.shape[1], levels.shape[0], 0, 0
    for y in range(levels.shape[0]):
        first = -1
        last = 0
        for x in range(levels.shape[1]):
            if levels[y, x] != before[y, x]:
                used[levels[y, x]] = True
                if first < 0:
                    first = x
                last = x
        if first >= 0:
            left, right = min(left, first), max(right, last + 1)
            top, bottom = min(top, y), y + 1
    if right == 0:
        left, top, right, bottom = 0, 0, 1, 1
    box[0], box[1], box[2], box[3] = left, top, right, bottom


@jit()
def find_slot(keys: Any, key: Any) -> Any:
    """Slot of `key` in the hash table, or the free slot where it belongs."""
    slot = (key * 2654435761 >> 9) & (SLOTS - 1)
    while keys[slot] != key and keys[slot] >> 20 == key >> 20:
        slot = (slot + 1) & (SLOTS - 1)
    return slot


@jit("int64(uint8[:,:], uint8[:,:], int64, uint8[::1])")
def lzw_encode(levels: Any, before: Any, transparent: Any, out: Any) -> Any:
    """Write the LZW codes of a frame to `out` and return their length in bytes.

    An unchanged pixel may be written as the index `transparent` (if >= 0) or as its colour: the first of the two
    that extends the current string is taken, which gives files up to a third smaller than the colour alone.
    Source: Welch, "A technique for high-performance data compression", Computer 17, 1984; GIF89a, appendix F.
    """
    keys = np.zeros(SLOTS, np.int64)
    codes = np.zeros(SLOTS, np.int16)
    generation = 1  # keys contain the number of their dictionary, so that a reset need not clear the table
    code_size, next_code = 9, 258
    bits, bit_count, written = np.int64(256), 9, 0  # the clear code comes first
    string = np.int64(-1)
    for y in range(levels.shape[0]):
        for x in range(levels.shape[1]):
            v = np.int64(levels[y, x])
            unchanged = transparent >= 0 and levels[y, x] == before[y, x]
            if string < 0:
                string = transparent if unchanged else v
                continue
            prefix = generation << 20 | string << 8
            slot = find_slot(keys, prefix | (transparent if unchanged else v))
            if keys[slot] == prefix | (transparent if unchanged else v):
                string = np.int64(codes[slot])
                continue
            if unchanged:
                colour_slot = find_slot(keys, prefix | v)
                if keys[colour_slot] == prefix | v:
                    string = np.int64(codes[colour_slot])
                    continue
                v = transparent
            bits |= string << bit_count
            bit_count += code_size
            while bit_count >= 8:
                out[written] = bits & 255
                written += 1
                bits >>= 8
                bit_count -= 8
            if next_code < 4096:
                keys[slot] = prefix | v
                codes[slot] = next_code
                if next_code == 1 << code_size:
                    code_size += 1
                next_code += 1
            else:
                bits |= 256 << bit_count
                bit_count += code_size
                generation += 1
                code_size, next_code = 9, 258
            string = v
    bits |= string << bit_count
    bit_count += code_size
    if next_code == 1 << code_size and code_size < 12:
        code_size += 1
    bits |= 257 << bit_count
    bit_count += code_size
    while bit_count > 0:
        out[written] = bits & 255
        written += 1
        bits >>= 8
        bit_count -= 8
    return written
