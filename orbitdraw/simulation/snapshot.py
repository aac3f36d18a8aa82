"""Snapshots and hashes of the state of a run at one frame."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.authoring.motion import State

NOT_HASHED = frozenset({"own dust"})
"""Arrays that affect drawing only. They are left out because drawings made before they existed store hashes without
them."""


@dataclass
class Snapshot:
    """A copy of the state of a run at one frame. It has no values: they follow from the events up to the frame."""

    frame: int
    state: State
    edits: int = 0
    """Number of edits of the history that the state includes."""
    void: int = 0
    """Number of them that failed; see Run.void."""


def copy_state(state: State) -> State:
    """A deep copy of a state."""
    return {name: array.copy() for name, array in state.items()}


def hash_of(frame: int, state: State) -> str:
    """Hash of a frame's whole state, sixteen hex digits.

    >>> hash_of(0, {"x": np.zeros(2)}) == hash_of(0, {"x": np.ones(2)})
    False
    """
    digest = hashlib.blake2b(digest_size=8)
    digest.update(str(frame).encode())
    for name in sorted(state.keys() - NOT_HASHED):
        array = np.ascontiguousarray(state[name])
        digest.update(f"{name}{array.dtype.str}{array.shape}".encode())
        digest.update(array.tobytes() if array.nbytes < 1 << 22 else _digest_large_array(array))
    return digest.hexdigest()


def _digest_large_array(array: NDArray[Any]) -> bytes:
    """A fast digest of large arrays: the XOR of all words and their sum weighted by position."""
    words = array.reshape(-1).view(np.uint8)
    words = np.concatenate([words, np.zeros(-len(words) % 8, np.uint8)]).view(np.uint64)
    weights = np.arange(1, len(words) * 2, 2, dtype=np.uint64)
    return bytes(np.dot(words, weights).tobytes()) + bytes(np.bitwise_xor.reduce(words).tobytes())
