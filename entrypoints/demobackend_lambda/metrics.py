"""Metrics of a Lambda function: one line an invocation, which Amazon CloudWatch reads out of the log (embedded metric format)."""

import json
from collections.abc import Callable, Mapping
from itertools import chain, repeat
from time import perf_counter_ns
from typing import Protocol, cast

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

NAMESPACE = "DemoBackend"
_ENCODE = json.JSONEncoder(separators=(",", ":")).encode  # made once: making it takes as long as its work


class Context(Protocol):
    """What we read of an invocation's context."""

    function_name: str
    aws_request_id: str


def measured[Event, Answer](
    handler: Callable[[Event, object], Answer],
    counts: Callable[[Answer], Mapping[str, int]],
    facts: Callable[[Event, Answer], Mapping[str, object]] = lambda _event, _answer: {},
) -> Callable[[Event, object], Answer]:
    """Tell of every invocation: `Requests`, `ColdStarts` (0 or 1), `Latency` in milliseconds, and what `counts` finds in the answer;
    `Failures` for one that raised instead. The dimension `function` is the function's name.

    The line also holds the invocation's id and `facts`, which are searched for and not counted.
    """
    metrics, cold_starts = EphemeralMetrics(namespace=NAMESPACE), chain([1], repeat(0))

    def handle(event: Event, context: object) -> Answer:
        started = perf_counter_ns()
        found: Mapping[str, int] = {"Failures": 1}
        told: Mapping[str, object] = {}
        try:
            answer = handler(event, context)
            found, told = counts(answer), facts(event, answer)
            return answer
        finally:
            latency = (perf_counter_ns() - started) / 1e6
            counted = {"Requests": 1, "ColdStarts": next(cold_starts), **found}
            invocation = cast("Context", context)
            told = {"function_request_id": invocation.aws_request_id, **told}
            print(_line(metrics, latency, counted, told, invocation.function_name))  # noqa: T201 - for CloudWatch, which reads what a function prints

    return handle


def _line(form: EphemeralMetrics, latency: float, counts: Mapping[str, int], facts: Mapping[str, object], function: str) -> str:
    """In Powertools' form. Its collecting metric by metric, which checks each anew, would take longer than our own work."""
    counted = {name: {"Unit": MetricUnit.Count.value, "Value": [float(count)]} for name, count in counts.items()}
    timed = {"Latency": {"Unit": MetricUnit.Milliseconds.value, "Value": [latency]}}
    return _ENCODE(form.serialize_metric_set({**timed, **counted}, {"function": function}, dict(facts)))
