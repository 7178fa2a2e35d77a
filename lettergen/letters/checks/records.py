"""A record under check, and how a problem of it is told: at the value itself where that can be found."""

from dataclasses import dataclass

from lettergen.errors import Place, Problem, Severity
from lettergen.facts.campaign import Campaign
from lettergen.facts.whereabouts import Way, Whereabouts

__all__ = ["Record"]


@dataclass(frozen=True, slots=True)
class Record:
    """A recipient, a sender or a case, by its kind and id."""

    kind: str
    id: str
    campaign: Campaign
    whereabouts: Whereabouts | None = None
    """Without it, problems point at the record as a whole, and no file is read again."""

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
        if self.whereabouts is None:
            return Problem(name, message, fix, self.place, severity)
        return self.whereabouts.problem((self.kind, self.id), way, name, message, fix, severity)
