"""PDF by PDFium: the title and the text of every page."""

from collections.abc import Iterator

import pypdfium2
from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY

from demobackend.adapters.extraction.source import Incomplete, Source, Unreadable

# Where PDFium saw a word broken at the end of a line it puts one of these in place of the hyphen; and it ends lines with CR LF.
_DROPPED = {ord(character): None for character in "\x02\ufffe\r"}


def pieces(source: Source) -> Iterator[str]:
    """Yield the title, then page after page. An empty password is tried by PDFium itself.

    Raises `Unreadable`; `Incomplete` when some pages cannot be read.
    """
    document = _opened(source)
    if title := document.get_metadata_value("Title"):
        yield f"{title}\n"
    pages = len(document)
    unreadable = 0
    for number in range(pages):
        try:
            if text := _text(document, number):
                yield f"{text}\n"
        except pypdfium2.PdfiumError:
            unreadable += 1
    if unreadable == pages:
        raise Unreadable("broken")
    if unreadable:
        raise Incomplete


def _opened(source: Source) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(open(source.descriptor, "rb", closefd=False))
    except pypdfium2.PdfiumError as error:
        locked = error.err_code in (FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY)
        raise Unreadable("locked" if locked else "broken") from error


def _text(document: pypdfium2.PdfDocument, number: int) -> str:
    # Closed at once: a long document would otherwise be held in memory as a whole.
    page = document[number]
    try:
        textpage = page.get_textpage()
        try:
            text: str = textpage.get_text_bounded()
        finally:
            textpage.close()
    finally:
        page.close()
    return text.translate(_DROPPED).strip()
