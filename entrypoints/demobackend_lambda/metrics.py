"""Metrics of a Lambda function: one line an invocation, which Amazon CloudWatch reads out of the log (embedded metric format)."""

from collections.abc import Callable, Mapping
from itertools import chain, repeat
from time import perf_counter_ns
from typing import Protocol, cast

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

NAMESPACE = "DemoBackend"


class Named(Protocol):
    """What we read of an invocation's context."""

    function_name: str


def measured[Event, Answer](
    handler: Callable[[Event, object], Answer], counts: Callable[[Answer], Mapping[str, int]]
) -> Callable[[Event, object], Answer]:
    """Tell of every invocation: `Requests`, `ColdStarts` (0 or 1), `Latency` in milliseconds, and what `counts` finds in the answer;
    `Failures` for one that raised instead. The dimension `function` is the function's name.
    """
    metrics = EphemeralMetrics(namespace=NAMESPACE)
    cold_starts = chain([1], repeat(0))

    def handle(event: Event, context: object) -> Answer:
        started = perf_counter_ns()
        found: Mapping[str, int] = {"Failures": 1}
        try:
            answer = handler(event, context)
            found = counts(answer)
            return answer
        finally:
            metrics.add_dimension("function", cast("Named", context).function_name)
            metrics.add_metric("Latency", MetricUnit.Milliseconds, (perf_counter_ns() - started) / 1e6)
            for name, count in {"Requests": 1, "ColdStarts": next(cold_starts), **found}.items():
                metrics.add_metric(name, MetricUnit.Count, count)
            metrics.flush_metrics()

    return handle
