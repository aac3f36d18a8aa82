"""Files that were made to do harm: programs, addresses and other files under the names of pictures and drawings, bombs,
damage, and what is no file at all."""

from __future__ import annotations

import io
import os
import pickle
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from orbitdraw.exporters.export import export
from orbitdraw.record.drawing import Drawing, Event, SceneRef
from orbitdraw.record.embedded import png_chunk

SUFFIXES = (".png", ".jpg", ".gif", ".tif", ".webp", ".mp4", ".orbit", ".svg", "")

MODULES = ("numpy", "PIL", "sympy", "imageio", "av", "click", "random", "json", "pathlib", "typing", "ghostscript")
"""Names under which Python files lie beside the others. Each leaves a note when it is run."""

SCENE = '''"""A scene of one's own, among files of others."""

from orbitdraw import ring, scene


@scene(start=ring(5), title="{title}")
def mine(x, y):
    """A spring."""
    return x**2 + {factor} * y**2
'''

MP4 = b"\0\0\0\x18ftypisom\0\0\2\0isomiso2"

Named = Iterator[tuple[str, bytes]]


def fill(folder: Path) -> None:
    """Write all of them, some three hundred."""
    texts = dict(of_other_kinds(folder))
    for name, data in texts.items():
        for suffix in SUFFIXES:
            (folder / f"{name}{suffix}").write_bytes(data)
    whole = dict(pictures())
    for suffix in (".png", ".gif", ".mp4", ".webm", ".orbit"):
        path = export("x^2/2 + y^2", folder / f"whole{suffix}", size=(32, 18), seconds=0.05).path
        whole[f"carrier{suffix}"] = path.read_bytes()
        path.unlink()
    for name, data in (*damaged(whole), *bombs(whole)):
        (folder / name).write_bytes(data)
    for number, data in enumerate(drawings()):
        (folder / f"drawing {number}.orbit").write_bytes(data)
    for suffix in (".png", ".orbit", ".mp4", ".py"):
        (folder / f"folder{suffix}").mkdir()
        if hasattr(os, "mkfifo"):
            os.mkfifo(folder / f"pipe{suffix}")
            (folder / f"zero{suffix}").symlink_to("/dev/zero")
            (folder / f"itself{suffix}").symlink_to(f"itself{suffix}")
    for name in MODULES:
        (folder / f"{name}.py").write_text(f"open({str(folder / 'ran')!r}, 'w').close()\n")
    (folder / "mine.py").write_text(SCENE.format(title="First", factor=1))


def of_other_kinds(folder: Path) -> Named:
    """What has no reader here, and most of which some reader would run, fetch or follow."""
    beside = str(folder / "ran").encode()
    postscript = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n"
    yield "postscript", postscript + b"(" + beside + b") (w) file\n"
    yield "postscript loop", postscript + b"{ } loop\n"
    yield "postscript dos", b"\xc5\xd0\xd3\xc6" + struct.pack("<6I", 32, 99, 0, 0, 0, 0) + bytes(4) + postscript
    yield "pdf", b"%PDF-1.7\n1 0 obj <</Type /Catalog /OpenAction <</S /Launch /F (calc)>>>> endobj\n"
    image = b'<image href="http://127.0.0.1:9/a.png"/><image href="' + beside + b'"/>'
    entity = b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    yield "svg", entity + b'<svg xmlns="http://www.w3.org/2000/svg">' + image + b"<text>&x;</text></svg>"
    yield "playlist", b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n#EXTINF:1,\n" + beside
    yield (
        "session",
        b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 49170 RTP/AVP 31\r\n",
    )
    yield "list of films", b"ffconcat version 1.0\nfile " + beside + b"\n"
    yield "address", b"[InternetShortcut]\nURL=http://127.0.0.1:9/\n"
    yield "magick", b"push graphic-context\nimage over 0,0 0,0 '|touch " + beside + b"'\npop graphic-context\n"
    yield "shell", b"#!/bin/sh\ntouch " + beside + b"\n"
    yield "python", b"import os\nos.system('touch " + beside + b"')\n"
    yield "pickle", pickle.dumps(Leaves(folder / "ran"))
    yield (
        "numpy",
        b"\x93NUMPY\1\0v\0{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".ljust(128) + b"cos\nsystem\n.",
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../ran", "")
        archive.writestr("a.png", "")
    yield "archive", packed.getvalue()
    yield "fits", b"SIMPLE  =                    T".ljust(80) + b"END".ljust(2800)
    yield "dicom", bytes(128) + b"DICM" + bytes(64)
    yield "tga", bytes([0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 9, 0, 24, 0]) + bytes(243)
    yield "nested", b'{"format": "orbitdraw drawing", "version": 1, "scene": ' + b"[" * 200_000
    yield "zeros", bytes(5000)
    yield "nothing", b""


class Leaves:
    """Leaves a note when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.path),)


def pictures() -> Named:
    """A whole picture of every format."""
    from PIL import Image

    made = Image.linear_gradient("L").resize((40, 30)).convert("RGB")
    for form in ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "AVIF"):
        file = io.BytesIO()
        made.save(file, form)
        yield f"picture.{form.lower()}", file.getvalue()


def damaged(whole: dict[str, bytes], times: int = 5) -> Named:
    """Each of them, with some bytes changed and the end cut off."""
    chance = random.Random(11)
    for name, data in whole.items():
        for number in range(times):
            broken = bytearray(data[: chance.randrange(len(data) // 2, len(data) + 1)])
            for _ in range(chance.randrange(1, 9)):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            yield f"damaged {number} {name}", bytes(broken)


def bombs(whole: dict[str, bytes]) -> Named:
    """Few bytes that ask for much, and files that lead elsewhere or in circles."""
    png, gif, tiff = (whole[f"picture.{form}"] for form in ("png", "gif", "tiff"))
    for name in (b"zTXt", b"iCCP"):
        text = png_chunk(name, b"a\0\0" + zlib.compress(bytes(20 << 20), 9))
        yield f"bomb {name.decode()}.png", png[:33] + text + png[33:]
    carried = png_chunk(b"iTXt", b"orbitdraw\0\1\0\0\0" + zlib.compress(bytes(100 << 20), 9))
    yield "bomb drawing.png", png[:33] + carried + png[33:]
    yield "bomb size.png", png[:8] + png_chunk(b"IHDR", struct.pack(">II", 30_000, 30_000) + png[24:29]) + png[33:]
    yield "bomb size.gif", gif[:6] + struct.pack("<HH", 65_535, 65_535) + gif[10:]
    yield "bomb comments.gif", gif[:-1] + (b"!\xfe" + b"\1a" * 99 + b"\0") * 2000 + b";"
    start = struct.unpack("<I", tiff[4:8])[0]
    end = start + 2 + 12 * struct.unpack("<H", tiff[start : start + 2])[0]
    yield "bomb circle.tif", tiff[:end] + struct.pack("<I", start)
    yield "bomb far.tif", tiff[:4] + struct.pack("<I", 2**32 - 1) + tiff[8:]
    url = b"\0\0\0\x30url \0\0\0\0file:///etc/passwd".ljust(48, b"\0")
    elsewhere = struct.pack(">I4sII", 16 + len(url), b"dref", 0, 1) + url
    yield "elsewhere.mp4", MP4 + struct.pack(">I4s", 8 + len(elsewhere), b"moov") + elsewhere
    yield "bomb boxes.mp4", MP4 + b"\0\0\0\x08free" * 9000
    yield "bomb elements.webm", b"\x1aE\xdf\xa3\x80" + b"\xec\x80" * 9000


def drawings() -> Iterator[bytes]:
    """Drawings that name files, programs and code, or say what no drawing says."""
    for scene in (
        SceneRef("scene", "../../../ran"),
        SceneRef("scene", "os"),
        SceneRef("file", "numpy", "numpy.py", sha256="0" * 64),
        SceneRef("program", "ran"),
        SceneRef("formula", "formula", "__import__('os').system('true')"),
        SceneRef("formula", "formula", "().__class__.__base__.__subclasses__()"),
        SceneRef("formula", "formula", "x^2", [["a", 1e308, 0.0, 1.0]]),
        SceneRef("formula", "formula", "x^2", law="../ran"),
    ):
        yield Drawing(scene=scene, frames=1).bytes()
    eight = SceneRef("scene", "figure_eight")
    for name, value in (
        ("palette", "/etc/passwd"),
        ("palette", "http://127.0.0.1:9/a"),
        ("exposure", [0.0]),
        ("dt", "os"),
        ("view", [0.0, 0.0, 1e308]),
        ("watch", [1e300]),
        ("throw", [1.0]),
        ("scatter", "1111111111"),
        ("soften", [1e308]),
        ("landscape", [1e9, 1e9, 0.0, 0.0, 1.0, 1.0]),
        ("__class__", 1.0),
    ):
        yield Drawing(scene=eight, frames=9, events=[Event(0, name, value)]).bytes()
    plain = Drawing(scene=eight, frames=9).bytes()
    yield plain.replace(b'"events": []', b'"events": [' + b'[0,"k",0],' * 1_700_000 + b'[0,"k",0]]')
    yield plain.replace(b'"seed"', b'"__reduce__": ["os.system", "true"],\n"seed"')
