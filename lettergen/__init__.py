"""Letters to power on behalf of people in danger: facts in, paper out."""

from typing import TYPE_CHECKING, Any

from lettergen.__version__ import __version__

if TYPE_CHECKING:
    from lettergen.api import LettergenError, MailingRequest, OpenCampaign, PartySelection, open_campaign

__all__ = [
    "LettergenError",
    "MailingRequest",
    "OpenCampaign",
    "PartySelection",
    "__version__",
    "open_campaign",
]


def __getattr__(name: str) -> Any:
    """Load the library when it is first asked for; `lettergen --help` does without it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from lettergen import api

    return getattr(api, name)
