"""Every recorded completion, beside the family's own client reading the same bytes."""

from modelruntime.entities.events import FinishEvent
from tests.replay import oracle
from tests.replay.chat_replay import completions, differences, see, terminal
from tests.replay.family_replay import body_of, broken_laws, difference, events_of, leaves, request_of
from tests.replay.ledger import LEDGER
from tests.replay.played import Played
from tests.replay.verdicts import share

PLAYED = list(completions())


def played() -> list[Played]:
    return PLAYED


def test_completions_say_what_the_familys_client_sees():
    def as_the_client(item: Played) -> str | None:
        return differences(oracle.see(item.row, completions=True), see(item))

    assert share("completions", "replies", PLAYED, as_the_client) >= 0.99


def test_streamed_completions_keep_the_laws_at_any_cut():
    for item in PLAYED:
        row, codec, call, endpoint = item
        if row.streamed:
            assert broken_laws(codec, row, call, endpoint, lambda body: terminal(item, body)) == []  # noqa: B023
            assert isinstance(events_of(codec, row, call, endpoint, [row.body])[-1], FinishEvent)


def test_recorded_requests_are_encoded_as_they_were_sent():
    def as_it_was_sent(item: Played) -> str | None:
        LEDGER.weigh_extra(item.codec.name, leaves(item.call.extra), leaves(item.row.request))
        sent = {name: value for name, value in item.row.request.items() if (name, value) != ("stream", False)}
        return difference(sent, body_of(request_of(item.codec, item.call, item.endpoint)))

    assert share("completions", "requests", PLAYED, as_it_was_sent) >= 0.97
