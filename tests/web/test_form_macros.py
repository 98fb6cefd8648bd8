"""A wrong answer is said beside its field, tied to it, and again on top of the page."""

import pytest
from flask import Flask, render_template_string
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, EmailField, RadioField, SelectChoice, SelectField
from wtforms.validators import InputRequired

from lms.core.errors import Invalid
from lms.web.forms import Form, LineField

PAGE = """
{% from "macros/forms.html" import field, error_summary %}
{{ error_summary(form) }}
{{ field(form.own_script) }}{{ field(form.email, autocomplete="email") }}
{{ field(form.language) }}{{ field(form.consent) }}{{ field(form.pace) }}{{ field(form.city) }}
"""


class SignUp(Form):
    own_script = LineField("Name in your own script", optional=True, description="As you write it")
    email = EmailField("Email address", [InputRequired("Enter an address.")])
    language = RadioField(
        "Language", [InputRequired("Choose one.")], choices=[SelectChoice("ko", "한국어")]
    )
    pace = SelectField("Pace", choices=[SelectChoice("slow"), SelectChoice("fast")])
    city = SelectField("City", choices=[SelectChoice("", "None"), SelectChoice("busan", "Busan")])
    consent = BooleanField("I agree.", [InputRequired("Tick the box to go on.")])


@pytest.fixture
def sent_empty(app: Flask) -> str:
    with app.test_request_context("/en/", method="POST"):
        form = SignUp(MultiDict(), meta={"csrf": False})
        assert not form.validate()
        form.refuse(Invalid("nowhere", "The run is full."))
        return render_template_string(PAGE, form=form)


def test_an_error_is_tied_to_its_control(sent_empty: str) -> None:
    control = next(line for line in sent_empty.splitlines() if 'id="email"' in line)
    assert 'aria-describedby="email-error"' in control
    assert 'aria-invalid="true"' in control
    assert 'autocomplete="email"' in control
    assert 'id="email-error"' in sent_empty


def test_the_summary_leads_to_each_wrong_field(sent_empty: str) -> None:
    for target in ('href="#email"', 'href="#language-0"', 'href="#consent"'):
        assert target in sent_empty
    assert 'id="language-0"' in sent_empty
    assert "The run is full." in sent_empty


def test_only_what_may_be_left_out_is_marked(sent_empty: str) -> None:
    marked = [line for line in sent_empty.splitlines() if "field-optional" in line]
    assert [line.split('for="')[1].split('"')[0] for line in marked] == ["own_script", "city"]
    assert 'aria-describedby="own_script-hint"' in sent_empty
    assert 'dir="auto"' in sent_empty
