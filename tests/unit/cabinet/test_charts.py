"""Charts: right lengths, whole tables, nothing of what comes from outside as markup."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

import tests.support.databases  # noqa: F401 - starts Django
from mezhved.cabinet.charts import Bar, Series, bars, lines, stacked
from mezhved.cabinet.charts.scales import figure, ticks

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '"><script>alert(1)</script><a href=\'javascript:x\' onload=x style="x">\u202e\x00&'
STATES = [Series("Отвечено", 0), Series("Отказано", 1), Series("Ошибки", 2)]
WEEK = [Bar(f"{day:02}.11", [day, 10 - day, 0]) for day in range(1, 8)]


def drawn(chart: str) -> etree._Element:
    """The drawing as XML: well-formed, or the test ends here."""
    return etree.fromstring(re.search(r"<svg class=\"chart\".*?</svg>", chart, re.DOTALL)[0])  # type: ignore[index]


def test_lengths_of_bars_are_to_each_other_as_the_figures() -> None:
    svg = drawn(bars("Запросы по видам", [Bar("А", [100]), Bar("Б", [50]), Bar("В", [0])]))
    widths = [
        float(each.get("width", "")) for each in svg.iter(f"{SVG}rect") if each.get("class") == "fill-0"
    ]
    assert len(widths) == 2
    assert abs(widths[0] / widths[1] - 2) < 0.01
    assert max(widths) <= 720


def test_parts_of_a_stacked_bar_follow_each_other() -> None:
    svg = drawn(stacked("Итоги", STATES, [Bar("А", [3, 2, 1])]))
    boxes = [each for each in svg.iter(f"{SVG}rect") if each.find(f"{SVG}title") is not None]
    ends = [float(each.get("x", "")) + float(each.get("width", "")) for each in boxes]
    begins = [float(each.get("x", "")) for each in boxes]
    assert [round(end - begin, 0) for end, begin in zip(ends[:-1], begins[1:], strict=True)] == [0, 0]
    assert {each.get("fill", "")[:4] for each in boxes} == {"", "url("}  # the parts differ by pattern too


def test_a_line_has_a_point_for_every_day_and_rises_with_the_figure() -> None:
    svg = drawn(lines("По дням", STATES[:2], WEEK))
    first, second = [each.get("points", "").split() for each in svg.iter(f"{SVG}polyline")]
    assert len(first) == len(second) == 7
    heights = [float(each.split(",")[1]) for each in first]
    assert heights == sorted(heights, reverse=True)


def test_a_chart_is_read_out_and_has_its_figures_under_it() -> None:
    chart = lines("По дням", STATES, WEEK)
    svg = drawn(chart)
    named = {each.get("id"): each.text for each in svg if each.get("id")}
    assert svg.get("role") == "img"
    assert next(named[each] for each in svg.get("aria-labelledby", "").split()) == "По дням"
    table = html.fromstring(chart).find(".//table")
    assert table is not None
    rows = [["".join(map(str, cell.itertext())) for cell in row] for row in table.iter("tr")]
    assert rows[0] == ["Что", "Отвечено", "Отказано", "Ошибки"]
    assert rows[1:] == [[f"{day:02}.11", str(day), str(10 - day), "0"] for day in range(1, 8)]
    assert all(each.get("scope") for each in table.iter("th"))


def test_nothing_is_drawn_of_nothing_and_it_is_said() -> None:
    assert "<svg" not in bars("Пусто", [])
    assert "ничего нет" in lines("Пусто", STATES, [])
    assert "<svg" in bars("Нули", [Bar("А", [0])])


def test_many_rows_are_all_in_the_table() -> None:
    chart = bars("Виды", [Bar(f"VS{number:05}", [number + 1]) for number in range(200)])
    assert "VS00199" in chart
    assert "VS00199" not in etree.tostring(drawn(chart), encoding="unicode")
    assert "первые 30" in chart


def test_hostile_names_stay_text() -> None:
    hostile = [Bar(HOSTILE, [1, 2], "/incoming/?a=1&b=\"'>")]
    series = [Series(HOSTILE, 0), Series(HOSTILE, 1)]
    for chart in (bars(HOSTILE, hostile), stacked(HOSTILE, series, hostile), lines(HOSTILE, series, hostile)):
        drawn(chart)
        page = html.fromstring(chart)
        assert not list(page.iter("script"))
        attributes = {str(name) for each in page.iter("*") for name in each.attrib}
        assert not {each for each in attributes if each.startswith("on") or each == "style"}
        assert {each.get("href") for each in page.iter("a")} <= {"/incoming/?a=1&b=\"'>"}


@given(name=st.text(), value=st.floats(min_value=0, max_value=1e12))
def test_any_name_and_figure_make_a_chart(name: str, value: float) -> None:
    drawn(bars(name, [Bar(name, [value])], of=name))
    drawn(lines(name, [Series(name)], [Bar(name, [value]), Bar(name, [0])]))


@given(st.floats(min_value=0, max_value=1e15))
def test_an_axis_reaches_the_greatest_figure_in_few_steps(greatest: float) -> None:
    axis = ticks(greatest)
    assert axis[0] == 0
    assert axis[-1] >= greatest * (1 - 1e-6)
    assert 2 <= len(axis) <= 7


def test_figures_are_written_as_people_read_them() -> None:
    assert [figure(each) for each in (0, 1234567, 2.5, 1.01)] == ["0", "1\u202f234\u202f567", "2,5", "1"]
