"""A function that has long been started: `FOLDER EVENT ROUNDS`. Prints rounds of microseconds a call: CPU, then wall time, of our
handler, of the call that it makes by the same client, and of that call by a client with boto3's defaults. Run as a script.
"""

import json
import os
import sys
from time import perf_counter_ns, process_time_ns

_CALLS = 20  # a turn; short, so that a neighbour's work falls on all sides alike
_TURNS = 10
folder, text, rounds = sys.argv[1:]
sys.path.insert(0, folder)
said = os.dup(1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

import boto3  # noqa: E402 - from the folder

from demobackend.adapters.botocore_clients import client_config  # noqa: E402
from demobackend_lambda.files import handler  # noqa: E402


class Context:
    function_name = function_version = invoked_function_arn = aws_request_id = "files"
    memory_limit_in_mb = 1024


event, context = json.loads(text), Context()
caller, file_id = event["requestContext"]["authorizer"]["user_id"], event["pathParameters"]["file_id"]
key = {"PK": {"S": f"U#{caller}"}, "SK": {"S": f"F#{file_id}"}}
ours, plain = boto3.client("dynamodb", config=client_config()), boto3.client("dynamodb")
sides = (
    lambda: handler(event, context),
    lambda: ours.get_item(TableName="files", Key=key, ConsistentRead=True),
    lambda: plain.get_item(TableName="files", Key=key, ConsistentRead=True),
)
assert handler(event, context)["statusCode"] == 200
for side in sides * 200:
    side()
measured = []
for _ in range(int(rounds)):
    cpu, wall = [0, 0, 0], [0, 0, 0]
    for _ in range(_TURNS):
        for number, side in enumerate(sides):
            began, began_wall = process_time_ns(), perf_counter_ns()
            for _ in range(_CALLS):
                side()
            cpu[number] += process_time_ns() - began
            wall[number] += perf_counter_ns() - began_wall
    measured.append([[spent / (_CALLS * _TURNS * 1000) for spent in times] for times in (cpu, wall)])
os.write(said, json.dumps(measured).encode())
