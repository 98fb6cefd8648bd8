"""Answers are packed for the line, a refused form as much as an accepted one."""

from flask import Flask, Response
from flask_compress import Compress


def init_app(app: Flask) -> None:
    """Pack every text the settings name, in the best way the browser takes."""
    _Packing(app)


class _Packing(Compress):
    """Flask-Compress leaves answers of 4xx and 5xx as they are, taking them for short.

    Here a form that comes back with its faults weighs what it weighed before.
    """

    def after_request(self, response: Response | None) -> Response:
        if response is None or response.status_code < 400:
            return super().after_request(response)
        status = response.status
        response.status_code = 200
        try:
            return super().after_request(response)
        finally:
            response.status = status
