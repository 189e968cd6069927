"""One case, tried against a simulator."""

from __future__ import annotations

import pytest

from modelruntime import Runtime
from modelruntime.runtime.model_reference import ModelReference
from modelruntime.schema.provider import ProviderSchema
from tests.conformance.case import Case
from tests.conformance.credentials import filled
from tests.conformance.exchange import Answer, Seen
from tests.conformance.families.registry import FAMILIES
from tests.conformance.listing import LISTS, lists_models
from tests.conformance.secret_places import misplaced
from tests.conformance.server import SimulatorServer
from tests.conformance.token_door import TokenDoor, token_answer


class Failure(AssertionError):
    """What went wrong, in a line."""


class Trial:
    """A runtime with every form filled, and a simulator in every vendor's place."""

    def __init__(self, server: SimulatorServer, environ: dict[str, str], documents: tuple[str, ...] = ()) -> None:
        self._server = server
        self._environ = environ
        self._documents = documents
        self._runtimes: dict[tuple[object, ...], Runtime] = {}

    def close(self) -> None:
        """Close the connections."""
        for runtime in self._runtimes.values():
            runtime.close()

    def run(self, case: Case) -> None:
        """Raises `Failure` for a wrong result, a request that the vendor would refuse, or a key out of place."""
        family, runtime = FAMILIES[case.codec], self._runtime(case.provider, case.model.model_type, case.choice)
        credentials = runtime.core.settings.credentials[case.provider.provider]
        reference = ModelReference(case.provider.provider, case.model.model_type, case.model.model)
        endpoint = runtime.core.resolver.resolve(reference).endpoint
        assert endpoint is not None
        profile = endpoint.profile
        model = runtime.model(case.model.model_type, f"{case.provider.provider}/{case.model.model}")
        complaints: list[str] = []
        turn = 0

        def handle(seen: Seen) -> Answer:
            nonlocal turn
            if (token := token_answer(seen)) is not None:
                return token
            complaints.extend(family.judge(seen, case, profile))
            complaints.extend(misplaced(seen, self._server.url, case.provider.auth, credentials))
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
        runtime, listed = self._runtime(provider, provider.supported_model_types[0]), LISTS[codec]
        credentials = runtime.core.settings.credentials[provider.provider]
        complaints: list[str] = []

        def handle(seen: Seen) -> Answer:
            if (token := token_answer(seen)) is not None:
                return token
            complaints.extend(listed.judge(seen))
            complaints.extend(misplaced(seen, self._server.url, provider.auth, credentials))
            return listed.answer(seen)

        self._server.handler = handle
        self._server.failures.clear()
        try:
            lists_models(runtime, provider.provider, listed.ids)
        except Exception as raised:
            raise Failure(f"{provider.provider} (models, {codec}): {type(raised).__name__}: {raised}") from raised
        if complaints:
            raise Failure(f"{provider.provider} (models, {codec}): {complaints[0]}")

    def _runtime(self, provider: ProviderSchema, kind: str, choice: tuple[tuple[str, str], ...] = ()) -> Runtime:
        name, key = provider.provider, (provider.provider, kind, choice)
        if key not in self._runtimes:
            self._runtimes[key] = Runtime(
                credentials={name: {**filled(provider, kind), **dict(choice)}},
                endpoints={name: self._server.url},
                environ=self._environ,
                documents=self._documents,
                transport=TokenDoor(self._server.url),
            )
        return self._runtimes[key]
