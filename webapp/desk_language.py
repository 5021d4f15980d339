"""The desk's language switch and how dates and numbers read on its pages."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import get_locale

from webapp.config import settings

WEEKDAYS_ZH = "一二三四五六日"


def moment(value: datetime | None) -> str:
    """Return an instant as people read it: 1月12日 周二 09:12, never ISO (look.md)."""
    if value is None:
        return ""
    local = value.astimezone(ZoneInfo(settings().time_zone))
    return f"{day(local.date())} {local:%H:%M}"


def day(value: date | None) -> str:
    """Return a date as people read it; the year only when it is not the present one."""
    if value is None:
        return ""
    this_year = value.year == datetime.now(ZoneInfo(settings().time_zone)).year
    if str(get_locale()).startswith("zh"):
        year = "" if this_year else f"{value.year}年"
        return f"{year}{value.month}月{value.day}日 周{WEEKDAYS_ZH[value.weekday()]}"
    return f"{value:%a} {value.day} {value:%b}" + ("" if this_year else f" {value.year}")


def metres(value: float | None) -> str:
    """Return a distance in whole metres, or kilometres from 1,000 m."""
    if value is None:
        return ""
    return f"{value / 1000:.1f} km" if value >= 1000 else f"{value:.0f} m"


def register_language(app: Flask) -> None:
    """Give the templates the filters above and the page's language tag."""
    app.jinja_env.filters.update(moment=moment, day=day, metres=metres)

    @app.context_processor
    def language() -> dict[str, object]:
        tag = "zh-Hans" if str(get_locale()).startswith("zh") else "en"
        return {"language": tag}
