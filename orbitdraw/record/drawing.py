"""The save file (`.orbit`): the scene, the seed, the initial values and every change by frame."""

from __future__ import annotations

import math
import os
import re
from pathlib import Path
from typing import Any, Literal

import msgspec

from orbitdraw.errors import DrawingError
from orbitdraw.formats import DRAWING_FORMAT
from orbitdraw.runtime.files import numbered_path, whole_file
from orbitdraw.runtime.notebook import mime_bundle
from orbitdraw.runtime.opening import open_file

VERSION = 1

MAX_BYTES = 64 << 20
"""Maximum size of a file: some two million events, more than a user can make."""

MAX_PARTS = 5_000_000
"""Maximum number of numbers and texts in a file, counted before it is decoded: 32 bytes of memory each in a list, and
some sixty in an event. Six hours of dragging without a pause at sixty changes a second reach it; a landscape has
25 600."""

MAX_FRAMES = 10**9
MAX_EVENTS = 2_000_000
MAX_VALUES = 10_000
MAX_LIST = 30_000
MAX_NAME = 200
MAX_TEXT = 20_000

Raw = bytes
"""The type bytes, inside a class with a method of that name."""

StoredValue = float | str | None | list[float]
"""The type of a value in a file. Numbers are finite: JSON has no inf and nan, and a run refuses them."""


class SceneRef(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A reference to the scene of a drawing: names and numbers, never code.

    `kind` "scene" is a scene that ships, by name; "formula" is a text with its sliders, [name, value, low, high] or
    [name, value]; "file" is a scene in a user's own file, stored by file name (`text`) and SHA-256, and never imported
    when a drawing is opened; "program" is a scene that exists in a program only. `law` names the law of motion that
    replaces the scene's own.
    """

    kind: Literal["scene", "formula", "file", "program"]
    name: str
    text: str = ""
    params: list[list[str | float]] = []
    sha256: str = ""
    law: str = ""


class Event(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """A change: from `frame` on, `name` has this value. In a file: [120, "mass", 0.5], or [120, "mass", 0.5, 3].

    Consecutive events with the same `gesture` belong to one mouse gesture and are undone together; 0 marks an event
    that stands alone.
    """

    frame: int
    name: str
    value: StoredValue
    gesture: int = 0

    def line(self) -> bytes:
        """The event as JSON, as a file stores it.

        >>> Event(120, "mass", 0.5).line(), Event(120, "mass", 0.5, 3).line()
        (b'[120,"mass",0.5]', b'[120,"mass",0.5,3]')
        """
        return msgspec.json.encode(self if self.gesture else (self.frame, self.name, self.value))


class _Header(msgspec.Struct):
    format: str = ""
    version: int = 0


class Drawing(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A drawing: everything needed to draw it again at any size, and no executable code.

    `values` are the run's values at frame 0, `events` its changes, `frames` its length, `checks` hashes of the state at
    some frames, (frame, sixteen hex digits). Raises DrawingError, in one sentence, for invalid content.

    >>> moth = Drawing(scene=SceneRef("scene", "moth"), frames=60, events=[Event(30, "exposure", 2.0)])
    >>> Drawing.of_bytes(moth.bytes()) == moth
    True
    """

    scene: SceneRef
    seed: int = 0
    frames: int = 0
    values: dict[str, StoredValue] = {}
    events: list[Event] = []
    checks: list[tuple[int, str]] = []

    def __post_init__(self) -> None:
        check_scene(self.scene)
        _check_whole("the seed", self.seed, 2**63 - 1)
        _check_whole("the number of frames", self.frames, MAX_FRAMES)
        for what, items, most in (("values", self.values, MAX_VALUES), ("events", self.events, MAX_EVENTS)):
            if len(items) > most:
                raise DrawingError(f"a drawing has at most {most} {what}, not {len(items)}")
        self.values = {_check_name(name): _check_value(name, value) for name, value in sorted(self.values.items())}
        before = 0
        for event in self.events:
            _check_whole("the frame of an event", event.frame, MAX_FRAMES)
            if event.frame < before:
                raise DrawingError(f"events must be in the order of their frames, and {event.frame} follows {before}")
            before = event.frame
            _check_whole("the gesture of an event", event.gesture, MAX_EVENTS)
            _check_name(event.name)
            event.value = _check_value(event.name, event.value)
        if len(self.checks) > MAX_EVENTS:
            raise DrawingError(f"a drawing has at most {MAX_EVENTS} checks")
        for frame, digest in self.checks:
            _check_whole("the frame of a check", frame, MAX_FRAMES)
            if not re.fullmatch(r"[0-9a-f]{1,64}", digest):
                raise DrawingError("a check must be hexadecimal digits")

    def bytes(self) -> Raw:
        """The file as UTF-8 JSON, one event a line. Equal drawings give equal bytes."""
        encode = msgspec.json.encode
        sliders = [[part if isinstance(part, str) else float(part) for part in slider] for slider in self.scene.params]
        values = [encode(name) + b": " + encode(value) for name, value in sorted(self.values.items())]
        lines = [
            f'"format": {_to_json(DRAWING_FORMAT)},\n"version": {VERSION}',
            f'"scene": {_to_json(msgspec.structs.replace(self.scene, params=sliders))}',
            f'"seed": {self.seed},\n"frames": {self.frames}',
            _block("values", "{}", values),
            _block("events", "[]", [event.line() for event in self.events]),
            _block("checks", "[]", [encode(check) for check in self.checks]),
        ]
        return ("{\n" + ",\n".join(lines) + "\n}\n").encode()

    @classmethod
    def of_bytes(cls, data: Raw, name: str = "this") -> Drawing:
        """Decode a drawing; `name` is how an error message calls it."""
        if len(data) > MAX_BYTES:
            raise DrawingError(f"{name} is larger than {MAX_BYTES >> 20} MiB, the most that a drawing can have")
        if data.count(b",") > MAX_PARTS:
            raise DrawingError(f"{name} has more than {MAX_PARTS} numbers, the most that a drawing can have")
        try:
            header = msgspec.json.decode(data, type=_Header)
            if header.format == DRAWING_FORMAT and header.version == VERSION:
                return msgspec.json.decode(data, type=_File).drawing()
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            raise DrawingError(f"{name} is not a complete drawing: {_decode_message(error)}") from error
        if header.format != DRAWING_FORMAT:
            raise DrawingError(f"{name} is not an orbitdraw drawing")
        if header.version > VERSION:
            newer = f"format {header.version}, this one reads {VERSION}"
            raise DrawingError(f"{name} was written by a newer orbitdraw ({newer}); upgrade orbitdraw to open it")
        raise DrawingError(f"{name} has the unknown format {header.version}; this orbitdraw reads {VERSION}")

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = True) -> Path:
        """Write the drawing atomically and return its path.

        Without `overwrite` an existing file stays, and the drawing gets the next free numbered name.
        """
        target = Path(path)

        def next_path() -> Path:
            nonlocal target
            target = numbered_path(target)
            return target

        with whole_file(target, None if overwrite else next_path) as draft:
            draft.write_bytes(self.bytes())
        return target

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Drawing:
        """Read a `.orbit` file. Raises DrawingError in one sentence when it is not a complete drawing."""
        with open_file(path, MAX_BYTES, DrawingError) as file:
            data = file.read(MAX_BYTES + 1)
        return cls.of_bytes(data, Path(path).name)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """The picture, for display in a notebook."""
        return mime_bundle(self, repr(self))


class _File(msgspec.Struct, forbid_unknown_fields=True):
    """The JSON object of a file: a drawing with its format and version, which are checked before."""

    format: str
    version: int
    scene: SceneRef
    seed: int
    frames: int
    values: dict[str, StoredValue]
    events: list[Event]
    checks: list[tuple[int, str]]

    def drawing(self) -> Drawing:
        return Drawing(
            scene=self.scene,
            seed=self.seed,
            frames=self.frames,
            values=self.values,
            events=self.events,
            checks=self.checks,
        )


def _to_json(thing: Any) -> str:
    return msgspec.json.encode(thing).decode()


def _block(name: str, brackets: str, lines: list[bytes]) -> str:
    inside = ("\n  " + b",\n  ".join(lines).decode() + "\n") if lines else ""
    return f'"{name}": {brackets[0]}{inside}{brackets[1]}'


def _decode_message(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    text = " ".join(str(error).split())
    return (text[:1].lower() if text[1:2].islower() else text[:1]) + text[1:200]  # JSON stays JSON


def _check_name(name: Any) -> str:
    if not isinstance(name, str) or not name or len(name) > MAX_NAME:
        raise DrawingError(f"a name has 1 to {MAX_NAME} characters, not {len(str(name))}")
    _check_encodable(name)
    return name


def _check_encodable(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise DrawingError(f"{text!r} contains an incomplete Unicode character and cannot be saved") from None


def _check_whole(what: str, number: Any, most: int) -> None:
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= most:
        raise DrawingError(f"{what} must be a whole number from 0 to {most}, not {number!r}")


def _check_value(name: str, value: Any) -> StoredValue:
    if value is None:
        return None
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            raise DrawingError(f"{name} has {len(value)} characters; {MAX_TEXT} are the most")
        _check_encodable(value)
        return value
    if isinstance(value, (list, tuple)):
        if len(value) > MAX_LIST:
            raise DrawingError(f"{name} has {len(value)} numbers; {MAX_LIST} are the most")
        return [_check_finite(name, number) for number in value]
    return _check_finite(name, value)


def _check_finite(name: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise DrawingError(f"{name} must be a number, a text or null, not {type(value).__name__}") from None
    if not math.isfinite(number):
        raise DrawingError(f"{name} is {number}, and a drawing stores finite numbers only")
    return number


def check_scene(scene: SceneRef) -> None:
    """Raise DrawingError for an invalid reference to a scene."""
    _check_name(scene.name)
    for text in (scene.text, scene.law):
        _check_value("the scene", text)
    if scene.kind == "formula" and not scene.text:
        raise DrawingError("a drawing of a formula needs its text")
    if scene.kind == "file":
        if not re.fullmatch(r"[0-9a-f]{64}", scene.sha256):
            raise DrawingError("a drawing of a scene file needs the file's SHA-256")
        if not scene.text or Path(scene.text).name != scene.text or "\\" in scene.text:
            raise DrawingError("a drawing stores the name of a scene file, not its folder")
    if len(scene.params) > MAX_VALUES:
        raise DrawingError(f"a scene has at most {MAX_VALUES} sliders")
    for slider in scene.params:
        if len(slider) not in (2, 4) or any(isinstance(number, str) for number in slider[1:]):
            raise DrawingError("a slider is a name with a value, or with a value, a low and a high end")
        name = _check_name(slider[0])
        for number in slider[1:]:
            _check_finite(name, number)
