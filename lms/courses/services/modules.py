"""The modules of a draft: added, changed, moved, taken out."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from lms.core.db import db, lock
from lms.core.errors import Conflict
from lms.core.places import number_in_order
from lms.core.revisions import change_row
from lms.core.text import TextInLanguages
from lms.courses.models import CourseVersion, Module
from lms.courses.queries import modules_of
from lms.courses.services.versions import lock_for_editing

MOST_MODULES = 60


def add_module(version: CourseVersion, title: TextInLanguages) -> Module:
    """Add a module after the last one of a draft. Raises Conflict when there are too many."""
    lock_for_editing(version)
    position = len(modules_of(version.id)) + 1
    if position > MOST_MODULES:
        raise Conflict(_("A course has at most %(most)d modules.", most=MOST_MODULES))
    module = Module(version_id=version.id, position=position, title=title)
    db.session.add(module)
    db.session.flush()
    return module


def change_module(module: Module, content: Mapping[str, Any], *, revision: int) -> bool:
    """Change a module of a draft; False when somebody else was quicker than `revision`.

    What is as it was changes nothing, so sending the same twice is harmless.
    """
    lock_version_of(module)
    lock(module)
    return change_row(module, content, revision=revision)


def move_module(module: Module, position: int) -> None:
    """Put a module of a draft in another place, counted from 1; beyond the last is the last."""
    version = lock_version_of(module)
    others = [each.id for each in modules_of(version.id) if each.id != module.id]
    others.insert(max(0, position - 1), module.id)
    number_in_order(Module, others)


def remove_module(module: Module) -> None:
    """Take an empty module out of a draft. Raises Conflict while it has sessions."""
    version = lock_version_of(module)
    lock(module)
    try:
        with db.session.begin_nested():
            db.session.delete(module)
    except IntegrityError as error:
        raise Conflict(_("Move or remove the sessions of this module first.")) from error
    number_in_order(Module, [each.id for each in modules_of(version.id)])


def lock_version_of(module: Module) -> CourseVersion:
    """Lock the version of a module that is about to change. Raises Conflict unless a draft."""
    return lock_for_editing(db.session.get_one(CourseVersion, module.version_id))
