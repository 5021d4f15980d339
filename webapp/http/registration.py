"""What every answer needs: errors in words, headers, the contract document."""

from apiflask import APIFlask

from webapp.http.errors import register_errors
from webapp.http.headers import register_headers
from webapp.http.openapi import register_openapi


def register(app: APIFlask) -> None:
    """Answer errors in words, send headers with every answer, complete the contract document."""
    register_errors(app)
    register_headers(app)
    register_openapi(app)
