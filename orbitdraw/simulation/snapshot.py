"""The state of a run at one frame: copied, kept, and told apart by a hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.authoring.motion import State

NOT_HASHED = frozenset({"own dust"})
"""Arrays that tell how a state is drawn and not how it moves. Drawings of before they were there have other hashes."""


@dataclass
class Snapshot:
    """The state of a run at one frame, copied. Values are not in it: they follow from the events up to the frame."""

    frame: int
    state: State
    edits: int = 0
    """Edits of the history that the state has in it."""
    void: int = 0
    """Those of them that could not be done; see Run.void."""


def copied(state: State) -> State:
    """The same state in arrays of its own."""
    return {name: array.copy() for name, array in state.items()}


def hash_of(frame: int, state: State) -> str:
    """Sixteen hex digits that stand for a frame's whole state.

    >>> hash_of(0, {"x": np.zeros(2)}) == hash_of(0, {"x": np.ones(2)})
    False
    """
    digest = hashlib.blake2b(digest_size=8)
    digest.update(str(frame).encode())
    for name in sorted(state.keys() - NOT_HASHED):
        array = np.ascontiguousarray(state[name])
        digest.update(f"{name}{array.dtype.str}{array.shape}".encode())
        digest.update(array.tobytes() if array.nbytes < 1 << 22 else _digest_of_much(array))
    return digest.hexdigest()


def _digest_of_much(array: NDArray[Any]) -> bytes:
    """A quick digest of megabytes: every word counts, weighted by its place, without hashing each byte."""
    words = array.reshape(-1).view(np.uint8)
    words = np.concatenate([words, np.zeros(-len(words) % 8, np.uint8)]).view(np.uint64)
    weights = np.arange(1, len(words) * 2, 2, dtype=np.uint64)
    return bytes(np.dot(words, weights).tobytes()) + bytes(np.bitwise_xor.reduce(words).tobytes())
