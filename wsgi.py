"""For WSGI servers: `waitress-serve wsgi:app`. `naungan run` starts server and scheduler together."""

import os

from app import create_app
from app.logs import configure_logging
from config import load_config

settings = load_config(os.environ)
configure_logging(settings.log_level, settings.log_file)
app = create_app(settings)
