"""Documents and queries in many languages with what each query finds: every search index must answer alike."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What one owner keeps; `key` names it in the rows."""

    key: str
    name: str
    tags: tuple[str, ...] = ()
    description: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A query, the keys of all documents that it finds, and the rule that it shows."""

    query: str
    finds: frozenset[str]
    rule: str


DOCUMENTS = (
    Document(
        key="fires",
        name="acp_queimadas_2023.docx",
        tags=("fogo", "área protegida"),
        description="Relatório anual",
        text="Queimadas e incêndios na região. A população pediu ações já.",
    ),
    Document(
        key="report",
        name="Report 2023-Q4.pdf",
        tags=("annual report", "finance"),
        description="Draft for the board",
        text="Pi is 3.14, or so. Write to ada@example.test about the e-mail.\nSee http://example.test/a/b?x=1 and don’t reply.",
    ),
    Document(
        key="catalogue",
        name="cat.txt",
        tags=("report", "annual"),
        text="category catalogue concatenate; and or not near. iPhone15 is not an iPhone 15. The end\nof the line.",
    ),
    Document(
        key="water",
        name="l'eau.md",
        description="Note sur l’été",
        text="L’eau de l´étang est bleue : cœur, où, naïve. COOPÉRATION et co\u00adopération, re\u0301sume\u0301.",
    ),
    Document(key="street", name="STRASSE.txt", text="Die Straße führt nach Weißensee. Größe: 5 ㎏, Øre, Łódź, đồng, ısı, Ærø."),
    Document(key="russian", name="Ёлка.txt", tags=("чай",), text="Зелёный чай и ёжик. Мой йогурт, п'ять хвилин."),
    Document(key="greek", name="Οδός.txt", text="Ο Όμηρος έγραψε την Οδύσσεια. ΟΔΥΣΣΕΎΣ"),
    Document(key="hebrew", name="שלום.txt", text="שָׁלוֹם עוֹלָם"),
    Document(key="arabic", name="كتاب.txt", text="قَرَأَ الكِتَابَ في المدرسة. أحمد إلى آخر."),
    Document(key="hindi", name="हिन्दी.txt", text="हिन्दी में किताब पढ़ना अच्छा है। की कि"),
    Document(
        key="debian", name="Debianの手引き.txt", text="Debianのインストールは簡単です。東京大学で使う。人々は２０２３年にﾊﾟｿｺﾝを買った。"
    ),
    Document(key="kyoto", name="京都府.txt", tags=("東 京",), text="京都の春。東、京。ハハはパパと日本語を話す。"),
    Document(key="chinese", name="说明书.txt", text="北京大学的学生在图书馆看书，版本V2发布。"),
    Document(key="korean", name="회의록.txt", text="서울대학교 회의록입니다. 제3회 총회, Korea의 미래."),
    Document(
        key="hidden", name="notes.txt", text="zero\u200bwidth joi\u200dner \ufeffbom soft\u00adhyphen ﬁnal Ｆｕｌｌｗｉｄｔｈ ① x² ℌello"
    ),
)


def _row(query: str, finds: str, rule: str) -> Row:
    return Row(query, frozenset(finds.split()), rule)


ROWS = (
    # words
    _row("queimadas", "fires", "an underscore separates, in names too"),
    _row("2023", "fires report debian", "digits make a word, in any width, and so do digits before Han"),
    _row("docx", "fires", "what follows a full stop is a word"),
    _row("acp_queimadas_2023.docx", "fires", "a name as it stands is a phrase of its words"),
    _row("queimadas acp", "fires", "all terms match, in any order"),
    _row('"queimadas acp"', "", "a phrase keeps its order"),
    _row("report cat", "catalogue", "each term in whichever field holds it"),
    _row("report fogo", "", "all terms must match"),
    _row("cat", "catalogue", "a word is found whole"),
    _row("atalogue", "", "nothing is found in the middle of a word"),
    _row("iPhone15", "catalogue", "no split between letter and digit"),
    _row("15", "catalogue", "a number by itself is a word"),
    _row('"the end of"', "catalogue", "a line end separates like a blank"),
    _row("e-mail", "report", "a hyphen separates, and the term is a phrase"),
    _row("3.14", "report", "a number with a point is a phrase"),
    _row("14.3", "", "and keeps its order"),
    _row("ada@example.test", "report", "an address is a phrase"),
    _row("http://example.test/a/b?x=1", "report", "an unknown field is plain words"),
    _row("http:", "report", "a bare unknown field is a word"),
    _row("don't", "report", "one apostrophe is as good as another"),
    _row("l'eau", "water", "an apostrophe separates"),
    _row("eau", "water", "so the word behind it is found"),
    _row("l’étang", "water", "a free-standing accent separates too"),
    # folding
    _row("INCENDIOS", "fires", "case and accents fall"),
    _row("Região", "fires", "in the query too"),
    _row("cooperation", "water", "É is e, a soft hyphen is nothing"),
    _row('"resume"', "water", "a mark that follows its letter falls like any other"),
    _row("coeur", "", "œ is no oe"),
    _row("strasse", "street", "ß is ss"),
    _row("WEISSENSEE", "street", "full case folding"),
    _row("kg", "street", "a squared unit unfolds"),
    _row("ore", "", "ø stays itself"),
    _row("øre", "street", "and is found as itself"),
    _row("lodz", "", "ł stays itself"),
    _row("łodz", "street", "while ó and ź lose their marks"),
    _row("dong", "", "đ stays itself"),
    _row("đong", "street", "while ồ loses both its marks"),
    _row("isi", "", "ı stays itself"),
    _row("елка", "russian", "ё is е"),
    _row("еж*", "russian", "in prefixes too"),
    _row("МОИ", "russian", "й is и"),
    _row("οδυσσεια", "greek", "Greek loses its marks"),
    _row("ΟΔΥΣΣΕΥΣ", "greek", "a final sigma is a sigma"),
    _row("שלום", "hebrew", "Hebrew points fall"),
    _row("الكتاب", "arabic", "Arabic vowels fall"),
    _row("احمد", "arabic", "and the hamza upon alef"),
    _row("हिन्दी", "hindi", "a word with Indic marks is one word"),
    _row('"कि"', "hindi", "Indic marks stay"),
    _row("क", "", "so a letter without them is another word"),
    _row("パパ", "kyoto", "dakuten stay: not ハハ"),
    _row("パソコン", "debian", "half-width Kana are Kana"),
    _row("zerowidth", "hidden", "a zero-width space is nothing"),
    _row("joiner", "hidden", "nor is a joiner"),
    _row("bom", "hidden", "nor a byte-order mark"),
    _row("softhyphen", "hidden", "nor a soft hyphen"),
    _row("final fullwidth 1 x2 hello", "hidden", "ligatures, widths, circles, powers and Fraktur unfold"),
    # Han, Kana and Hangul
    _row("Debian", "debian", "a change of script splits"),
    _row("Debianの", "debian", "and a term across it is a phrase"),
    _row("インストール", "debian", "Kana with its long vowels is one run"),
    _row("スト", "debian", "two characters match anywhere in a run"),
    _row("大学", "debian chinese", "Han too"),
    _row("京大", "debian chinese", "even across what a reader takes for words"),
    _row("東京", "debian", "but not across a separator"),
    _row("京", "debian kyoto chinese", "a single character matches wherever it occurs"),
    _row("東京大学で使う", "debian", "a term through runs of Han and Kana"),
    _row("京都は", "", "and exactly: no other character between"),
    _row("人々", "debian", "the mark of repetition is Han"),
    _row("2023年", "debian", "a digit and Han are two runs"),
    _row("版本v2", "chinese", "Han and Latin are two runs"),
    _row("회의록", "korean", "Hangul is found by words"),
    _row("회의", "", "not by parts of them"),
    _row("회의*", "korean", "but by prefixes"),
    _row("korea의", "korean", "Latin and Hangul are two runs"),
    # the language
    _row("categ*", "catalogue", "a prefix"),
    _row("c*", "", "no prefix of one character: the star separates"),
    _row("ca*", "catalogue", "of two"),
    _row("*egory", "", "no star but at the end"),
    _row("ca*egory", "", "a star within separates"),
    _row('"ca*"', "", "a star within quotes separates"),
    _row('"annual rep"*', "report", "a star after a phrase makes its last word a prefix"),
    _row('"annual report"', "report", "a phrase stands within one tag"),
    _row("annual report", "report catalogue", "words need not"),
    _row("“annual report„", "report", "any quote closes any other"),
    _row("«annual report»", "report", "in pairs or not"),
    _row('"end of the line', "catalogue", "an open quote runs to the end"),
    _row("(annual)", "report catalogue", "brackets only separate"),
    _row("AND", "catalogue report", "AND is a word"),
    _row("or NOT near", "catalogue", "OR, NOT and NEAR are words"),
    _row("report -cat", "report", "a minus excludes"),
    _row('report -"annual report"', "catalogue", "phrases too"),
    _row("report -categ*", "report", "prefixes too"),
    _row("report - cat", "catalogue", "a minus before a blank only separates"),
    _row("name:report", "report", "the name only"),
    _row("tag:report", "report catalogue", "the tags only, each word of them"),
    _row('tag:"annual report"', "report", "a phrase in one tag"),
    _row("tag:rep*", "report catalogue", "a prefix in a tag"),
    _row("report -name:report", "catalogue", "a minus stands before the field"),
    _row('report -tag:"annual report"', "catalogue", "and before field and phrase"),
    _row("TAG:Finance", "report", "fields are read in any case"),
    _row("tag:queimadas", "", "a word of the name is no tag"),
    _row("tag:東京", "", "a separator within a tag parts its runs"),
    _row('tag:"東 京"', "kyoto", "and a phrase crosses it"),
    _row("description:draft", "", "only name: and tag: are fields"),
    _row("draft", "report", "yet the description is searched"),
    _row("report\u3000finance", "report", "any white space separates terms"),
    # nothing asked, nothing found
    _row("", "", "nothing"),
    _row("   \t", "", "blanks"),
    _row("-report", "", "only negations"),
    _row("-cat -name:report", "", "however many"),
    _row("... !?", "", "only punctuation"),
    _row('"', "", "an empty phrase"),
    _row("*", "", "a bare star"),
    _row("- - - - - - - - - - - - - - - - -", "", "seventeen terms of nothing"),
)
