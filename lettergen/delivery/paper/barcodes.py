"""Bar codes as modules, dark or light, for whoever draws them."""

from typing import Any

__all__ = ["code_128", "data_matrix"]

Row = tuple[bool, ...]


def data_matrix(words: str) -> tuple[Row, ...]:
    """Return the rows of a Data Matrix (ISO/IEC 16022), from the top; dark modules are true."""
    return _rows(words, "DataMatrix")


def code_128(words: str) -> Row:
    """Return the modules of a Code 128 (ISO/IEC 15417), from the left; bars are true."""
    return _rows(words, "Code128")[0]


def _rows(words: str, kind: str) -> tuple[Row, ...]:
    import zxingcpp

    code = zxingcpp.create_barcode(words, getattr(zxingcpp.BarcodeFormat, kind))
    picture: Any = code.to_image(scale=1, add_quiet_zones=False)
    shades: Any = memoryview(picture).tolist()
    return tuple(tuple(shade == 0 for shade in row) for row in shades)
