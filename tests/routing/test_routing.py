"""Retries, fallbacks, deadlines and breakers: tables, and laws over any history."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelruntime.entities import errors as e
from modelruntime.routing.attempt_plan import Attempt, CallRoute, GiveUp, Wait
from modelruntime.routing.breaker import Breaker, BreakerPolicy
from modelruntime.routing.deadline import Deadline
from modelruntime.routing.retry_policy import Reaction, RetryPolicy, reaction_to

AGAIN, ELSEWHERE, STOP = Reaction(True, True), Reaction(False, True), Reaction(False, False)


@pytest.mark.parametrize(
    ("error", "reaction"),
    [
        (e.ConnectionFailed("x"), AGAIN),
        (e.ConnectionFailed("bad certificate", retryable=False), ELSEWHERE),
        (e.ServerUnavailable("x"), AGAIN),
        (e.RateLimited("x"), AGAIN),
        (e.RateLimited("no quota", retryable=False), ELSEWHERE),
        (e.TimedOut("x"), AGAIN),
        (e.StreamIncomplete("x"), AGAIN),
        (e.Unauthorized("x"), ELSEWHERE),
        (e.CredentialsInvalid("x"), ELSEWHERE),
        (e.ModelNotFound("x"), ELSEWHERE),
        (e.ContextLengthExceeded("x"), ELSEWHERE),
        (e.ContentFiltered("x"), ELSEWHERE),
        (e.BadRequest("x"), STOP),
        (e.BadRequest("conflict", retryable=True), AGAIN),
        (e.ParameterInvalid("x"), STOP),
        (e.DeclarationInvalid("x"), STOP),
        (e.InvokeError("x"), STOP),
        (e.InvokeError("x", retryable=True), AGAIN),
        (KeyError("x"), STOP),
    ],
)
def test_reactions(error, reaction):
    assert reaction_to(error) == reaction


@pytest.mark.parametrize(
    ("failures", "jitter", "seconds"),
    [(1, 0.0, 0.25), (1, 1.0, 0.5), (2, 1.0, 1.0), (3, 1.0, 2.0), (6, 1.0, 8.0), (5000, 1.0, 8.0), (1, 7.0, 0.5), (1, -1.0, 0.25)],
)
def test_the_back_off_doubles_up_to_its_limit(failures, jitter, seconds):
    assert RetryPolicy().back_off(failures, jitter) == seconds


@pytest.mark.parametrize(
    ("asked", "seconds"), [(3.0, 3.0), (0.0, 0.0), (-5.0, 0.0), (math.inf, 60.0), (3e8, 60.0), (math.nan, 0.5), (None, 0.5)]
)
def test_retry_after_is_honoured_and_clamped(asked, seconds):
    assert RetryPolicy().delay(e.RateLimited("x", retry_after=asked), 1, 1.0) == seconds


def play(route: CallRoute[str], *failures: Exception, committed: bool = False) -> list[object]:
    """Run a call whose attempts fail one after the other, without time passing but for waits; what was tried and waited."""
    now, left = 0.0, list(failures)
    told: list[object] = []
    while True:
        step = route.next_attempt(now)
        if isinstance(step, Attempt):
            told.append(step.target)
            if not left:
                return told
            route.failed(left.pop(0), now, committed)
        elif isinstance(step, Wait):
            told.append(step.seconds)
            now += step.seconds
        else:
            told.append(type(step.error).__name__)
            return told


DOWN, SLOW = e.ConnectionFailed("x"), e.RateLimited("x", retry_after=5.0)
LONG, KEY = e.ContextLengthExceeded("x"), e.Unauthorized("x")


@pytest.mark.parametrize(
    ("targets", "failures", "told"),
    [
        ("a", [], ["a"]),
        ("a", [DOWN], ["a", 0.5, "a"]),
        ("a", [DOWN, DOWN, DOWN], ["a", 0.5, "a", 1.0, "a", "ConnectionFailed"]),
        ("ab", [DOWN], ["a", "b"]),
        ("ab", [DOWN, DOWN, DOWN], ["a", "b", 0.5, "a", "ConnectionFailed"]),
        ("abcd", [DOWN, DOWN, DOWN, DOWN], ["a", "b", "c", "d", "ConnectionFailed"]),
        ("a", [KEY], ["a", "Unauthorized"]),
        ("ab", [KEY, LONG], ["a", "b", "ContextLengthExceeded"]),
        ("ab", [KEY, DOWN], ["a", "b", 0.5, "b"]),
        ("a", [SLOW], ["a", 5.0, "a"]),
        ("ab", [SLOW, SLOW], ["a", "b", 5.0, "a"]),
        ("ab", [SLOW, DOWN], ["a", "b", 0.5, "b"]),
        ("ab", [e.ParameterInvalid("x")], ["a", "ParameterInvalid"]),
        ("ab", [e.BadRequest("x")], ["a", "BadRequest"]),
        ("ab", [e.RateLimited("x", retryable=False), KEY], ["a", "b", "Unauthorized"]),
    ],
)
def test_a_call_takes_its_way(targets, failures, told):
    assert play(CallRoute(tuple(targets), jitter=1.0), *failures) == told


def test_after_the_commit_point_the_failure_is_the_callers():
    assert play(CallRoute(("a", "b")), DOWN, committed=True) == ["a", "ConnectionFailed"]


def test_a_wait_that_does_not_fit_the_deadline_is_not_begun():
    assert play(CallRoute(("a",), deadline=Deadline(5.0)), SLOW) == ["a", "RateLimited"]
    assert play(CallRoute(("a",), deadline=Deadline(5.1)), SLOW) == ["a", 5.0, "a"]
    assert play(CallRoute(("a", "b"), deadline=Deadline(5.0)), SLOW) == ["a", "b"]


def test_a_deadline_that_passed_before_anything_is_a_timeout():
    step = CallRoute(("a",), deadline=Deadline.after(0.0, 1.0)).next_attempt(1.0)
    assert isinstance(step, GiveUp)
    assert isinstance(step.error, e.TimedOut)


def test_giving_up_tells_every_failure():
    route = CallRoute(("a", "b"))
    play(route, KEY, LONG)
    step = route.next_attempt(0.0)
    assert isinstance(step, GiveUp)
    assert [(failure.target_index, failure.error) for failure in step.failures] == [(0, KEY), (1, LONG)]


def test_a_wait_that_was_cut_short_goes_on():
    route = CallRoute(("a",), jitter=1.0)
    route.next_attempt(0.0)
    route.failed(SLOW, 0.0, False)
    assert route.next_attempt(2.0) == Wait(3.0)
    assert isinstance(route.next_attempt(5.0), Attempt)


def test_attempts_are_reported_one_at_a_time():
    route = CallRoute(("a", "b"))
    with pytest.raises(RuntimeError):
        route.failed(DOWN, 0.0, False)
    route.next_attempt(0.0)
    with pytest.raises(RuntimeError):
        route.next_attempt(0.0)
    with pytest.raises(ValueError):
        CallRoute(())


ERRORS = st.sampled_from(
    [kind("x") for kind in (e.ConnectionFailed, e.ServerUnavailable, e.TimedOut, e.Unauthorized, e.BadRequest, e.ModelNotFound)]
    + [e.ParameterInvalid("x"), ValueError("x"), e.InvokeError("x", retryable=True)]
    + [e.RateLimited("x", retry_after=after) for after in (None, 0.0, 3.0, -1.0, math.nan, math.inf)]
)
EVENTS = st.lists(st.tuples(ERRORS, st.sampled_from([0.0, 0.1, 2.0, 30.0]), st.sampled_from([False] * 9 + [True])), max_size=12)


@settings(deadline=None, max_examples=300)
@given(st.integers(1, 4), st.integers(0, 5), st.none() | st.sampled_from([0.0, 1.0, 10.0, 100.0]), st.floats(0, 1), EVENTS)
def test_the_laws_of_a_call(targets, max_attempts, seconds, jitter, events):
    policy, deadline = RetryPolicy(max_attempts=max_attempts), Deadline.after(0.0, seconds)
    route = CallRoute(tuple(range(targets)), policy=policy, deadline=deadline, jitter=jitter)
    now, attempts, refused, events = 0.0, 0, set(), list(events)
    earliest: dict[int, float] = {}
    while True:
        step = route.next_attempt(now)
        if isinstance(step, GiveUp):
            break
        if isinstance(step, Wait):
            assert 0 < step.seconds <= policy.max_retry_after + 1e-9  # a difference of sums of floats
            assert deadline.at is None or now + step.seconds < deadline.at
            assert all(index in refused or earliest.get(index, 0) > now for index in range(targets))
            now += step.seconds
            continue
        attempts += 1
        assert step.number == attempts <= max(policy.max_attempts, targets)
        assert not deadline.has_passed(now)
        assert step.target_index not in refused
        assert earliest.get(step.target_index, 0.0) <= now
        if not events:
            return
        error, took, committed = events.pop(0)
        now += took
        route.failed(error, now, committed)
        reaction = reaction_to(error)
        if committed or reaction == STOP:
            stopped = route.next_attempt(now)
            assert isinstance(stopped, GiveUp)
            assert stopped.error is error
        if not reaction.same:
            refused.add(step.target_index)
        after = getattr(error, "retry_after", None)
        if after is not None and not math.isnan(after):
            earliest[step.target_index] = now + min(max(after, 0.0), policy.max_retry_after) - 1e-9
        else:
            earliest[step.target_index] = now + policy.first_delay / 2 - 1e-9
    assert isinstance(route.next_attempt(now), GiveUp)
    assert route.attempts == attempts


POLICY = BreakerPolicy(threshold=3, cooldown=10.0, max_cooldown=35.0)


def fail(breaker: Breaker, error: Exception, *times: float) -> Breaker:
    for now in times:
        breaker = breaker.failed(error, now, POLICY)
    return breaker


def test_a_breaker_opens_after_failures_in_a_row_probes_once_and_closes():
    breaker = fail(Breaker(), DOWN, 0.0, 1.0)
    assert breaker.state(1.0) == "closed"
    breaker = fail(breaker, DOWN, 2.0)
    assert (breaker.state(2.0), breaker.allows(11.9), breaker.state(12.0)) == ("open", False, "half-open")
    probing = breaker.admitted(12.0)
    assert breaker.allows(12.0)
    assert not probing.allows(12.0)
    assert probing.abandoned().allows(12.0)
    assert probing.succeeded(12.5) == Breaker()


def test_each_failed_probe_doubles_the_time_up_to_its_limit():
    breaker, now, times = fail(Breaker(), DOWN, 0.0, 0.0, 0.0), 0.0, []
    for _ in range(4):
        assert breaker.open_until is not None
        times.append(breaker.open_until - now)
        now = breaker.open_until
        breaker = fail(breaker.admitted(now), DOWN, now)
    assert times == [10.0, 20.0, 35.0, 35.0]


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (e.RateLimited("x"), 1.0),
        (e.RateLimited("x", retry_after=7.0), 7.0),
        (e.RateLimited("x", retry_after=math.nan), 1.0),
        (e.RateLimited("x", retry_after=-3.0), 1.0),
        (e.RateLimited("x", retry_after=1e9), 35.0),
        (e.RateLimited("no quota left", retry_after=2.0, retryable=False), 35.0),
        (e.Unauthorized("x"), 35.0),
    ],
)
def test_a_limit_or_a_refused_key_opens_at_once(error, seconds):
    assert fail(Breaker(), error, 100.0).open_until == 100.0 + seconds


@pytest.mark.parametrize("error", [e.BadRequest("x"), e.ModelNotFound("x"), e.ContentFiltered("x"), e.ParameterInvalid("x")])
def test_an_answer_that_refuses_the_request_says_the_target_is_well(error):
    assert fail(fail(Breaker(), DOWN, 0.0, 0.0), error, 1.0) == Breaker()


def test_a_late_failure_does_not_shorten_the_time():
    breaker = fail(Breaker(), e.Unauthorized("x"), 0.0)
    assert fail(breaker, e.RateLimited("x"), 1.0).open_until == 35.0
    assert fail(breaker, e.BadRequest("x"), 1.0) == breaker


def test_a_success_from_before_says_nothing_of_what_opened_since():
    breaker = fail(Breaker(), e.RateLimited("x", retry_after=7.0), 0.0)
    assert breaker.succeeded(6.9) is breaker
    assert breaker.succeeded(7.0) == Breaker()


def test_failures_of_calls_that_were_under_way_when_it_opened_do_not_lengthen_the_time():
    breaker = fail(Breaker(), DOWN, 0.0, 0.0, 0.0)
    assert fail(breaker, DOWN, *([1.0] * 20)) == breaker


@pytest.mark.parametrize(
    ("breaker", "now", "until"),
    [
        (Breaker(), 1.0, None),
        (Breaker(open_until=5.0), 4.0, 5.0),
        (Breaker(open_until=5.0), 5.0, None),
        (Breaker(open_until=5.0, probing=True), 6.0, 6.0),
    ],
)
def test_how_long_a_target_is_ill(breaker, now, until):
    assert breaker.ill_until(now) == until


def test_deadlines_count_down_to_nothing():
    deadline = Deadline.after(10.0, 5.0)
    assert (deadline.remaining(12.0), deadline.remaining(99.0), Deadline().remaining(1.0)) == (3.0, 0.0, None)
    assert (deadline.has_passed(14.9), deadline.has_passed(15.0), Deadline.after(0.0, None).has_passed(1e9)) == (False, True, False)


@pytest.mark.parametrize(("targets", "attempts", "repeats"), [(1, 1, 0), (1, 3, 2), (2, 3, 1), (3, 3, 0), (5, 3, 0)])
def test_a_request_is_repeated_out_of_what_nobody_else_needs(targets, attempts, repeats):
    route = CallRoute(tuple(range(targets)), policy=RetryPolicy(max_attempts=attempts))
    assert isinstance(route.next_attempt(0.0), Attempt)
    assert [route.may_repeat(0.0) for _ in range(repeats + 2)] == [True] * repeats + [False, False]
    for target in range(1, targets):
        route.failed(e.ServerUnavailable("down"), 0.0, committed=False)
        step = route.next_attempt(0.0)
        assert isinstance(step, Attempt)
        assert step.target_index == target


def test_nothing_is_repeated_after_the_deadline():
    route = CallRoute((1,), deadline=Deadline.after(0.0, 5.0))
    route.next_attempt(0.0)
    assert route.may_repeat(4.0)
    assert not route.may_repeat(5.0)
