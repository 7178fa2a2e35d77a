"""cssselect2's private parts: selectors, which it compiles to functions, as they are kept on disk."""

import marshal
import types
from functools import cache
from typing import Any

from lettergen.pages.pdf.private_parts import PrivatePartMoved, module, part

__all__ = ["code_of", "function_of", "is_selector"]


def is_selector(thing: Any) -> bool:
    """Say whether a value may be a selector that was compiled."""
    return isinstance(thing, types.FunctionType) and thing.__name__ == "<lambda>"


def code_of(selector: types.FunctionType) -> bytes:
    """Return the code of a selector.

    Raises:
        PrivatePartMoved: It hangs on more than its code.
    """
    if selector.__closure__ or not {*selector.__globals__} <= {*_given(), "__builtins__"}:
        raise PrivatePartMoved("cssselect2.compiler.compile_selector_list")
    return marshal.dumps(selector.__code__)


def function_of(code: bytes) -> types.FunctionType:
    """Return a selector from its code, which has to come from ourselves."""
    return types.FunctionType(marshal.loads(code), _given())  # noqa: S302 - see `lettergen.cache`


@cache
def _given() -> dict[str, Any]:
    """Return what cssselect2 gives the functions that it makes of selectors."""
    compiler = module("cssselect2.compiler")
    return {
        "split_whitespace": part(compiler, "split_whitespace"),
        "ascii_lower": part(compiler, "ascii_lower"),
        "urlparse": part(compiler, "urlparse"),
    }
