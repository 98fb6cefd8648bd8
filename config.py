"""Settings, read from the environment (IEUM_*). `.env.example` lists them with their meaning."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
DEFAULT_SECRETS = {"", "change-me", "secret", "dev"}
BBB_CHECKSUMS = {"sha1", "sha256", "sha384", "sha512"}


def load(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return the settings; raises RuntimeError when production lacks what keeps it safe."""
    kind = environ.get("IEUM_ENV", "development")
    production = kind == "production"
    instance = Path(environ.get("IEUM_INSTANCE", ROOT / "instance")).resolve()
    instance.mkdir(parents=True, exist_ok=True)
    base_url = environ.get("IEUM_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
    secure = base_url.startswith("https://")
    if production and not secure and environ.get("IEUM_ALLOW_HTTP") != "1":
        raise RuntimeError("IEUM_BASE_URL must start with https:// in production")
    return {
        "ENV_KIND": kind,
        "INSTANCE": instance,
        "SECRET_KEY": _secret_key(environ, instance, production),
        "BASE_URL": base_url,
        "SQLALCHEMY_DATABASE_URI": _database(environ, instance),
        "SQLALCHEMY_ENGINE_OPTIONS": {"pool_size": 20, "max_overflow": 44, "pool_timeout": 3},
        "STORAGE_URL": environ.get("IEUM_STORAGE_URL", str(instance / "files")),
        "STORAGE_OPTIONS": _options(environ, "IEUM_STORAGE_OPTION_"),
        "ACCEL_PREFIX": environ.get("IEUM_ACCEL_PREFIX", "").rstrip("/"),
        "UPLOAD_FOLDER": environ.get("IEUM_UPLOAD_FOLDER", str(instance / "uploads")),
        "UPLOAD_DISK_RESERVE": int(environ.get("IEUM_UPLOAD_DISK_RESERVE", str(1 << 30))),
        "QUEUE_URL": environ.get("IEUM_QUEUE_URL", f"sqlite:///{instance / 'queue.sqlite'}"),
        "RATE_LIMIT_STORAGE": environ.get("IEUM_RATE_LIMIT_STORAGE", "memory://"),
        "TRUSTED_PROXIES": int(environ.get("IEUM_TRUSTED_PROXIES", "0")),
        "DEMO": environ.get("IEUM_DEMO", "0") == "1",
        "SECURITY_CONTACT": environ.get("IEUM_SECURITY_CONTACT", "security@ieum.example"),
        "HELP_EMAIL": environ.get("IEUM_HELP_EMAIL", ""),
        "SERVE_STATIC": environ.get("IEUM_SERVE_STATIC", "1") == "1",
        "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_NAME": "__Host-ieum-form" if secure else "ieum-form",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": "ko",
        "BABEL_DEFAULT_TIMEZONE": "UTC",
        "COMPRESS_MIMETYPES": ["text/html", "text/css", "text/javascript", "text/vtt",
                               "text/csv", "text/calendar", "application/json"],
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_BR_LEVEL": 4,
        "COMPRESS_LEVEL": 5,
        "ARGON2": {"time_cost": 2, "memory_cost": 19 * 1024, "parallelism": 1},
        **_mail(environ, instance, production),
        **_rooms(environ, production),
        "TRANSLATOR_URL": environ.get("IEUM_TRANSLATOR_URL", "").rstrip("/"),
        "TRANSLATOR_KEY": environ.get("IEUM_TRANSLATOR_KEY", ""),
    }  # fmt: skip


def _secret_key(environ: Mapping[str, str], instance: Path, production: bool) -> str:
    key = environ.get("IEUM_SECRET_KEY", "")
    if production:
        if key in DEFAULT_SECRETS or len(key) < 32:
            raise RuntimeError("IEUM_SECRET_KEY must be a random value of 32 characters or more")
        return key
    if key:
        return key
    path = instance / "secret-key"
    if not path.exists():
        try:
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass  # another process of this start made it first
    return path.read_text()


def _database(environ: Mapping[str, str], instance: Path) -> str:
    url = environ.get("IEUM_DATABASE_URL", f"sqlite:///{instance / 'ieum.sqlite'}")
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def _options(environ: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {
        name.removeprefix(prefix).lower(): value
        for name, value in environ.items()
        if name.startswith(prefix)
    }


def _mail(environ: Mapping[str, str], instance: Path, production: bool) -> dict[str, Any]:
    server = environ.get("IEUM_MAIL_SERVER", "")
    if production and not server:
        raise RuntimeError("IEUM_MAIL_SERVER must name the mail server in production")
    return {
        "MAIL_BACKEND": "smtp" if server else "console",
        "MAIL_SERVER": server,
        "MAIL_PORT": int(environ.get("IEUM_MAIL_PORT", "587")),
        "MAIL_USERNAME": environ.get("IEUM_MAIL_USERNAME"),
        "MAIL_PASSWORD": environ.get("IEUM_MAIL_PASSWORD"),
        "MAIL_USE_TLS": environ.get("IEUM_MAIL_STARTTLS", "1") == "1",
        "MAIL_TIMEOUT": 20,
        "MAIL_DEFAULT_SENDER": environ.get("IEUM_MAIL_SENDER", "Ieum <no-reply@ieum.example>"),
        "MAIL_FOLDER": "" if server else str(instance / "mail"),
    }


def _rooms(environ: Mapping[str, str], production: bool) -> dict[str, Any]:
    settings = {
        "BBB_URL": environ.get("IEUM_BBB_URL", "").rstrip("/"),
        "BBB_SECRET": environ.get("IEUM_BBB_SECRET", ""),
        "BBB_CHECKSUM": environ.get("IEUM_BBB_CHECKSUM", "") or "sha256",
        "JITSI_URL": environ.get("IEUM_JITSI_URL", "").rstrip("/"),
        "JITSI_APP_ID": environ.get("IEUM_JITSI_APP_ID", ""),
        "JITSI_SECRET": environ.get("IEUM_JITSI_SECRET", ""),
    }
    if settings["BBB_CHECKSUM"] not in BBB_CHECKSUMS:
        raise RuntimeError("IEUM_BBB_CHECKSUM must be one of " + ", ".join(sorted(BBB_CHECKSUMS)))
    for one, other in (("BBB_URL", "BBB_SECRET"), ("JITSI_APP_ID", "JITSI_SECRET")):
        if bool(settings[one]) != bool(settings[other]):
            raise RuntimeError(f"IEUM_{one} and IEUM_{other} go together: set both or neither")
    for name in ("BBB_URL", "JITSI_URL"):
        if production and settings[name] and not settings[name].startswith("https://"):
            raise RuntimeError(f"IEUM_{name} must start with https:// in production")
    return settings
