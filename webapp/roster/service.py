"""The use cases of the roster that others call: loading the city, and the workbook's way in."""

from webapp.roster.areas import gazetteer, load_city

__all__ = ["gazetteer", "load_city"]
