"""The use cases of the roster that others call: loading the city, and the workbook's way in."""

from webapp.roster.areas import gazetteer, load_city, load_city_if_empty

__all__ = ["gazetteer", "load_city", "load_city_if_empty"]
