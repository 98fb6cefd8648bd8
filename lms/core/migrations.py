"""Alembic on the application's own database; revisions live in `migrations/versions`."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


def config_for(engine: Engine) -> Config:
    """Return the Alembic configuration bound to an engine."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database up to a revision; a no-op when it is there."""
    command.upgrade(config_for(engine), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database down to a revision."""
    command.downgrade(config_for(engine), revision)
