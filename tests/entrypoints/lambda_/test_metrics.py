"""Metrics, as Amazon CloudWatch reads them out of a function's log (embedded metric format)."""

import json
from typing import Any

import pytest
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from tests.entrypoints.lambda_.conftest import Context

from demobackend_lambda.batches import failures
from demobackend_lambda.first_use import Handler
from demobackend_lambda.metrics import measured


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The lines written, as metrics."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def values(line: dict[str, Any]) -> dict[str, float]:
    """The counts of a line, by name."""
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    return {metric["Name"]: line[metric["Name"]][0] for metric in directive["Metrics"] if metric["Unit"] == "Count"}


def test_each_invocation_is_told_of_once_and_the_first_was_a_cold_start(context: Context, capsys: pytest.CaptureFixture[str]) -> None:
    handler = measured(lambda event, _: event, lambda answer: {f"Status{answer}xx": 1})
    assert [handler(status, context) for status in (2, 2, 4)] == [2, 2, 4]
    assert [values(line) for line in told(capsys)] == [
        {"Requests": 1.0, "ColdStarts": 1.0, "Status2xx": 1.0},
        {"Requests": 1.0, "ColdStarts": 0.0, "Status2xx": 1.0},
        {"Requests": 1.0, "ColdStarts": 0.0, "Status4xx": 1.0},
    ]


def test_a_line_names_the_function_the_namespace_and_the_time_it_took(context: Context, capsys: pytest.CaptureFixture[str]) -> None:
    measured(lambda event, _: event, lambda _: {})(None, context)
    (line,) = told(capsys)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert (directive["Namespace"], directive["Dimensions"], line["function"]) == ("DemoBackend", [["function"]], "local")
    assert {"Name": "Latency", "Unit": "Milliseconds"} in directive["Metrics"]


def test_a_handler_that_raises_counts_as_a_failure_and_still_raises(context: Context, capsys: pytest.CaptureFixture[str]) -> None:
    def handler(_event: object, _context: object) -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        measured(handler, lambda _: {"Done": 1})(None, context)
    (line,) = told(capsys)
    assert values(line) == {"Requests": 1.0, "ColdStarts": 1.0, "Failures": 1.0}


def test_a_batch_counts_the_records_that_failed(context: Context, capsys: pytest.CaptureFixture[str]) -> None:
    answer: PartialItemFailureResponse = {"batchItemFailures": [{"itemIdentifier": "1"}, {"itemIdentifier": "2"}]}
    handler: Handler[None, PartialItemFailureResponse] = measured(lambda _event, _context: answer, failures)
    handler(None, context)
    (line,) = told(capsys)
    assert values(line)["BatchFailures"] == 2.0


def test_nothing_of_event_or_answer_is_told(context: Context, capsys: pytest.CaptureFixture[str]) -> None:
    measured(lambda event, _: event, lambda _: {"Status2xx": 1})({"authorization": "Bearer secret"}, context)
    (line,) = told(capsys)
    assert set(line) == {"_aws", "function", "function_request_id", "Latency", "Requests", "ColdStarts", "Status2xx"}


def test_a_line_holds_what_is_searched_for_beside_what_is_counted(context: Context, capsys: pytest.CaptureFixture[str]) -> None:
    measured(lambda event, _: event, lambda _: {}, lambda event, answer: {"asked": event, "answered": answer})("x", context)
    (line,) = told(capsys)
    assert (line["asked"], line["answered"], line["function_request_id"]) == ("x", "x", context.aws_request_id)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert {metric["Name"] for metric in directive["Metrics"]} == {"Latency", "Requests", "ColdStarts"}
