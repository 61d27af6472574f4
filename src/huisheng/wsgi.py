"""The door the web server knocks at."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huisheng.settings")
application = get_wsgi_application()
# Every page's code, read once before the workers fork: the first visitor does not wait and the memory is shared.
_ = get_resolver().url_patterns
