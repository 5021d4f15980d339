"""The desk's language switch and how dates and numbers read on its pages."""

from datetime import date, datetime

from flask import Flask
from flask_babel import get_locale

from webapp import calendar

WEEKDAYS_ZH = "一二三四五六日"


def moment(value: datetime | None) -> str:
    """Return an instant as people read it: 1月12日 周二 09:12, never ISO (look §Type)."""
    if value is None:
        return ""
    at = calendar.local(value)
    return f"{day(at.date())} {at:%H:%M}"


def day(value: date | None) -> str:
    """Return a date as people read it; the year only when it is not the present one."""
    if value is None:
        return ""
    this_year = value.year == calendar.today().year
    return _day(value, with_year=not this_year)


def _day(value: date, *, with_year: bool) -> str:
    if _is_chinese():
        year = f"{value.year}年" if with_year else ""
        return f"{year}{value.month}月{value.day}日 周{WEEKDAYS_ZH[value.weekday()]}"
    return f"{value:%a} {value.day} {value:%b}" + (f" {value.year}" if with_year else "")


def _is_chinese() -> bool:
    return str(get_locale()).startswith("zh")


def said_day(value: object) -> str:
    """Return what a worker filled in, its date as people read it and always with the year."""
    try:
        return _day(date.fromisoformat(str(value)), with_year=True)
    except ValueError:
        return str(value)


def metres(value: float | None) -> str:
    """Return a distance in whole metres, or kilometres from 1,000 m."""
    if value is None:
        return ""
    near, far = ("米", "公里") if _is_chinese() else ("m", "km")
    return f"{value / 1000:.1f} {far}" if value >= 1000 else f"{value:.0f} {near}"


def register_language(app: Flask) -> None:
    """Give the templates the filters above and the page's language tag."""
    app.jinja_env.filters.update(moment=moment, day=day, metres=metres, said_day=said_day)

    @app.context_processor
    def language() -> dict[str, object]:
        tag = "zh-Hans" if _is_chinese() else "en"
        return {"language": tag}
