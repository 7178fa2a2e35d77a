"""WeasyPrint under control: one font configuration, no file, no network, no silent fault.

The only module that imports it, and only when a page is needed.
"""

import logging
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

from lettergen import cache, installation, system_packages
from lettergen.errors import Problem, RenderError
from lettergen.isolated_process import mark_unsafe_to_fork
from lettergen.letters.limits import too_heavy
from lettergen.pages.layout import korean_words
from lettergen.pages.pdf import io_guard, pdfa_ua, startup
from lettergen.pages.pdf.private_parts import Notices
from lettergen.pages.pdf.stylesheet_cache import StylesheetCache
from lettergen.pages.pdf.weasyprint_private import parts, put_into
from lettergen.pages.typefaces import extra_fonts, fonts
from lettergen.reference import MM_PER_PX

__all__ = ["LaidOutPages", "WeasyPrintEngine", "load_weasyprint"]

_BASE_URL = "asset:"
_MOST_STYLES = 64
_KEPT = "declarations"
"""Folder of the cache for what shortens WeasyPrint's start."""
_MADE = "fonts"
"""Folder of the cache with the faces made of the extra's fonts."""


@dataclass(frozen=True, slots=True)
class LaidOutPages:
    """A letter laid out, not yet written."""

    document: Any
    """WeasyPrint's own document."""
    has_own_hyphens: bool

    @property
    def count(self) -> int:
        """Return how many pages there are."""
        return len(self.document.pages)

    def pages(self, count: int) -> "LaidOutPages":
        """Return so many pages from the first on."""
        return LaidOutPages(self.document.copy(self.document.pages[:count]), self.has_own_hyphens)

    def find(self, element_id: str) -> tuple[int, float]:
        """Return the page, counting from 1, and the millimetre at which an element stands."""
        for number, page in enumerate(self.document.pages, start=1):
            if element_id in page.anchors:
                return number, page.anchors[element_id][1] * MM_PER_PX
        raise LookupError(element_id)


@dataclass(slots=True)
class WeasyPrintEngine:
    """Lays out and writes pages; use one per process, because every font configuration leaks a little."""

    font_folders: tuple[Path, ...] = ()
    notices: Notices = field(init=False, default_factory=Notices)
    """Why it takes longer than it could."""
    _engine: Any = field(init=False)
    _fonts: Any = field(init=False)
    _equipped: dict[tuple[str, ...], Any] = field(init=False, default_factory=dict)
    """Font configurations with fonts of the extra, by what they have beside the usual ones."""
    _made: set[Path] = field(init=False, default_factory=set)
    _fetcher: Any = field(init=False)
    _lasting: dict[str, Any] = field(init=False, default_factory=dict)
    """Style sheets that every letter has."""
    _styles: dict[str, Any] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Load WeasyPrint with our fonts.

        Raises:
            RenderError: A library that it needs is not installed, or a font cannot be used.
        """
        if unusable := fonts.problems(self.font_folders):
            raise RenderError(unusable)
        fonts.use_only(self.font_folders)
        self._engine = load_weasyprint(self.notices)
        mark_unsafe_to_fork("Pango")
        try:
            from weasyprint.text.fonts import FontConfiguration

            self._fetcher = _strict_fetcher()
        except ImportError as error:
            raise RenderError([_moved_library(self._engine, error)]) from error
        self._fonts = FontConfiguration()

    def learn(self, *styles: str) -> None:
        """Read the style sheets of all letters, once per machine if possible."""
        with self.notices.instead("style sheets are read at every start"):
            self._lasting.update(self._learnt(styles))
        self._lasting.update({style: self._read(style) for style in styles if style not in self._lasting})

    def _learnt(self, styles: Sequence[str]) -> dict[str, Any]:
        book = StylesheetCache(cache.folder(_KEPT))
        found = book.read(styles)
        if found is None:
            sheets = [self._read(style) for style in styles]
            book.write(styles, [parts(sheet) for sheet in sheets])
        else:
            sheets = [self._read("") for _ in styles]
            for sheet, its_parts in zip(sheets, found, strict=True):
                put_into(sheet, its_parts)
        return dict(zip(styles, sheets, strict=True))

    def lay_out(
        self, html: str, styles: Sequence[str], pictures: Mapping[str, bytes], letter: str
    ) -> LaidOutPages:
        """Lay out one letter.

        Args:
            html: The document; it names pictures as ``asset:NAME``.
            styles: Style sheets; each is parsed once.
            pictures: The bytes behind every ``asset:NAME``.
            letter: What to call it in a problem.

        Raises:
            RenderError: Something of it could not be shown.
        """
        needed = extra_fonts.needed_in(html, fonts.lacking(html, self.font_folders))
        equipped = self._equip(needed)
        if needed:
            styles = [*styles, extra_fonts.css(needed, fonts.FAMILY)]
        self._fetcher.serve(pictures)
        with self._watched(letter):
            document = self._engine.HTML(
                string=korean_words.with_words_joined(html),
                base_url=_BASE_URL,
                url_fetcher=self._fetcher,
                encoding="utf-8",
            ).render(
                font_config=equipped,
                stylesheets=[self._style(style) for style in styles],
                pdf_variant=pdfa_ua.VARIANT,
            )
        return LaidOutPages(document, "\N{HYPHEN}" in html)

    def write(self, sheets: LaidOutPages, letter: str, take: Callable[[Any], None] | None = None) -> bytes:
        """Return the PDF, PDF/A-3a and PDF/UA-1, with the same bytes for the same letter.

        Args:
            sheets: The letter laid out.
            letter: What to call it in a problem.
            take: Is handed the finished objects of the file (a pydyf ``PDF``) before they are written.

        Raises:
            RenderError: A character, a picture or a font of ours is missing from it.
        """
        document = sheets.document
        for page in document.pages:
            # They were for measuring; in the file they would be named destinations.
            page.anchors.clear()
        families: set[str] = set()

        def finish(pdf: Any) -> None:
            families.update(pdfa_ua.families(pdf))
            if take:
                take(pdf)

        with self._watched(letter), warnings.catch_warnings():
            # WeasyPrint 70 leaves the colour profile that it reads for closing to the garbage collector.
            warnings.simplefilter("ignore", ResourceWarning)
            data: bytes = document.write_pdf(
                finisher=pdfa_ua.finisher(
                    has_own_hyphens=sheets.has_own_hyphens, notices=self.notices, take=finish
                ),
                pdf_variant=pdfa_ua.VARIANT,
            )
        if foreign := self._foreign_fonts(families, letter):
            raise RenderError(foreign)
        return data

    def languages_of(self, font_config: Any) -> tuple[str, ...] | None:
        """Return what a font configuration of ours has beside the usual fonts; None for anything else."""
        if font_config is self._fonts:
            return ()
        return next((name for name, one in self._equipped.items() if one is font_config), None)

    def _equip(self, needed: extra_fonts.Needed) -> Any:
        """Return the font configuration with just the fonts that a letter needs."""
        return self.equipped(tuple(sorted({one for wanted in needed.values() for one in wanted})))

    def equipped(self, languages: tuple[str, ...]) -> Any:
        """Return the font configuration with the usual fonts and those of some languages.

        With others available, the same letter might look different after another one.
        """
        if not languages:
            return self._fonts
        if languages not in self._equipped:
            from weasyprint.text.fonts import FontConfiguration

            # The fonts are made once a machine, from nothing of the letter's.
            with io_guard.opened():
                made = [extra_fonts.folder(one, cache.folder(_MADE)) for one in languages]
                fonts.use_only((*self.font_folders, *made))
                self._equipped[languages] = FontConfiguration()
                fonts.use_only(self.font_folders)
            self._made.update(made)
        return self._equipped[languages]

    def _style(self, text: str) -> Any:
        if text in self._lasting:
            return self._lasting[text]
        if text not in self._styles:
            if len(self._styles) >= _MOST_STYLES:
                self._styles.pop(next(iter(self._styles)))
            self._styles[text] = self._read(text)
        return self._styles[text]

    def _read(self, text: str) -> Any:
        return self._engine.CSS(
            string=text, url_fetcher=self._fetcher, base_url=_BASE_URL, font_config=self._fonts
        )

    @contextmanager
    def _watched(self, letter: str) -> Iterator[None]:
        """Turn whatever WeasyPrint logs or raises into problems of ``letter``."""
        from weasyprint.urls import FatalURLFetchingError

        records: list[logging.LogRecord] = []
        with io_guard.closed(self._readable) as acts, _listening(records.append):
            try:
                yield
            except (Exception, FatalURLFetchingError) as error:
                # Fatal ones are no `Exception`; some are swallowed on their way, hence `refused`.
                refused = [*self._refusals(letter), *io_guard.problems(letter, acts)]
                raise RenderError(refused or [_from_error(letter, error)]) from error
        problems = [*self._refusals(letter), *io_guard.problems(letter, acts)]
        problems += (_from_record(letter, record) for record in records)
        if problems:
            raise RenderError(problems)

    @property
    def _readable(self) -> tuple[Path, ...]:
        """Where the fonts are; fontTools reads some of them once more."""
        return (fonts.SHIPPED, *self.font_folders, *self._made)

    def _refusals(self, letter: str) -> list[Problem]:
        refused, self._fetcher.refused = self._fetcher.refused, []
        return [
            Problem(
                "refused-file",
                f"{fonts.called(letter)} refers to a file that does not belong to it.",
                "use pictures only in `signature` and `logo`; a letter loads nothing else.",
            )
            for _ in refused
        ]

    def _foreign_fonts(self, families: Set[str], letter: str) -> list[Problem]:
        ours = {face.family for face in fonts.faces(self.font_folders)}
        ours.update(*map(extra_fonts.families, self._equipped))
        return [
            Problem(
                "foreign-font",
                f"{fonts.called(letter)} uses the font `{family}`, neither lettergen's nor the campaign's.",
                "add the font's folder to `fonts` in lettergen.toml.",
            )
            for family in sorted(families - ours)
        ]


def load_weasyprint(notices: Notices) -> Any:
    """Import WeasyPrint; no thread is started by that.

    Raises:
        RenderError: A library that it needs is not installed.
    """
    try:
        # It prints what is missing to stdout, where only the letter may be.
        with redirect_stdout(StringIO()):
            return startup.started(cache.folder(_KEPT), notices)
    except (ImportError, OSError) as error:
        fix = system_packages.install_pages()
        raise RenderError(
            [
                Problem(
                    "missing-library",
                    "making a PDF needs the library Pango, which is not installed.",
                    fix,
                )
            ]
        ) from error


def _moved_library(weasyprint: Any, error: ImportError) -> Problem:
    found = " ".join(filter(None, ("WeasyPrint", getattr(weasyprint, "__version__", ""))))
    part = getattr(error, "name_from", None) or error.name
    return Problem(
        "moved-library",
        f"{found} has no `{part}`, which it documents and no page can be made without.",
        f"install the one that lettergen is made for: `{installation.adding('weasyprint>=70,<71')}`.",
    )


def _strict_fetcher() -> Any:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class StrictFetcher(URLFetcher):  # type: ignore[misc]
        """Serves the letter's own pictures; refuses and notes everything else."""

        def __init__(self) -> None:
            super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
            self.refused: list[str] = []
            self._pictures: Mapping[str, bytes] = {}

        def serve(self, pictures: Mapping[str, bytes]) -> None:
            self._pictures = {f"{_BASE_URL}{name}": data for name, data in pictures.items()}

        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002 - the base class's signature
            if url in self._pictures:
                data = self._pictures[url]
                kind = "image/svg+xml" if data.startswith(b"<svg") else "image/png"
                return URLFetcherResponse(url, data, {"Content-Type": kind})
            self.refused.append(url)
            raise FatalURLFetchingError("refused")

    return StrictFetcher()


class _LogCollector(logging.Handler):
    """Hands records on."""

    def __init__(self, take: Callable[[logging.LogRecord], None]) -> None:
        super().__init__(logging.WARNING)
        self._take = take

    def emit(self, record: logging.LogRecord) -> None:
        """Hand ``record`` on."""
        self._take(record)


@contextmanager
def _listening(take: Callable[[logging.LogRecord], None]) -> Iterator[None]:
    """Pass every warning of WeasyPrint to ``take`` instead of the terminal."""
    logger = logging.getLogger("weasyprint")
    handler = _LogCollector(take)
    level, propagate = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.WARNING)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagate


def _from_record(letter: str, record: logging.LogRecord) -> Problem:
    # The record's words may quote the letter, so only its pattern is told (`Failed to load image at %r`).
    pattern = str(record.msg)
    if pattern.startswith(".notdef"):
        args = record.args if isinstance(record.args, tuple) else ()
        return fonts.missing_problem(letter, [str(args[0])] if args else [])
    if "image" in pattern:
        return Problem(
            "missing-picture",
            f"a picture of {fonts.called(letter)} cannot be shown.",
            "save it again as PNG, or leave out `signature`.",
        )
    return _fault(letter, pattern.partition("%")[0].strip(" \"'"))


def _from_error(letter: str, error: BaseException) -> Problem:
    if isinstance(error, MemoryError | RecursionError):
        return too_heavy(letter)
    return _fault(letter, type(error).__name__)


def _fault(letter: str, what: str) -> Problem:
    return Problem(
        "page-fault",
        f"the pages of {fonts.called(letter)} could not be made ({what}).",
        "report this as a fault in lettergen, not in your files.",
    )
