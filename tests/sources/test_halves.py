"""Where one language ends and the other begins in a file that holds both."""

from __future__ import annotations

from generator.sources import read


def test_both_languages_in_one_file_without_a_rule_between_them() -> None:
    english = "# Do It\n\n## HTTP Request\n\nGET `/a`\n\n## Response Example\n\n    {}\n\n## Notes\n\nNothing.\n"
    chinese = "# 做事\n\n# 做事情\n\n# Do It Too\n\n## HTTP请求\n\nGET `/a`\n\n## 响应示例\n\n    {}\n"
    for text in (f"{english}\n{chinese}", f"{chinese}\n{english}"):
        halves = {half.language: [each.value for each in half.titles] for half in read("page", text.encode()).halves}
        assert halves == {"en": ["Do It"], "zh-CN": ["做事", "做事情", "Do It Too"]}


def test_a_second_title_after_the_answer_begins_the_other_half_also_where_it_is_cut_off() -> None:
    page = read(
        "page", "# Do It\n\n## HTTP Request\n\nGET `/a`\n\n## Response\n\n    {}\n\n# 做事\n\n## 接口描述\n".encode()
    )
    assert [(half.language, len(half.endpoints)) for half in page.halves] == [("en", 1), ("zh-CN", 0)]
