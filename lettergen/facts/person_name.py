"""A person's name, in the parts that the person has given it."""

import re
from typing import Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from lettergen.facts.by_reader import Fact
from lettergen.facts.fields import NameText

__all__ = ["PersonName"]

# Hangul, kana and Han.
_EASTERN = (
    "[\u1100-\u11ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]+"
)


class PersonName(Fact):
    """A person's name in its parts, so that no program ever has to guess the family name."""

    full: NameText | None = Field(
        None, description="The name as one text; printed as it is, never taken apart."
    )
    family: NameText | None = Field(None, description="Family name.")
    given: NameText | None = Field(None, description="Given name or names.")
    order: Literal["family-first", "given-first"] | None = Field(
        None,
        description="Which part the person writes first. Default: given-first; family-first in Chinese, "
        "Japanese and Korean characters.",
    )
    caps_family: bool = Field(False, description="Print the family name in capitals.")
    courtesy: NameText | None = Field(
        None, description="Courtesy title as the person uses it (Mr., Ms., Dr.); never derived."
    )

    suffix: NameText | None = Field(None, description="What stands after the name: Jr., MP, KC.")

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"full": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _has_a_name(self) -> "PersonName":
        if not (self.full or self.family or self.given):
            raise PydanticCustomError("empty-name", "neither `full` nor `family` nor `given`")
        return self

    def as_written(self) -> str:
        """Return the name in the person's own order: ``Zhu Rongji``, ``Masaharu NAKAGAWA``, ``田中陽子``.

        In their own characters, names of China, Japan and Korea have the family name first and no space.
        """
        if self.full:
            return self.full
        parts = f"{self.family or ''}{self.given or ''}"
        is_eastern = parts > "\u10ff" and bool(re.fullmatch(_EASTERN, parts))
        family = self.family.upper() if self.family and self.caps_family else self.family
        order = self.order or ("family-first" if is_eastern else "given-first")
        both = (family, self.given) if order == "family-first" else (self.given, family)
        return ("" if is_eastern else " ").join(part for part in both if part)

    def with_suffix(self) -> str:
        """Return the name with what stands after it: ``Ann Example MP``."""
        name = self.as_written()
        if not self.suffix or name.endswith(self.suffix):
            return name
        return f"{name}{'' if self.suffix.startswith(',') else ' '}{self.suffix}"

    def with_courtesy(self) -> str:
        """Return the name with its courtesy title and what stands after it, where the person has them."""
        return f"{self.courtesy} {self.with_suffix()}" if self.courtesy else self.with_suffix()
