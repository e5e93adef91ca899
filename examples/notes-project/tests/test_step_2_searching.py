"""Step 2: a search for words, in an index that SQLite keeps."""

import re

import pytest


def found(visitor, words: str) -> list[str]:
    """The titles on the page of results, in order."""
    page = visitor.get("/search", query_string={"q": words})
    assert page.status_code == 200
    return re.findall(r'<h2><a href="/notes/\d+">([^<]+)</a></h2>', page.text)


def test_words_are_found_in_any_order(ada) -> None:
    ada.write("Tea", "Green tea wants water of eighty degrees.")
    ada.write("Garden", "Water the tomatoes.")
    assert sorted(found(ada, "water")) == ["Garden", "Tea"]
    assert found(ada, "degrees water") == ["Tea"]
    assert found(ada, "tomato") == ["Garden"]
    assert found(ada, "matoes") == []


def test_where_a_word_is_met_more_often_comes_first(ada) -> None:
    ada.write("Long", "tea " + "and other things " * 50)
    ada.write("Short", "tea, tea, tea")
    assert found(ada, "tea") == ["Short", "Long"]


def test_only_ones_own_notes_are_found(ada, ben) -> None:
    ada.write("Tea")
    assert found(ben, "tea") == []
    assert ada.client.application.test_client().get("/search?q=tea").status_code == 303


def test_the_index_follows_every_change(ada) -> None:
    place = ada.write("Tea", "green")
    ada.post(f"{place}/edit", title="Tea", body="black")
    assert (found(ada, "green"), found(ada, "black")) == ([], ["Tea"])
    ada.post(f"{place}/delete")
    assert found(ada, "black") == []


@pytest.mark.parametrize("words", ['"', "tea*", "NOT", "title:", "(", "a AND", "", "ü"])
def test_no_input_is_a_query_language(ada, words: str) -> None:
    ada.write("Something", "else")
    assert found(ada, words) == []
