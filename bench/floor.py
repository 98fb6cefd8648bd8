"""The floor: a bare Flask page with one query and a 40-row Jinja table.

Written as a tutorial would: Flask-SQLAlchemy, one ORM query, one template, gzip. No sessions, no
languages, no layout.
"""

import os

from flask import Flask, render_template
from flask_compress import Compress
from flask_sqlalchemy import SQLAlchemy
from jinja2 import DictLoader
from sqlalchemy import select

from lms.accounts.models import Person

PAGE = """<!doctype html>
<html lang="en"><title>People</title>
<table><tr><th>Id<th>Name<th>E-mail<th>Language<th>Zone<th>Since</tr>
{% for person in people %}
<tr><td>{{ person.id }}</td><td><a href="/people/{{ person.id }}">{{ person.full_name }}</a></td>
<td>{{ person.email }}</td><td>{{ person.preferred_language }}</td><td>{{ person.time_zone }}</td>
<td>{{ person.created_at.strftime("%Y-%m-%d") }}</td></tr>
{% endfor %}
</table></html>"""

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{os.environ['FLOOR_DATABASE']}"
app.jinja_loader = DictLoader({"table.html": PAGE})  # type: ignore[assignment]
Compress(app)
db = SQLAlchemy(app)


@app.get("/")
def table() -> str:
    """Show forty people."""
    people = db.session.scalars(select(Person).order_by(Person.id).limit(40)).all()
    return render_template("table.html", people=people)
