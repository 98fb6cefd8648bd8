"""The blueprint of the pages for those who moderate and answer for the staff."""

from flask import Blueprint

from lms.i18n.languages import localise

bp = localise(Blueprint("boards_manage", __name__, url_prefix="/<language:language>/manage"))

TEACHING = ("instructor", "staff", "admin")
DECIDING = ("staff", "admin")
