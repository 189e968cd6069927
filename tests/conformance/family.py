"""What a simulator of one wire family is."""

from __future__ import annotations

from typing import Literal, Protocol

from modelruntime.schema.profile import Profile
from tests.conformance.case import Case
from tests.conformance.exchange import Answer, Seen
from tests.conformance.want import Want

Evidence = Literal["vendor types", "simulator"]


class Family(Protocol):
    """Judges requests and answers them. Stateless: one object serves every case."""

    evidence: Evidence
    """`vendor types`: requests are judged by the types of the vendor's own SDK or specification."""

    def judge(self, seen: Seen, case: Case, profile: Profile) -> list[str]:
        """What the vendor would refuse."""
        ...

    def answer(self, seen: Seen, case: Case, profile: Profile, want: Want) -> Answer:
        """The vendor's answer, streamed where the request asks for it."""
        ...
