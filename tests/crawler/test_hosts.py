"""Manners, told the time: who is asked next, and when."""

import pytest

from tests.crawler.sites import MISSING, nobody, page, refusal
from yieldpoint.crawler.hosts import Host, Hosts, Job
from yieldpoint.crawler.robots import Rules

FINE = page()


def host(name: str = "h", jobs: int = 0) -> Host:
    """Return a host with something to ask."""
    made = Host(1, name, Rules(), more=False)
    made.waiting.extend(Job(number, f"{name}/{number}") for number in range(jobs))
    return made


def job(tries: int = 0) -> Job:
    """Return something to ask."""
    return Job(1, "http://h/", tries=tries)


def rate(host: Host, now: float) -> float:
    """Return how many requests a second a host is asked at most."""
    host.waiting.append(job())
    host.not_before = 0.0
    host.take(now)
    return 1 / (host.not_before - now)


def test_no_host_has_more_places_than_allowed() -> None:
    """No host has more places than allowed."""
    hosts, one = Hosts(concurrency=50, per_host=2), host(jobs=5)
    hosts.changed(one, 0.0)
    taken = 0
    while found := hosts.next(0.0):
        found.take(0.0)
        hosts.changed(found, 0.0)
        taken += 1
    assert taken == 2


def test_a_host_without_rules_or_with_a_delay_has_one_place() -> None:
    """A host without rules or with a delay has one place."""
    for rules in (None, Rules(delay=1.0)):
        hosts, one = Hosts(50, 8), host(jobs=5)
        one.rules = rules
        hosts.changed(one, 0.0)
        assert hosts.next(0.0) is one
        one.take(0.0)
        hosts.changed(one, 0.0)
        assert hosts.next(0.0) is None


def test_a_place_that_is_given_back_can_be_taken() -> None:
    """A place that is given back can be taken."""
    hosts, one = Hosts(50, 1), host(jobs=2)
    hosts.changed(one, 0.0)
    assert hosts.next(0.0) is one
    one.take(0.0)
    hosts.changed(one, 0.0)
    assert hosts.next(0.0) is None
    one.running -= 1
    hosts.changed(one, 0.0)
    hosts.changed(one, 0.0)  # twice makes no difference
    assert hosts.next(0.0) is one
    assert hosts.next(0.0) is None


def test_a_host_that_is_held_is_due_later() -> None:
    """A host that is held is due later."""
    hosts, one = Hosts(50, 8), host(jobs=1)
    hosts.changed(one, 0.0)
    one.hold(5.0, "Crawl-delay")
    one.hold(3.0, "earlier makes no difference")
    assert hosts.next(0.0) is None
    assert hosts.due() == 5.0
    assert [(each.reason, each.not_before) for each in hosts.held(0.0)] == [
        ("Crawl-delay", 5.0)
    ]
    one.hold(7.0, "longer")
    hosts.changed(one, 0.0)
    assert hosts.due() == 7.0
    assert hosts.next(5.0) is None
    assert hosts.next(7.0) is one
    assert hosts.due() is None


def test_a_host_that_has_lost_its_work_is_passed_over() -> None:
    """A host that has lost its work is passed over."""
    hosts, one = Hosts(50, 8), host(jobs=1)
    hosts.changed(one, 0.0)
    one.waiting.clear()
    assert hosts.next(0.0) is None
    one.again(job(), when=2.0)
    hosts.changed(one, 0.0)
    assert hosts.due() == 2.0
    one.later.clear()
    hosts.changed(one, 0.0)
    assert hosts.due() is None
    assert hosts.next(2.0) is None


def test_what_is_due_again_goes_first() -> None:
    """What is due again goes first."""
    one = host(jobs=1)
    one.again(job(tries=1), when=2.0)
    assert one.work_at(0.0) == 0.0
    assert one.take(2.0).tries == 1
    assert one.take(2.0).tries == 0
    assert one.work_at(2.0) is None


def test_an_idle_host_has_nothing_to_do_and_nothing_to_forget() -> None:
    """An idle host has nothing to do and nothing to forget."""
    one = host()
    assert one.is_idle(0.0)
    one.hold(5.0, "a pause")
    assert not one.is_idle(0.0)
    assert not host(jobs=1).is_idle(0.0)


def test_pauses_that_the_host_does_not_time_double() -> None:
    """Pauses that the host does not time double, until it answers."""
    one = host()
    ends = []
    for _ in range(8):
        now = one.not_before
        one.learn(refusal(429), job(), began=now, now=now)
        ends.append(one.not_before - now)
    assert ends == [1, 2, 4, 8, 16, 32, 60, 60]
    one.learn(FINE, job(), began=500.0, now=500.0)
    one.learn(refusal(503), job(), began=500.0, now=500.0)
    assert one.not_before == 501.0


def test_what_was_asked_before_the_pause_makes_no_longer_one() -> None:
    """What was asked before the pause makes no longer one."""
    one = host()
    one.learn(refusal(429), job(), began=0.0, now=1.0)
    one.learn(refusal(429), job(), began=0.5, now=1.5)
    assert one.not_before == 2.0


def test_an_address_that_is_refused_again_makes_no_pause() -> None:
    """An address that is refused again makes no pause: others may be welcome."""
    one = host()
    one.learn(refusal(429), job(tries=1), began=0.0, now=1.0)
    assert one.not_before == 0.0


def test_a_host_that_says_for_how_long_is_left_alone_for_so_long() -> None:
    """A host that says for how long is left alone for so long, within reason."""
    one = host()
    one.learn(refusal(503, wait=9.0), job(), began=0.0, now=1.0)
    assert one.not_before == 10.0
    one.learn(refusal(503, wait=20.0), job(tries=1), began=0.0, now=2.0)
    assert one.not_before == 22.0
    one = host()
    one.learn(refusal(429, wait=1e9), job(), began=2.0, now=3.0)
    assert one.not_before == 4.0  # nobody waits for years
    one.learn(refusal(429, wait=1e9), job(tries=1), began=3.0, now=4.0)
    assert one.not_before == 4.0


def test_a_rate_that_was_too_much_is_halved_and_grows_again() -> None:
    """A rate that was too much is halved and grows again."""
    one = host()
    for n in range(40):
        one.learn(FINE, job(), began=0.0, now=n / 40)
    one.learn(refusal(503), job(), began=0.9, now=1.0)
    assert rate(one, 1.0) == pytest.approx(20, rel=0.05)
    one.learn(refusal(503), job(), began=0.9, now=1.0)  # says nothing new
    one.learn(refusal(503), job(tries=1), began=1.0, now=1.1)  # its own fault
    assert rate(one, 1.1) == pytest.approx(20, rel=0.05)
    for n in range(8):
        one.learn(MISSING, job(), began=1.1, now=1.1 + n / 20)
    quick = rate(one, 2.0)
    assert 34 < quick < 39
    one.learn(FINE, job(), began=2.0, now=2.0)
    assert quick < rate(one, 2.0) < quick + 1
    one.learn(refusal(503), job(), began=9.0, now=9.0)  # after a time without answers
    assert rate(one, 9.0) == pytest.approx(1, rel=0.05)


def test_a_host_is_given_up_when_nobody_is_there() -> None:
    """A host is given up when nobody is there."""
    one = host()
    one.learn(nobody(), job(), 0.0, 1.0)
    assert one.not_before == 1.5
    one.missed("connection refused")
    assert one.rules == Rules(refusal="connection refused", outcome="failed")
    known = host()
    known.learn(FINE, job(), 0.0, 1.0)
    for _ in range(4):
        known.missed("connection refused")
    assert known.rules == Rules()
    known.missed("connection refused")
    assert known.rules == Rules(refusal="connection refused", outcome="failed")
