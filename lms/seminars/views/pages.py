"""The blueprint of the pages for those who come to sittings."""

from flask import Blueprint

from lms.i18n.languages import localise

bp = localise(Blueprint("seminars", __name__))

PAGE = "/<language:language>"
