"""Questions are asked again only where that is safe, and whatever answers is understood or said to be no server of ours."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from demobackend_cli.api import Api, Question, get, post
from demobackend_cli.origins import origin_from
from demobackend_cli.problems import refusal
from demobackend_cli.stops import NotThere, Stopped
from demobackend_cli.wire import Me

type Canned = tuple[int, dict[str, str], bytes] | None
"""Status, headers, body; None hangs up without an answer."""

type Play = Callable[..., tuple[Api, list[str]]]

_WELL: Canned = (200, {}, b"{}")
_SOON: Canned = (503, {"Retry-After": "0"}, b"{}")
_LATER: Canned = (429, {"Retry-After": "900"}, json.dumps({"detail": "Too many.", "code": "locked"}).encode())
_COME_BACK: Canned = (429, {"Retry-After": "0"}, b"{}")


@pytest.fixture
def play() -> Iterator[Play]:
    """Makes a client of a server that gives these answers in turn, and the list of the idempotency keys it has heard."""
    servers: list[HTTPServer] = []

    def played(*answers: Canned) -> tuple[Api, list[str]]:
        heard: list[str] = []
        server = HTTPServer(("127.0.0.1", 0), _handler(list(answers), heard))
        servers.append(server)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return Api(origin_from(f"http://127.0.0.1:{server.server_port}")), heard

    yield played
    for server in servers:
        server.shutdown()
        server.server_close()


def _handler(answers: list[Canned], heard: list[str]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            heard.append(self.headers.get("Idempotency-Key", ""))
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer = answers.pop(0)
            if answer is None:
                return
            status, headers, body = answer
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    return Handler


@pytest.mark.parametrize("hiccup", [_SOON, _COME_BACK, None])
def test_a_repeatable_question_is_asked_again_under_the_same_key(play: Play, hiccup: Canned) -> None:
    api, heard = play(hiccup, _WELL)
    assert api.ask(post("/v1/files", {}).repeatable()).status == 200
    assert len(heard) == 2 and heard[0] == heard[1] != ""


@pytest.mark.parametrize(("hiccup", "told"), [(_SOON, "503"), (None, "did not answer")])
def test_a_question_that_may_have_had_an_effect_is_asked_once(play: Play, hiccup: Canned, told: str) -> None:
    api, heard = play(hiccup)
    with pytest.raises(Stopped, match=told):
        api.ask(Question(method="POST", path="/v1/auth/login", body={}))
    assert len(heard) == 1


def test_a_server_that_never_recovers_is_given_up(play: Play) -> None:
    api, heard = play(_SOON, _SOON, _SOON)
    with pytest.raises(Stopped, match="503"):
        api.ask(get("/v1/me"))
    assert len(heard) == 3


def test_told_to_wait_long_a_person_decides(play: Play) -> None:
    api, heard = play(_LATER)
    with pytest.raises(Stopped) as stopped:
        api.ask(get("/v1/me"))
    assert (stopped.value.code, stopped.value.hint, len(heard)) == ("locked", "Try again in 900 s.", 1)


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"id": "x"}'])
def test_what_is_no_answer_of_ours_is_said_to_be_none(play: Play, body: bytes) -> None:
    api, _ = play((200, {}, body))
    with pytest.raises(Stopped, match="does not answer as DemoBackend does"):
        api.ask(get("/v1/me")).read(Me)


def test_a_refusal_without_words_is_told_by_its_status(play: Play) -> None:
    api, _ = play((502, {}, b"<html>bad gateway</html>"), (404, {}, b"nothing"))
    with pytest.raises(Stopped, match="answered 502 without saying why"):
        api.ask(get("/v1/me"))
    with pytest.raises(NotThere):
        api.ask(get("/v1/me"))


def test_words_from_a_server_cannot_move_the_cursor(play: Play) -> None:
    problem = {"detail": "\x1b[2Jgone", "code": "x\x07", "errors": [{"pointer": "/a", "code": "b", "detail": "\x1b[31m"}]}
    api, _ = play((422, {}, json.dumps(problem).encode()))
    with pytest.raises(Stopped) as stopped:
        api.ask(get("/v1/me"))
    assert not any(character in stopped.value.message + stopped.value.code + "".join(stopped.value.details) for character in "\x1b\x07")


def _problem(*violations: tuple[str, str, str]) -> bytes:
    listed = [dict(zip(("pointer", "code", "detail"), violation, strict=True)) for violation in violations]
    detail = listed[0]["detail"] if len(listed) == 1 else "The request holds values that break a rule."
    return json.dumps({"detail": detail, "code": "invalid_input", "errors": listed}).encode()


def test_one_broken_rule_is_one_sentence_with_its_place_and_its_code() -> None:
    stopped = refusal(422, _problem(("/size", "required", "This field is required.")), from_where="there")
    assert (stopped.message, stopped.code, stopped.details) == ("/size: This field is required.", "required", ())


def test_several_broken_rules_are_a_line_each() -> None:
    violations = ("/name", "required", "This field is required."), ("/size", "wrong_type", "A number is needed.")
    stopped = refusal(422, _problem(*violations), from_where="there")
    assert stopped.message == "The request holds values that break a rule."
    assert stopped.details == ("/name: This field is required. (required)", "/size: A number is needed. (wrong_type)")
