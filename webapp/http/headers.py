"""The security headers of every answer, and the one Content-Security-Policy."""

from flask import Flask, Response, request

from webapp.config import settings

TILE_HOSTS = {
    "none": (),
    "tianditu": ("https://*.tianditu.gov.cn",),
    "amap": ("https://*.is.autonavi.com",),
    "osm": ("https://tile.openstreetmap.org",),
}


def content_security_policy(tile_source: str) -> str:
    """Return the policy: our own scripts and styles only, pictures also from the tile source."""
    images = " ".join(("'self'", "blob:", "data:", *TILE_HOSTS.get(tile_source, ())))
    return (
        "default-src 'self'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        f"img-src {images}; media-src 'self' blob:; worker-src 'self'; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def register_headers(app: Flask) -> None:
    """Send the headers with every answer; a route may set a stricter policy itself."""

    @app.after_request
    def add_headers(answer: Response) -> Response:
        policy = content_security_policy(settings().tile_source)
        answer.headers.setdefault("Content-Security-Policy", policy)
        answer.headers.setdefault("X-Content-Type-Options", "nosniff")
        answer.headers.setdefault("Referrer-Policy", "same-origin")
        answer.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        answer.headers.setdefault(
            "Permissions-Policy", "camera=(self), microphone=(self), geolocation=(self)"
        )
        if not request.path.startswith(("/static/", "/app/")):
            answer.headers.setdefault("Cache-Control", "no-store")
        return answer
