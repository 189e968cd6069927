"""One case, tried against a simulator."""

from __future__ import annotations

import pytest

from modelruntime import Runtime
from modelruntime.runtime.model_reference import ModelReference
from modelruntime.schema.provider import ProviderSchema
from tests.conformance.case import Case
from tests.conformance.credentials import SECRET, filled
from tests.conformance.exchange import Answer, Seen
from tests.conformance.families.registry import FAMILIES
from tests.conformance.listing import answer, lists_models
from tests.conformance.server import SimulatorServer


class Failure(AssertionError):
    """What went wrong, in a line."""


class Trial:
    """A runtime with every form filled, and a simulator in every vendor's place."""

    def __init__(self, server: SimulatorServer, environ: dict[str, str]) -> None:
        self._server = server
        self._environ = environ
        self._runtimes: dict[tuple[str, str], Runtime] = {}

    def close(self) -> None:
        """Close the connections."""
        for runtime in self._runtimes.values():
            runtime.close()

    def run(self, case: Case) -> None:
        """Raises `Failure` for a wrong result, a request that the vendor would refuse, or a key out of place."""
        family, runtime = FAMILIES[case.codec], self._runtime(case.provider, case.model.model_type)
        reference = ModelReference(case.provider.provider, case.model.model_type, case.model.model)
        endpoint = runtime.core.resolver.resolve(reference).endpoint
        assert endpoint is not None
        profile = endpoint.profile
        model = runtime.model(case.model.model_type, f"{case.provider.provider}/{case.model.model}")
        complaints: list[str] = []
        turn = 0

        def handle(seen: Seen) -> Answer:
            nonlocal turn
            complaints.extend(family.judge(seen, case, profile))
            complaints.extend(_misplaced(seen, case.provider))
            want = case.scenario.says[min(turn, len(case.scenario.says) - 1)]
            turn += 1
            return family.answer(seen, case, profile, want)

        self._server.handler = handle
        self._server.failures.clear()
        try:
            case.scenario.run(model)
        except (Exception, pytest.fail.Exception) as raised:  # noqa: BLE001 (whatever fails is told with its case)
            told = self._server.failures[0] if self._server.failures else raised
            words = [line for line in str(told).splitlines() if line.strip()]
            where = f" ({complaints[0]})" if complaints else ""
            raise Failure(f"{case.name}: {type(told).__name__}: {words[0] if words else ''}{where}") from told
        if complaints:
            raise Failure(f"{case.name}: the vendor would refuse: {complaints[0]}")
        if not turn:
            raise Failure(f"{case.name}: nothing was sent")

    def run_listing(self, provider: ProviderSchema, codec: str) -> None:
        """Raises `Failure` when the vendor's list does not come out, or a key is out of place."""
        complaints: list[str] = []

        def handle(seen: Seen) -> Answer:
            complaints.extend(_misplaced(seen, provider))
            return answer(codec, seen)

        self._server.handler = handle
        self._server.failures.clear()
        try:
            lists_models(self._runtime(provider, provider.supported_model_types[0]), provider.provider)
        except Exception as raised:
            raise Failure(f"{provider.provider} (models, {codec}): {type(raised).__name__}: {raised}") from raised
        if complaints:
            raise Failure(f"{provider.provider} (models, {codec}): {complaints[0]}")

    def _runtime(self, provider: ProviderSchema, kind: str) -> Runtime:
        name = provider.provider
        if (name, kind) not in self._runtimes:
            self._runtimes[name, kind] = Runtime(
                credentials={name: filled(provider, kind)}, endpoints={name: self._server.url}, environ=self._environ
            )
        return self._runtimes[name, kind]


def _misplaced(seen: Seen, provider: ProviderSchema) -> list[str]:
    """The key belongs where the declared signer puts it, and nowhere else."""
    signer = next(iter(provider.auth), "none")
    found = [
        f"a key stands in the {name}"
        for name, text in (("body", seen.body), ("path", seen.path.encode()))
        if SECRET.encode() in text
    ]
    if signer != "query_key" and SECRET in seen.query:
        found.append("a key stands in the query")
    if signer == "bearer" and seen.headers.get("authorization") not in (f"Bearer {SECRET}", None):
        found.append("the authorization is no bearer key")
    if signer == "header" and not any(SECRET in text for text in seen.headers.values()):
        found.append("no header holds the key")
    return found
