"""Which names of models may be labels: whoever calls makes names up, and each would be a series of its own for ever."""

from __future__ import annotations

OTHER = "other"


class KnownModels:
    """A model is known once it has answered; so many may be. Any other is `other`."""

    def __init__(self, at_most: int = 1000) -> None:
        self._at_most = at_most
        self._known: set[tuple[str, str]] = set()
        self._providers: set[str] = set()

    def labels(self, provider: str | None, model: str | None, answered: bool) -> tuple[str, str]:
        """Provider and model as labels."""
        if provider is None or model is None:
            return OTHER, OTHER
        pair = (provider, model)
        if pair in self._known:
            return pair
        if answered and len(self._known) < self._at_most:
            self._known.add(pair)
            self._providers.add(provider)
            return pair
        return (provider if provider in self._providers else OTHER), OTHER
