"""The blueprint of the pages for those who plan and hold sittings."""

from flask import Blueprint

from lms.i18n.languages import localise

bp = localise(Blueprint("seminars_manage", __name__, url_prefix="/<language:language>/manage"))

TEACHING = ("instructor", "staff", "admin")
DECIDING = ("staff", "admin")
