"""One process of a cold start: `FOLDER EVENT ours|theirs`. Prints the milliseconds of CPU until it has its answer. Run as a script.

Theirs makes a client and asks nothing; ours imports the handler, starts it and answers, the call to the table included.
"""

import json
import os
import resource
import sys

folder, event, side = sys.argv[1:]
sys.path.insert(0, folder)
said = os.dup(1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
if side == "theirs":
    import boto3

    boto3.client("dynamodb")
else:
    from demobackend_lambda.files import handler

    class Context:
        function_name = function_version = invoked_function_arn = aws_request_id = "files"
        memory_limit_in_mb = 1024

    answer = handler(json.loads(event), Context())
    assert answer["statusCode"] == 200, answer
used = resource.getrusage(resource.RUSAGE_SELF)
os.write(said, json.dumps((used.ru_utime + used.ru_stime) * 1000).encode())
os._exit(0)  # AWS Lambda does not take an interpreter apart before it answers
