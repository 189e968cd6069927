from tests.replay.scope import counts


def test_there_is_no_recorded_speech_of_this_family_yet():
    """The day there is some, this fails, and it gets a replay like the others."""
    found = counts()["now", "openai_speech"]
    print(f"openai_speech: {found} rows")
    assert found == 0
