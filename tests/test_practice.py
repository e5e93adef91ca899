"""Exercises, predictions and pitfalls: what is in the book, and whether it is right."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from literate.config import load_config
from literate.examples import ABILITIES
from literate.examples import Example
from literate.examples import read_examples
from literate.failures import Failure
from literate.replay import Replay
from literate.scan import scan
from literate.scan import split_lines
from literate.subject import Subject
from practice.boxes import Box
from practice.boxes import read_boxes
from practice.glossary import read_glossary
from practice.outputs import split

PROJECT = Path(__file__).parents[1]
BOOK = PROJECT / "book"
CHAPTERS = sorted((BOOK / "chapters").glob("*.md"))
HOUR = BOOK / "hour.md"
NAIVE = Path(__file__).with_name("naive_answers.md")
HEADING = re.compile(r"^(##|###) (.+)$", re.M)


@cache
def boxes_of(path: Path) -> list[Box]:
    return list(read_boxes(split_lines(path.read_text("utf-8"))))


@cache
def subject() -> Subject:
    return Subject(load_config(str(PROJECT)))


def boxes(name: str) -> list[tuple[Path, Box]]:
    """All boxes of a kind in the first hour and in the chapters."""
    return [
        (path, box)
        for path in [HOUR, *CHAPTERS]
        for box in boxes_of(path)
        if box.name == name
    ]


def named(found: list[tuple[Path, Box]]) -> list[str]:
    return [f"{path.stem}:{box.first}" for path, box in found]


class Check(NamedTuple):
    """A check, with what is run before it.

    :param taught: the examples that a reader of the exercise has seen, but for the
        solutions of other exercises.
    :param solution: those of its solution.
    :param check: those of the check.
    """

    path: Path
    taught: list[Example]
    solution: list[Example]
    check: list[Example]

    def failures(self, answer: list[Example]) -> tuple[list[str], list[str]]:
        """What fails in the check, and what before it, with an answer."""
        examples = [*self.taught, *answer, *self.check]
        replay = Replay(examples, str(self.path), subject().lines)
        for example in self.check:
            if example.missing:
                pytest.skip(f"the check needs {', '.join(example.missing)}")
        try:
            failed: list[Failure] = []
            earlier: list[Failure] = []
            for example in self.check:
                found, earlier = replay.run(example)
                failed += found
            return [str(each) for each in failed], [
                str(each) for each in earlier if each not in failed
            ]
        finally:
            replay.close()


def check_of(path: Path, box: Box) -> Check:
    found = boxes_of(path)
    (solution,) = [
        each for each in found if each.name == "solution" and each.holds(box.first)
    ]
    others = [each for each in found if each.name == "solution" and each != solution]
    check = Check(path, [], [], [])
    fences = scan(path.read_text("utf-8"), path.relative_to(PROJECT).as_posix()).fences
    for example in read_examples(fences):
        line = example.fence.line
        if box.holds(line):
            check.check.append(example)
        elif solution.holds(line):
            check.solution.append(example)
        elif line < solution.first and not any(each.holds(line) for each in others):
            check.taught.append(example)
    # What the page cannot run, nothing in it may build on.
    needed = ABILITIES.intersection(*(each.needs for each in check.check))
    for examples in (check.taught, check.solution):
        examples[:] = [
            each for each in examples if ABILITIES.intersection(each.needs) <= needed
        ]
    return check


CHECKS = boxes("check")


def exercise_of(path: Path, box: Box) -> str:
    """The title of the exercise whose solution holds a check."""
    before = [
        each
        for each in boxes_of(path)
        if each.name == "exercise" and each.first < box.first
    ]
    return before[-1].title


@cache
def naive_answers() -> dict[tuple[str, str], list[Example]]:
    """Answers that a check must not accept, by page and title of the exercise.

    Each example is an answer.
    """
    text = NAIVE.read_text("utf-8")
    places = [
        (text.count("\n", 0, each.start()) + 1, each) for each in HEADING.finditer(text)
    ]
    found: dict[tuple[str, str], list[Example]] = {}
    for example in read_examples(scan(text, NAIVE.name).fences):
        above = [each for line, each in places if line < example.fence.line]
        chapter = [each[2] for each in above if each[1] == "##"][-1]
        found.setdefault((chapter, above[-1][2]), []).append(example)
    return found


def test_the_exercises_of_the_first_chapters_have_checks() -> None:
    for path in [HOUR, *CHAPTERS[:3]]:
        names = [box.name for box in boxes_of(path)]
        assert names.count("check") == names.count("exercise") > 0, path.stem


@pytest.mark.parametrize(("path", "box"), CHECKS, ids=named(CHECKS))
def test_a_check_passes_after_its_solution(path: Path, box: Box) -> None:
    check = check_of(path, box)
    assert check.check
    assert check.failures(check.solution) == ([], [])


@pytest.mark.parametrize(("path", "box"), CHECKS, ids=named(CHECKS))
def test_a_check_fails_after_an_empty_answer(path: Path, box: Box) -> None:
    failed, earlier = check_of(path, box).failures([])
    assert failed
    assert earlier == []


@pytest.mark.parametrize(("path", "box"), CHECKS, ids=named(CHECKS))
def test_a_check_fails_after_a_naive_answer(path: Path, box: Box) -> None:
    check = check_of(path, box)
    for answer in naive_answers()[path.stem, exercise_of(path, box)]:
        failed, earlier = check.failures([answer])
        assert failed, f"accepted, line {answer.fence.line}"
        assert earlier == []


def test_an_exercise_without_a_check_says_so() -> None:
    checked = {(path, exercise_of(path, box)) for path, box in CHECKS}
    for path, box in boxes("exercise"):
        says = any(line.startswith("Nothing is checked here") for line in box.body)
        assert says != ((path, box.title) in checked), f"{path.stem}: {box.title}"


def test_every_naive_answer_has_its_check() -> None:
    asked = {(path.stem, exercise_of(path, box)) for path, box in CHECKS}
    assert naive_answers().keys() == asked


# What stands in the chapters


def test_hints_lead_to_a_solution_in_three_steps_at_most() -> None:
    for path in CHAPTERS:
        found = boxes_of(path)
        for hint in [box for box in found if box.name == "hint"]:
            (exercise,) = [
                box for box in found if box.name == "exercise" and box.holds(hint.first)
            ]
            hints = [
                box for box in found if box.name == "hint" and exercise.holds(box.first)
            ]
            assert len(hints) <= 3, f"{path.stem}:{exercise.first}"
            assert "```" not in "".join(hint.body), f"{path.stem}:{hint.first}"


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_ends_with_practice(path: Path) -> None:
    found = boxes_of(path)
    names = [box.name for box in found]
    assert "predict" in names
    assert "check" in names
    exercises = [box for box in found if box.name == "exercise"]
    assert 3 <= len(exercises) <= 4
    difficulties = [box.body[0] for box in exercises]
    assert all(re.fullmatch(":difficulty: [123]", each) for each in difficulties)
    assert difficulties == sorted(difficulties)
    assert len(set(difficulties)) > 1
    for exercise in exercises:
        assert any(box.name == "hint" and exercise.holds(box.first) for box in found), (
            exercise.title
        )


PREDICTIONS = boxes("predict")


@pytest.mark.parametrize(("path", "box"), PREDICTIONS, ids=named(PREDICTIONS))
def test_a_prediction_explains_every_choice(path: Path, box: Box) -> None:
    choices = [
        each
        for each in boxes_of(path)
        if each.name == "choice" and box.holds(each.first)
    ]
    assert len(choices) <= 3
    for choice in choices:
        assert choice.title
        assert len(" ".join(choice.body).split()) > 4, choice.title
    text = "\n".join(box.body)
    examples = re.findall(r"^```pycon\b[^\n]*\n(.*?)^```", text, re.M | re.S)
    assert len(examples) == 1
    answer = split(examples[0]).answer
    assert answer
    assert answer not in [choice.title for choice in choices]
    explanation = re.sub(r"^:::\{choice\}.*?^:::$", "", text, flags=re.M | re.S)
    assert explanation.rpartition("```")[2].strip(), "nothing explains the answer"


PITFALLS = boxes("pitfall")


@pytest.mark.parametrize(("path", "box"), PITFALLS, ids=named(PITFALLS))
def test_a_pitfall_tells_cause_and_remedy(path: Path, box: Box) -> None:
    assert sum(line.startswith("**Cause.**") for line in box.body) == 1
    assert sum(line.startswith("**Remedy.**") for line in box.body) == 1


# The parts of the tool


def test_an_example_is_taken_apart_before_its_last_output() -> None:
    parts = split(">>> x = 1\n>>> for y in x:\n...     print(y)\n1\n\n<BLANKLINE>\n2\n")
    assert parts.program == ">>> x = 1\n>>> for y in x:\n...     print(y)"
    assert parts.answer == "1\n\n\n2"


def test_of_a_traceback_the_last_line_is_asked_for() -> None:
    text = ">>> f()\nTraceback (most recent call last):\n  ...\nKeyError: 'x'\n...\n"
    assert split(text).answer == "KeyError: 'x'"
    assert split(">>> x = 1\n").answer == ""


def test_a_glossary_is_read_as_text() -> None:
    text = (
        "# G\n\nhook\n\n```{glossary}\nhook\nhooks\n  Called.\n\n  See"
        " [H](../chapters/17-x.md).\n\nWSGI\n  An agreement.\n```\nmore\n"
    )
    hook, wsgi = read_glossary(text)
    assert hook == (("hook", "hooks"), "chapters/17-x")
    assert wsgi == (("WSGI",), "")


def test_boxes_are_found_inside_of_boxes() -> None:
    text = "a\n\n::::{exercise} T\nx\n\n:::{hint}\ny\n:::\n::::\n\n```\n:::{no}\n:::\n```\n"
    exercise, hint = read_boxes(split_lines(text))
    assert (exercise.name, exercise.title) == ("exercise", "T")
    assert (exercise.first, exercise.last) == (3, 9)
    assert (hint.first, hint.last, hint.body) == (6, 8, ["y"])
    assert exercise.holds(hint.first)
    assert not hint.holds(exercise.first)
