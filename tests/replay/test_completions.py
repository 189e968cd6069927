"""Every recorded completion, beside the family's own client reading the same bytes."""

from tests.codecs.openai.event_laws import check_laws, plain
from tests.replay import oracle
from tests.replay.chat_replay import events, see
from tests.replay.recordings import recordings, report
from tests.replay.test_chat import differences

RECORDINGS = [row for row in recordings("/completions") if not row.path.endswith("chat/completions")]


def test_completions_say_what_the_familys_client_sees():
    good, failures = 0, []
    for row in RECORDINGS:
        expected, seen = oracle.see(row, completions=True), see(row)
        assert isinstance(expected, oracle.Seen), row.id
        assert isinstance(seen, oracle.Seen), row.id
        if wrong := differences(row, expected, seen):
            failures.append(f"{row.id}: {'; '.join(wrong)}")
        else:
            good += 1
    assert report("completions", good, failures) >= 0.99


def test_streamed_completions_keep_the_laws_at_any_cut():
    for row in RECORDINGS:
        if row.streamed:
            whole = events(row, [row.body])
            check_laws(whole)
            assert plain(events(row, [row.body[at : at + 1] for at in range(len(row.body))])) == plain(whole), row.id
