"""Settings, all from the environment. Nothing here decides business."""

from __future__ import annotations

import os
from pathlib import Path

from liangcao.config.secret import secret_key
from liangcao.foundation.database.address import database_from_url

HOME = Path(os.environ.get("LIANGCAO_HOME") or Path.home() / ".liangcao")
PACKAGE = Path(__file__).resolve().parent.parent
DEBUG = os.environ.get("LIANGCAO_DEBUG") == "1"
SECRET_KEY = secret_key(HOME)
ALLOWED_HOSTS = os.environ.get("LIANGCAO_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("LIANGCAO_ORIGINS", "").split(",") if o]

DATABASES = {
    "default": database_from_url(os.environ.get("LIANGCAO_DATABASE_URL") or f"sqlite:///{HOME / 'liangcao.sqlite3'}")
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FILES_FOLDER = HOME / "files"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "ninja",
    "liangcao.foundation.database.apps.DatabaseConfig",
    "liangcao.foundation.identity.apps.IdentityConfig",
    "liangcao.foundation.journal.apps.JournalConfig",
    "liangcao.foundation.files.apps.FilesConfig",
    "liangcao.reference.catalog.apps.CatalogConfig",
    "liangcao.reference.parties.apps.PartiesConfig",
    "liangcao.ledger.apps.LedgerConfig",
    "liangcao.operations.supply.apps.SupplyConfig",
    "liangcao.operations.demand.apps.DemandConfig",
    "liangcao.operations.allocation.apps.AllocationConfig",
    "liangcao.operations.dispatch.apps.DispatchConfig",
    "liangcao.foundation.jobs.apps.JobsConfig",
    "liangcao.foundation.outbox.apps.OutboxConfig",
    "liangcao.oversight.briefing.apps.BriefingConfig",
    "liangcao.interfaces.web.apps.WebConfig",
]
AUTH_USER_MODEL = "identity.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "liangcao.interfaces.web.middleware.RequestIdMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "liangcao.interfaces.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "liangcao.interfaces.web.middleware.ActorMiddleware",
    "liangcao.interfaces.web.middleware.RefusalMiddleware",
    "liangcao.interfaces.web.middleware.PlainTextMiddleware",
]
ROOT_URLCONF = "liangcao.config.urls"
WSGI_APPLICATION = "liangcao.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "interfaces" / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "liangcao.interfaces.web.context.desk",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "liangcao.interfaces.web.templatetags.words",
            ],
        },
    }
]

# The source strings are Chinese: a missing translation can never put English on a Chinese page.
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# Over TLS the cookies never travel in the clear; a demo on this machine speaks plain HTTP.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = any(origin.startswith("https:") for origin in CSRF_TRUSTED_ORIGINS)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "liangcao.interfaces.web.refusals.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
