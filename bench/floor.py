"""The floor: a bare Flask page with one query and a 40-row Jinja table."""

import os
import sqlite3
import threading

from flask import Flask, render_template_string

app = Flask(__name__)
local = threading.local()

PAGE = """<!doctype html><title>Floor</title><table>
{% for id, name, city in rows %}<tr><td>{{ id }}</td><td>{{ name }}</td><td>{{ city }}</td></tr>
{% endfor %}</table>"""


def connection() -> sqlite3.Connection:
    """Return this thread's connection."""
    if not hasattr(local, "connection"):
        local.connection = sqlite3.connect(os.environ["FLOOR_DATABASE"])
    kept: sqlite3.Connection = local.connection
    return kept


@app.get("/")
def table() -> str:
    """Show forty people."""
    rows = connection().execute("SELECT id, full_name, email FROM people ORDER BY id LIMIT 40")
    return render_template_string(PAGE, rows=rows.fetchall())
