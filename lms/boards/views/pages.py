"""The blueprint of the pages of boards."""

from flask import Blueprint

from lms.i18n.languages import localise

bp = localise(Blueprint("boards", __name__))

PAGE = "/<language:language>"
