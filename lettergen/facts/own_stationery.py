"""The campaign's own stationery: `[own_stationery.my-sheet]` in `lettergen.toml`."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from lettergen.facts.fields import Text
from lettergen.facts.model import Fact

__all__ = ["OwnStationery", "StationeryKey"]

_LARGEST_MM = 1000.0


def _one_key(value: object) -> object:
    if isinstance(value, dict):
        raise PydanticCustomError("stationery_group", "a key belongs here")
    return value


def _four(value: tuple[float, ...]) -> tuple[float, ...]:
    if len(value) != 4:
        raise PydanticCustomError("four_numbers", "four numbers belong here")
    return value


StationeryKey = Annotated[Text, BeforeValidator(_one_key)]
Millimetres = Annotated[float, Field(ge=0, le=_LARGEST_MM)]
Four = Annotated[tuple[Millimetres, ...], AfterValidator(_four)]


class OwnSafeZone(Fact):
    """The part of the sheet that an envelope's window always shows."""

    envelope: Text = Field(description="Name of the envelope.")
    zone: Four = Field(description="Left, top, width, height in mm from the sheet's top left corner.")


class OwnStationery(Fact):
    """A sheet of your own, in millimetres from its top left corner; missing values come from `like`."""

    like: Text | None = Field(None, description="Key of the sheet that supplies whatever is not given here.")
    title: Text | None = Field(None, description="Its name in messages.")
    sheet: Literal["A4", "Letter", "A6", "4x6 in"] | None = Field(
        None, description="The paper: A4, Letter, A6 or 4x6 in."
    )
    address_field: Four | None = Field(None, description="What the window shows: left, top, width, height.")
    text_indent: Millimetres | None = Field(None, description="From the field's left edge to its text.")
    return_line_height: Millimetres | None = Field(
        None,
        description="Room for the return address at the top of the field; 0: it is printed above the field.",
    )
    notation_height: Millimetres | None = Field(
        None, description="Room for mailing notations below the return address; 0: printed above the text."
    )
    address_anchor: Literal["top", "bottom"] | None = Field(
        None, description="Whether the address fills its field from the top or from the bottom."
    )
    has_window: bool | None = Field(None, description="Whether the envelope has a window.")
    fold_marks: tuple[Millimetres, ...] | None = Field(None, description="Distances from the top edge.")
    fold_mark_left: Millimetres | None = Field(None, description="Where the fold marks begin.")
    punch_mark: Millimetres | None = Field(None, description="Distance from the top edge.")
    reference_line: Millimetres | None = Field(None, description="Where the text begins.")
    information_block: Four | None = Field(None, description="Left, top, width, height.")
    margins: Four | None = Field(None, description="Margins of the text: top, right, bottom, left.")
    clear_border: Four | None = Field(None, description="Border without ink: top, right, bottom, left.")
    safe_zones: tuple[OwnSafeZone, ...] | None = Field(
        None, description='What windows always show: `{ envelope = "DL", zone = [20, 50, 80, 40] }`.'
    )
    envelopes: Text | None = Field(None, description="Envelopes that the sheet suits, in words.")
    source: Text | None = Field(None, description="Where the figures come from.")
    confidence: Literal["read", "common"] | None = Field(None, description="How reliable the figures are.")
    note: Text | None = Field(None, description="What was chosen.")
