"""One settings file. The environment speaks first: HUISHENG_DATA, DATABASE_URL, HUISHENG_HOSTS, HUISHENG_HTTPS,
and for messages that leave the house HUISHENG_URL, HUISHENG_SMTP, HUISHENG_WECOM_…, HUISHENG_SMS_….

SQLite by default, PostgreSQL by one setting. No host name, key or password stands in this file: the secret key is
made on first start and lies in the data folder.
"""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

BASE = Path(__file__).resolve().parent
ROOT = BASE.parent.parent


def _data_dir() -> Path:
    folder = Path(os.environ.get("HUISHENG_DATA") or ROOT / "var").expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _key(file: Path, fresh: Callable[[], str]) -> str:
    """A key in a file of its own; 0600, made once. Part of the backup's keys."""
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(fresh())
    return file.read_text().strip()


def _database(url: str, folder: Path) -> dict:
    """DATABASE_URL, or SQLite in the data folder. ``postgresql://user:pw@host:port/name?option=value``."""
    if not url or url.startswith("sqlite"):
        name = url.partition("///")[2] or str(folder / "huisheng.sqlite3")
        return {
            "ENGINE": "huisheng.kernel.sqlite",
            "NAME": name,
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "timeout": 20,
                # a step reads before it writes: without IMMEDIATE two of them deadlock and one gets "locked"
                "transaction_mode": "IMMEDIATE",
                # FULL: what was acknowledged survives a power cut (NORMAL does not promise that)
                "init_command": (
                    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
                    "PRAGMA temp_store=MEMORY;PRAGMA mmap_size=134217728;"
                    "PRAGMA journal_size_limit=27103364;PRAGMA cache_size=-20000;"
                ),
            },
        }
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


DATA = _data_dir()
SECRET_KEY = os.environ.get("HUISHENG_SECRET_KEY") or _key(
    DATA / "secret.key", lambda: secrets.token_urlsafe(64)
)
# seals the contacts that members of the public leave (kernel/sealing.py)
FIELD_KEY = os.environ.get("HUISHENG_FIELD_KEY") or _key(
    DATA / "field.key", lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
)
DEBUG = os.environ.get("HUISHENG_DEBUG") == "1"
HTTPS = os.environ.get("HUISHENG_HTTPS") == "1"
ALLOWED_HOSTS = os.environ.get("HUISHENG_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if HTTPS and host != "*"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_tasks",
    "django_tasks_db",
    "huisheng.kernel",
    "huisheng.ui",
    "huisheng.search",
    "huisheng.people",
    "huisheng.gatherings",
    "huisheng.archive",
    "huisheng.opinions",
    "huisheng.proposals",
    "huisheng.outputs",
    "huisheng.bulletins",
    "huisheng.consultations",
    "huisheng.supervision",
    "huisheng.duty",
    "huisheng.reports",
    "huisheng.desk",
    "huisheng.portal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # above PlainErrors: its pages, too, tell the browser what it may not do
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    # above everything that looks at a cookie: on the public pages there are none
    "huisheng.portal.middleware.PublicDoor",
    "huisheng.ui.middleware.PlainErrors",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "huisheng.people.middleware.SessionLimits",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "huisheng.urls"
WSGI_APPLICATION = "huisheng.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "ui" / "templates", BASE / "people" / "templates"],  # before allauth's own pages
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "huisheng.ui.context.shell",
            ],
        },
    }
]
# -- what comes in by itself (opinions/gates.py); empty: that gate is shut; 企业微信 is a way out too ----------------
INTAKE_MAIL = {
    "host": os.environ.get("HUISHENG_IMAP_HOST", ""),
    "user": os.environ.get("HUISHENG_IMAP_USER", ""),
    "password": os.environ.get("HUISHENG_IMAP_PASSWORD", ""),
    "port": int(os.environ.get("HUISHENG_IMAP_PORT", "993")),
    "folder": os.environ.get("HUISHENG_IMAP_FOLDER", "INBOX"),
    "has_tls": os.environ.get("HUISHENG_IMAP_TLS", "1") == "1",
}
WECOM = {
    "corp_id": os.environ.get("HUISHENG_WECOM_CORP", ""),
    "secret": os.environ.get("HUISHENG_WECOM_SECRET", ""),
    "agent_id": os.environ.get("HUISHENG_WECOM_AGENT", "0"),
    "token": os.environ.get("HUISHENG_WECOM_TOKEN", ""),
    "aes_key": os.environ.get("HUISHENG_WECOM_AES_KEY", ""),
    "url": os.environ.get("HUISHENG_WECOM_URL", "https://qyapi.weixin.qq.com"),
    "proxy": os.environ.get("HUISHENG_WECOM_PROXY", ""),
}
FORM_RENDERER = "huisheng.ui.forms.Renderer"

DATABASES = {"default": _database(os.environ.get("DATABASE_URL", ""), DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- who comes in ------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "huisheng.people.signin.Adapter"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_RATE_LIMITS = False  # axes counts failures in the database, for all workers alike
ACCOUNT_SESSION_REMEMBER = True  # how long is said by the posts held (people.signin)
ACCOUNT_FORMS = {
    "login": "huisheng.people.forms.LoginForm",
    "change_password": "huisheng.people.forms.ChangePasswordForm",
    "reauthenticate": "huisheng.people.forms.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": "huisheng.people.forms.AuthenticateForm",
    "reauthenticate": "huisheng.people.forms.MfaReauthenticateForm",
    "activate_totp": "huisheng.people.forms.ActivateTOTPForm",
    "add_webauthn": "huisheng.people.forms.AddWebAuthnForm",
    "edit_webauthn": "huisheng.people.forms.EditWebAuthnForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "回声"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
# a failure counts against (account, source): a stranger elsewhere cannot lock a member out
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "huisheng.people.signin.locked_out"
AXES_USERNAME_CALLABLE = "huisheng.people.signin.username_of"
AXES_VERBOSE = False

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-huisheng" if HTTPS else "huisheng"
CSRF_COOKIE_NAME = "__Host-huisheng-csrf" if HTTPS else "huisheng-csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "huisheng.ui.errors.csrf_failure"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# -- language, time, files ---------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
DATE_FORMAT = "Y年n月j日"
DATETIME_FORMAT = "Y年n月j日 H:i"

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
FILES_ROOT = DATA / "files"
# empty: that folder; else any S3-compatible store: s3://key:secret@host:port/bucket/prefix?tls=0&region=…
FILES = os.environ.get("HUISHENG_FILES", "")
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
DATA_UPLOAD_MAX_NUMBER_FILES = 500  # photographs chosen one by one; more come as a .zip
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# -- messages that leave the house: a way whose address is not set is not there ------------------------------------
# the address of this house as people type it; the links in messages begin with it
SITE_URL = os.environ.get("HUISHENG_URL", "").rstrip("/")
# smtp://user:password@host:587 (with STARTTLS) or smtps://user:password@host:465; HUISHENG_MAIL_FROM: 显示的发件人
_SMTP = urlsplit(os.environ.get("HUISHENG_SMTP", ""))
EMAIL_HOST = _SMTP.hostname or ""
EMAIL_PORT = _SMTP.port or (465 if _SMTP.scheme == "smtps" else 587)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_SMTP.username or ""), unquote(_SMTP.password or "")
EMAIL_USE_SSL = _SMTP.scheme == "smtps"
EMAIL_USE_TLS = _SMTP.scheme == "smtp" and EMAIL_PORT != 25
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("HUISHENG_MAIL_FROM", "") or EMAIL_HOST_USER
# a gateway that takes POST {"id", "to", "text"} with a bearer token and answers {"id": …}
SMS = {"url": os.environ.get("HUISHENG_SMS_URL", ""), "token": os.environ.get("HUISHENG_SMS_TOKEN", "")}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django.security.DisallowedHost": {"level": "CRITICAL"}, "axes": {"level": "ERROR"}},
}
