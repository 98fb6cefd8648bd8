"""Addresses of static files that change with their content, so browsers may keep them."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from whitenoise import WhiteNoise

YEAR = 31_536_000


@cache
def _fingerprint(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]


def static_url(filename: str) -> str:
    """Return the address of a static file with the fingerprint of its content."""
    fingerprint = _fingerprint(f"{current_app.static_folder}/{filename}")
    return f"{current_app.static_url_path}/{filename}?v={fingerprint}"


def init_app(app: Flask) -> None:
    """Serve static files (and their compressed twins) before Flask sees the request."""
    app.jinja_env.globals["static_url"] = static_url
    if app.config["SERVE_STATIC"]:
        app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
            app.wsgi_app,
            root=app.static_folder,
            prefix="static/",
            max_age=YEAR,
            add_headers_function=_add_headers,
        )


def _add_headers(headers: Any, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
