"""What files cost: an upload beside a plain write of the same bytes, a recording made small."""

import base64
import hashlib
import http.client
import json
import os
import re
import resource
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.server import Server

MIB = 1 << 20
UPLOAD = 64 * MIB
PART = MIB
FILM_SECONDS = 60
FILM_SIZE = (1280, 720)
FRAMES_A_SECOND = 25


@dataclass(frozen=True)
class Upload:
    """Megabytes a second of the same bytes, written plainly and sent in parts."""

    plain: float
    sent: float
    cpu_ms: float  # of the server, for each megabyte

    @property
    def share(self) -> float:
        """Return the throughput as a share of the plain write's."""
        return self.sent / self.plain


@dataclass(frozen=True)
class Pipeline:
    """CPU seconds for a minute of 720p video: all forms made of it, and decoding it alone."""

    made: float
    decoded: float

    @property
    def ratio(self) -> float:
        """Return the CPU of making all forms as a multiple of decoding's."""
        return self.made / self.decoded


def measure_upload(server: Server, cookie: str, lesson: int, folder: Path) -> Upload:
    """Send random bytes as the browser does, in checked parts, and write the same beside."""
    content = os.urandom(UPLOAD)
    begin = time.perf_counter()
    with (folder / "plain").open("wb") as file:
        for at in range(0, UPLOAD, PART):
            file.write(content[at : at + PART])
            file.flush()
            os.fsync(file.fileno())
    plain = time.perf_counter() - begin
    cpu = server.cpu_seconds()
    begin = time.perf_counter()
    _send(server, cookie, lesson, content)
    sent = time.perf_counter() - begin
    cpu = server.cpu_seconds() - cpu
    return Upload(UPLOAD / MIB / plain, UPLOAD / MIB / sent, cpu * 1000 / (UPLOAD / MIB))


def _send(server: Server, cookie: str, lesson: int, content: bytes) -> None:
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    headers = {"Cookie": f"ieum={cookie}"}
    line.request("GET", f"/en/manage/lessons/{lesson}", headers=headers)
    page = line.getresponse()
    form_cookie = (page.getheader("Set-Cookie") or "").split(";")[0]
    token = re.search(r'name="csrf_token" [^>]*value="([^"]+)"', page.read().decode())
    assert token is not None
    headers = {
        "Cookie": f"{headers['Cookie']}; {form_cookie}",
        "X-CSRFToken": token[1],
        "Tus-Resumable": "1.0.0",
    }
    wanted = {"filename": "bench.mp4", "lesson_id": str(lesson), "purpose": "recording"}
    words = {name: base64.b64encode(text.encode()).decode() for name, text in wanted.items()}
    line.request(
        "POST",
        "/api/v1/uploads",
        headers={
            **headers,
            "Upload-Length": str(len(content)),
            "Upload-Metadata": ",".join(f"{name} {text}" for name, text in words.items()),
        },
    )
    answer = line.getresponse()
    body = answer.read()
    assert answer.status == 201, json.loads(body)
    address = answer.getheader("Location") or ""
    for at in range(0, len(content), PART):
        part = content[at : at + PART]
        digest = base64.b64encode(hashlib.sha256(part).digest()).decode()
        line.request(
            "PATCH",
            address,
            body=part,
            headers={
                **headers,
                "Content-Type": "application/offset+octet-stream",
                "Upload-Offset": str(at),
                "Upload-Checksum": f"sha256 {digest}",
            },
        )
        answer = line.getresponse()
        answer.read()
        assert answer.status == 204, answer.status


def measure_pipeline(folder: Path) -> Pipeline:
    """Make all forms of a minute of moving pictures, and decode it alone, in one run."""
    from lms.media.sandbox import convert_safely

    film = _film(folder / "film.mp4")
    out = folder / "made"
    out.mkdir(exist_ok=True)
    decoded = median(_cpu_of_decoding(film) for _ in range(3))
    before = _children()
    convert_safely(film, out, on_progress=lambda _percent: None)
    return Pipeline(_children() - before, decoded)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _cpu_of_decoding(film: Path) -> float:
    import av

    begin = time.process_time()
    with av.open(str(film)) as source:
        for stream in source.streams:
            if stream.type == "video":
                stream.thread_count = 1  # type: ignore[attr-defined]
        for _frame in source.decode():
            pass
    return time.process_time() - begin


def _film(path: Path) -> Path:
    """Write a minute of a lecture: a slide that changes now and then, and a hand that moves."""
    import av
    from PIL import Image, ImageDraw

    with av.open(str(path), "w") as out:
        video = out.add_stream("libx264", rate=FRAMES_A_SECOND)
        video.width, video.height = FILM_SIZE
        video.pix_fmt = "yuv420p"
        for number in range(FILM_SECONDS * FRAMES_A_SECOND):
            slide = number // (10 * FRAMES_A_SECOND)
            picture = Image.new("RGB", FILM_SIZE, (235, 240, 245 - 5 * slide))
            pen = ImageDraw.Draw(picture)
            for row in range(12):
                pen.rectangle(
                    (80, 80 + 45 * row, 300 + 53 * (row * (slide + 3) % 11), 100 + 45 * row), "navy"
                )
            at = 640 + number * 7 % 400
            pen.ellipse((at, 420, at + 160, 640), "sienna")
            out.mux(video.encode(av.VideoFrame.from_image(picture)))
        out.mux(video.encode(None))
    return path
