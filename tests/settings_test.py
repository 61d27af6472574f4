"""The product's settings, made quick and private for tests. SQLite unless DATABASE_URL names a PostgreSQL
(`./run test pg` starts a private one)."""

import atexit
import os
import shutil
import tempfile

# Before the product's settings are read: a folder per process, so that parallel workers and two runs never meet.
_folder = tempfile.mkdtemp(prefix="hs-test-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["HUISHENG_DATA"] = _folder
os.environ["HUISHENG_SECRET_KEY"] = "only for tests"
os.environ["HUISHENG_FIELD_KEY"] = "b25seSBmb3IgdGVzdHM6IDMyIGJ5dGVzLCBhIGtleSE="
# The synchronous playwright runs an event loop in the test's own thread; Django would refuse its queries there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from huisheng.settings import *  # noqa: E402,F403
from huisheng.settings import DATA, DATABASES, STORAGES  # noqa: E402

_database = DATABASES["default"]
if "sqlite" in _database["ENGINE"]:
    # a file, not memory: WAL and the live server's threads behave as in production
    _database["TEST"] = {"NAME": str(DATA / "test.sqlite3")}
    _options = _database["OPTIONS"]
    _options["init_command"] = _options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
_database["CONN_MAX_AGE"] = 0

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
