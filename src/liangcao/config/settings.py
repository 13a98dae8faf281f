"""Settings, all from the environment. Nothing here decides business."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from liangcao.config import environment
from liangcao.config.secret import secret_key
from liangcao.foundation.database.address import database_from_url

HOME = Path(os.environ.get("LIANGCAO_HOME") or Path.home() / ".liangcao")
PACKAGE = Path(__file__).resolve().parent.parent
DEBUG = environment.is_on("LIANGCAO_DEBUG")
SECRET_KEY = secret_key(HOME)
ALLOWED_HOSTS = environment.listed("LIANGCAO_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = environment.listed("LIANGCAO_ORIGINS")
# Only these may say for whom they speak (X-Forwarded-For, X-Forwarded-Proto): addresses or networks.
TRUSTED_PROXIES = environment.listed("LIANGCAO_PROXIES")
# Said aloud: a demonstration without TLS and with the printed passwords, for people of one office.
IS_LOCAL_DEMO = environment.is_on("LIANGCAO_LOCAL_DEMO")
# Where every address is https, cookies never travel in the clear and browsers are told so.
HAS_TLS = bool(CSRF_TRUSTED_ORIGINS) and all(origin.startswith("https://") for origin in CSRF_TRUSTED_ORIGINS)

DATABASE_URL = os.environ.get("LIANGCAO_DATABASE_URL") or f"sqlite:///{HOME / 'liangcao.sqlite3'}"
DATABASES = {"default": database_from_url(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FILES_FOLDER = HOME / "files"
# Signs the seals of closed days. Never in the database; a place of its own keeps it out of the database's backups too.
SEAL_KEY_FILE = Path(os.environ.get("LIANGCAO_SEAL_KEY") or HOME / "seal-key")
PASS_KEY_FILE = Path(os.environ.get("LIANGCAO_PASS_KEY") or HOME / "pass-key")
# smtp://user:password@host:587 or smtps://host:465; without it mails are written into a folder of this machine.
MAIL_URL = os.environ.get("LIANGCAO_MAIL", "")
MAIL_FROM = os.environ.get("LIANGCAO_MAIL_FROM", "liangcao@localhost")
MAIL_FOLDER = HOME / "mail"
# Where webhooks may go: names, name:port beside 443; and private networks whose addresses these names may have.
WEBHOOK_HOSTS = environment.listed("LIANGCAO_WEBHOOK_HOSTS")
WEBHOOK_NETWORKS = environment.listed("LIANGCAO_WEBHOOK_NETWORKS")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_htmx",
    "ninja",
    "liangcao.foundation.database.apps.DatabaseConfig",
    "liangcao.foundation.identity.apps.IdentityConfig",
    "liangcao.foundation.journal.apps.JournalConfig",
    "liangcao.foundation.files.apps.FilesConfig",
    "liangcao.foundation.jobs.apps.JobsConfig",
    "liangcao.foundation.outbox.apps.OutboxConfig",
    "liangcao.reference.catalog.apps.CatalogConfig",
    "liangcao.reference.parties.apps.PartiesConfig",
    "liangcao.ledger.apps.LedgerConfig",
    "liangcao.operations.supply.apps.SupplyConfig",
    "liangcao.operations.demand.apps.DemandConfig",
    "liangcao.operations.duty.apps.DutyConfig",
    "liangcao.operations.passes.apps.PassesConfig",
    "liangcao.operations.forecast.apps.ForecastConfig",
    "liangcao.operations.stocktaking.apps.StocktakingConfig",
    "liangcao.operations.allocation.apps.AllocationConfig",
    "liangcao.operations.dispatch.apps.DispatchConfig",
    "liangcao.operations.trips.apps.TripsConfig",
    "liangcao.operations.pickup.apps.PickupConfig",
    "liangcao.operations.custody.apps.CustodyConfig",
    "liangcao.operations.recall.apps.RecallConfig",
    "liangcao.oversight.briefing.apps.BriefingConfig",
    "liangcao.oversight.watch.apps.WatchConfig",
    "liangcao.interfaces.intake.apps.IntakeConfig",
    "liangcao.interfaces.channels.apps.ChannelsConfig",
    "liangcao.interfaces.web.apps.WebConfig",
    "liangcao.config.apps.ConfigConfig",
]
AUTH_USER_MODEL = "identity.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]

# Log-in and second factor: allauth's stages and authenticators behind pages of our own. Nobody signs up by himself,
# and nothing goes by e-mail.
ACCOUNT_ADAPTER = "liangcao.interfaces.web.entrance.adapters.EntranceAdapter"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False  # They count in one process; axes counts in the database.
MFA_ADAPTER = "liangcao.interfaces.web.entrance.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "粮草"
MFA_TOTP_TOLERANCE = 1

# Lockout: five failures for a name in 15 minutes, and a limit for an address that tries many names.
AXES_HANDLER = "liangcao.foundation.identity.lockout.LockoutHandler"
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# What was typed as a name may be a password: it stands in no log either.
AXES_SENSITIVE_PARAMETERS = ["username", "code", "csrfmiddlewaretoken", "client_id"]
AXES_CLIENT_IP_CALLABLE = "liangcao.foundation.identity.lockout.client_address"
FAILURES_PER_ADDRESS = environment.whole_number("LIANGCAO_FAILURES_PER_ADDRESS", 50)

# A session ends after this long without an act, and after this long in any case. A grave act wants a proof this young.
SESSION_IDLE_SECONDS = environment.whole_number("LIANGCAO_SESSION_IDLE_MINUTES", 120) * 60
SESSION_COOKIE_AGE = environment.whole_number("LIANGCAO_SESSION_HOURS", 24) * 3600
REAUTHENTICATION_SECONDS = environment.whole_number("LIANGCAO_PROOF_MINUTES", 15) * 60

MIDDLEWARE = [
    "liangcao.config.gate.GateMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "liangcao.interfaces.web.journalling.JournalMiddleware",
    "liangcao.interfaces.web.middleware.LanguageMiddleware",
    "liangcao.config.faults.FaultMiddleware",
    "liangcao.config.sizes.SizeMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "liangcao.interfaces.web.entrance.sessions.SessionLimitMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "liangcao.config.rates.RateMiddleware",
    "liangcao.interfaces.web.middleware.ActorMiddleware",
    "liangcao.interfaces.web.middleware.RefusalMiddleware",
    "liangcao.interfaces.web.entrance.second_factor.SecondFactorMiddleware",
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

# A demo on this machine speaks plain HTTP. The name __Host- makes browsers refuse a cookie that is not Secure, comes
# from another host or is meant for one path.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HAS_TLS
SESSION_COOKIE_NAME = "__Host-session" if HAS_TLS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrf" if HAS_TLS else "csrftoken"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "liangcao.interfaces.web.refusals.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HAS_TLS
# Whoever watches the server asks on this machine, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = environment.whole_number("LIANGCAO_HSTS_SECONDS", 31_536_000) if HAS_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HAS_TLS
X_FRAME_OPTIONS = "DENY"
# A form or a call, and a request with files. docs/how-to/deploy.md names the same figures for the proxy.
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
UPLOAD_MOST = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
RATE_LIMITS = environment.rates("LIANGCAO_RATES").limits
RATE_FILE = HOME / "rates"
# W021: the preload list is for domains as a whole; a bureau is one host of its city's domain and must not enter it.
# axes.W002, W006: addresses are limited by our handler; our log-in page answers the lock, not a middleware.
SILENCED_SYSTEM_CHECKS = ["security.W021", "axes.W002", "axes.W006"]

LOG_FORMAT = "json" if os.environ.get("LIANGCAO_LOG") == "json" else "text"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"()": "liangcao.config.logs.TextLines"},
        "json": {"()": "liangcao.config.logs.JsonLines"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}

# What the journal notes of the environment at a start: what is in force, and of secrets a mark that shows a change.
JOURNALLED = {
    "debug": DEBUG,
    "hosts": ",".join(ALLOWED_HOSTS),
    "origins": ",".join(CSRF_TRUSTED_ORIGINS),
    "proxies": ",".join(TRUSTED_PROXIES),
    "local_demo": IS_LOCAL_DEMO,
    "home": str(HOME),
    "database": environment.without_secrets(DATABASE_URL),
    "mail": environment.without_secrets(MAIL_URL),
    "mail_from": MAIL_FROM,
    "webhook_hosts": ",".join(WEBHOOK_HOSTS),
    "webhook_networks": ",".join(WEBHOOK_NETWORKS),
    "failures_per_address": FAILURES_PER_ADDRESS,
    "session_idle_minutes": SESSION_IDLE_SECONDS // 60,
    "session_hours": SESSION_COOKIE_AGE // 3600,
    "proof_minutes": REAUTHENTICATION_SECONDS // 60,
    "hsts_seconds": SECURE_HSTS_SECONDS,
    "rates": ",".join(f"{kind}={most}/{seconds:.0f}" for kind, (most, seconds) in sorted(RATE_LIMITS.items())) or "off",
    "log": LOG_FORMAT,
}
JOURNALLED_SECRETS = {"secret_key": SECRET_KEY, "database_secret": DATABASE_URL, "mail_secret": MAIL_URL}
