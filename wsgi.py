"""The WSGI entry: `flask --app wsgi …`, waitress and gunicorn start here."""

from webapp import create_app

app = create_app()
