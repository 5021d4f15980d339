"""What the desk's shell adds to the application: language, and the parts of every page."""

from apiflask import APIFlask

from webapp.desk import page_parts, schema_board
from webapp.desk.language import register_language

# Importing it puts a board on the page "today".
DECLARING = (schema_board,)


def register(app: APIFlask) -> None:
    """Give all templates the language, its dates, and the parts of every page."""
    register_language(app)
    page_parts.register(app)
