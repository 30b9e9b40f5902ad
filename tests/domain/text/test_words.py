"""What counts as a word, and where it stands."""

import pytest

from demobackend.domain.model.text.analysis import DocumentTokens, analyse, analyse_document, spans


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("acp_queimadas_2023.docx", "acp queimadas 2023 docx"),
        ("e-mail", "e mail"),
        ("l'eau", "l eau"),
        ("l’eau", "l eau"),
        ("user@host", "user host"),
        ("3.14", "3 14"),
        ("a:b/c+d", "a b c d"),
        ("the end\nof", "the end of"),
        ("iPhone15", "iphone15"),
        ("Ёж2", "еж2"),
        ("x²y", "x2y"),
        ("हिन्दी में", "हिन्दी में"),
        ("the THE and", "the the and"),
        ("running runs", "running runs"),
        ("½", "1 2"),
        ("☃ … —", ""),
        ("", ""),
    ],
)
def test_a_word_is_a_run_of_letters_marks_and_digits(text, tokens):
    assert analyse(text) == tuple(tokens.split())


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Debianの", "debian の"),
        ("日本語", "日本 本語 語"),
        ("食べる", "食 べる る"),
        ("ラーメン", "ラー ーメ メン ン"),
        ("ひらカタ", "ひら らカ カタ タ"),
        ("人々", "人々 々"),
        ("二〇二三", "二〇 〇二 二三 三"),
        ("日", "日"),
        ("日、本", "日 本"),
        ("2023年", "2023 年"),
        ("版本V2发布", "版本 本 v2 发布 布"),
        ("제3회", "제 3 회"),
        ("Korea의 미래", "korea 의 미래"),
        ("か゚き", "か゚き き"),
        ("ﾃﾞｰﾀ", "デー ータ タ"),
    ],
)
def test_text_splits_where_the_script_changes_and_han_and_kana_make_pairs(text, tokens):
    assert analyse(text) == tuple(tokens.split())


def test_lines_of_ascii_and_others_keep_their_order():
    assert analyse("one\ntwo\nтри\nчетыре\nfive") == ("one", "two", "три", "четыре", "five")


def test_each_tag_is_a_segment_by_itself():
    document = analyse_document(name="A.txt", tags=("x y", "-"), description="", text="Z")
    assert document == DocumentTokens(name=("a", "txt"), tags=(("x", "y"), ()), description=(), text=("z",))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A bc", [("a", 0, 1), ("bc", 2, 4)]),
        ("Größe, ja", [("grosse", 0, 5), ("ja", 7, 9)]),
        ("re\u0301sume\u0301 x", [("resume", 0, 8), ("x", 9, 10)]),
        ("co\u00adop", [("coop", 0, 5)]),
        ("日本語", [("日本", 0, 2), ("本語", 1, 3), ("語", 2, 3)]),
        ("か゚き", [("か゚き", 0, 3), ("き", 2, 3)]),
        ("ﾊﾟﾝ", [("パン", 0, 3), ("ン", 2, 3)]),
        ("か\u200d\u3099き", [("がき", 0, 4), ("き", 3, 4)]),
        ("ㄱㅏ x", [("가", 0, 2), ("x", 3, 4)]),
        ("½", [("1", 0, 1), ("2", 0, 1)]),
    ],
)
def test_spans_count_in_characters_of_the_text_as_it_was_given(text, expected):
    assert list(spans(text)) == expected
