"""A record under check, which places its problems at the value itself if possible."""

from dataclasses import dataclass

from lettergen.errors import Place, Problem, Severity
from lettergen.facts.campaign import Campaign
from lettergen.facts.value_places import ValuePlaces, Way

__all__ = ["CheckedRecord"]


@dataclass(frozen=True, slots=True)
class CheckedRecord:
    """A recipient, a sender or a case, by its kind and id."""

    kind: str
    id: str
    campaign: Campaign
    value_places: ValuePlaces | None = None
    """Without it, problems point to the record as a whole, and no file is read again."""

    @property
    def place(self) -> Place | None:
        """Where the record begins."""
        return self.campaign.places.get((self.kind, self.id))

    def __str__(self) -> str:
        """Return what to call it in a message: ``recipient `cn-premier```."""
        return f"{self.kind} `{self.id}`"

    def problem(
        self, name: str, message: str, fix: str, way: Way = (), severity: Severity = "error"
    ) -> Problem:
        """Return a problem of the value at the end of ``way``."""
        if self.value_places is None:
            return Problem(name, message, fix, self.place, severity)
        return self.value_places.problem((self.kind, self.id), way, name, message, fix, severity)
