"""What a page states in a way that is not understood is kept as a sentence with its line, and never guessed or dropped."""

from __future__ import annotations

import pytest

from generator.sources import Located

from .reading import REQUEST, read_one, values_of


def weights_below(heading: str, text: str) -> tuple[list[int], list[Located[str]]]:
    version = read_one(f"{REQUEST}\n## {heading}\n\n{text}\n")
    return [weight.weight for weight in values_of(version.weights)], list(version.unread_weights)


@pytest.mark.parametrize(
    ("text", "weights", "unread"),
    [
        # Numbers in bold are weights, wherever they stand, and however near to a word or another number.
        ("**2** with a coin, without a coin**7**", [2, 7], []),
        ("**2** with a coin**7**without", [2, 7], []),
        ("**2****7**", [2, 7], []),
        ("Depth 5, 10 or 20: **1**", [1], ["Depth 5, 10 or 20: 1"]),
        ("limit 1-100 **5**", [5], []),
        # One that is not, beside one that is.
        ("2 with a coin and otherwise 7", [2], ["2 with a coin and otherwise 7"]),
        ("**2** with a coin and otherwise 7", [2], ["2 with a coin and otherwise 7"]),
        ("2(IP) with a coin and otherwise 7", [2], ["2(IP) with a coin and otherwise 7"]),
        # Volumes and limits.
        ("5 for a limit of 100", [5], []),
        ("limit 1-100 costs 5", [5], []),
        ("limit 1 to 100 costs 5", [5], []),
        ("limit=100: 5", [5], []),
        ("2 per 100 symbols", [2], []),
        ("40 for more than 20 symbols", [40], []),
        ("limit 为 1 至 100 时 5", [5], []),
        ("最多 20 个交易对 2", [2], []),
        ("up to 100 records", [], ["up to 100 records"]),
        ("5, 10, 20: 1; 50: 2", [], ["5, 10, 20: 1", "50: 2"]),
        ("5/10/20/50/100", [], ["5/10/20/50/100"]),
        ("10, 20", [], ["10, 20"]),
        ("one costs 5 two cost 10", [], ["one costs 5 two cost 10"]),
        # A label behind which nothing is understood.
        ("**20** Request limit: 500 of them", [20], ["20 Request limit: 500 of them"]),
        # Other forms than messages.
        ("    20", [20], []),
        ("| Limit | Cost |\n| --- | --- |\n| 100 | 5 |", [], ["100 | 5"]),
        ("| 100 | 5 |\n| --- | --- |\n| 500 | 10 |", [], ["100 | 5", "500 | 10"]),
        ("| Limit | Weight |\n| --- | --- |\n| 100 | 5, 10 |", [], ["100 | 5, 10"]),
    ],
)
def test_each_number_of_a_weight_section_is_a_weight_or_explained_or_kept_with_its_sentence(
    text: str, weights: list[int], unread: list[str]
) -> None:
    found, sentences = weights_below("Request Weight(IP)", text)
    assert (found, values_of(sentences)) == (weights, unread)


def test_a_sentence_on_weights_that_is_not_understood_has_its_line() -> None:
    assert weights_below("Weight", "1\n\nsize 5/10")[1] == [Located("size 5/10", 11)]
