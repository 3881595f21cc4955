import pytest

from workers.quotes.marks import marked, paragraphs, sentences


def words(text: str) -> list[list[str]]:
    return [[text[span.start : span.end] for span in spans] for spans in marked(text, paragraphs(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He said “yes” and “no”.", [["yes", "no"]]),
        ('He said "yes" and "no".', [["yes", "no"]]),
        ("He said ''yes'' and ''no''.", [["yes", "no"]]),
        ("Er sagte «ja».", [["ja"]]),
        ("He said 'yes, we will' and left.", [["yes, we will"]]),
        ("It’s the minister’s view that it’s fine.", [[]]),
        ("“He told me ‘never’ and left.”", [["He told me ‘never’ and left."]]),
        ("“Open.\n\n“Reopened.”", [["Open."], ["Reopened."]]),
        ("“Open and never closed.\n\nPlain.", [[], []]),
        ('A 6" pipe and a 4" pipe.', [[]]),
        ("", []),
    ],
)
def test_marks(text, expected):
    assert words(text) == expected


def test_an_open_paragraph_says_so():
    (first, second) = marked("“Open.\n\n“Closed.”", paragraphs("“Open.\n\n“Closed.”"))
    assert (first[0].closed, second[0].closed) == (False, True)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two. Three.", 3),
        ("Mr. Dane met Sen. Brandt. They talked.", 2),
        ("He lives in the U.S. and works there.", 1),
        ("“Stop!” she said. “Now.”", 2),
        ("J. K. Varn wrote it.", 1),
    ],
)
def test_sentences(text, count):
    assert len(sentences(text, (0, len(text)))) == count
