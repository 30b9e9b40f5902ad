"""The domain's query tree as a `bool` query over tokens; nothing that a person typed is ever parsed by OpenSearch."""

from typing import Any

from demobackend.domain.model.names import essence_of
from demobackend.domain.model.search import SearchRequest
from demobackend.domain.model.text.query import Field, Term

_FIELDS = {Field.NAME: "name_words", Field.TAGS: "tags_words", Field.DESCRIPTION: "description_words", Field.TEXT: "text_words"}
_WEIGHTS = {Field.NAME: 3.0, Field.TAGS: 2.0, Field.DESCRIPTION: 1.5, Field.TEXT: 1.0}
_NO_LIMIT = 2**31 - 1  # no limit on expansions may drop a hit

type Clause = dict[str, Any]  # OpenSearch's query DSL


def query_body(request: SearchRequest) -> Clause:
    """Wanted terms score and must match, unwanted ones must not, conditions filter."""
    return {
        "bool": {
            "must": [_term(term) for term in request.query.wanted],
            "must_not": [_term(term) for term in request.query.unwanted],
            "filter": _conditions(request),
        }
    }


def _conditions(request: SearchRequest) -> list[Clause]:
    clauses: list[Clause] = [{"term": {"owner_id": request.owner_id}}, {"term": {"removed": False}}]
    if request.media_type is not None:
        clauses.append({"term": {"media_type": essence_of(request.media_type)}})
    if request.tag is not None:
        clauses.append({"term": {"tags": request.tag}})
    times = {"gte": request.created_after, "lte": request.created_before}
    borders = {border: moment.timestamp() * 1000 for border, moment in times.items() if moment is not None}
    if borders:
        clauses.append({"range": {"created_at": borders}})
    return clauses


def _term(term: Term) -> Clause:
    """The term in any field where it looks; the best field counts."""
    clauses = [_in_field(term, _FIELDS[field], _WEIGHTS[field]) for field in Field if term.looks_in(field)]
    return clauses[0] if len(clauses) == 1 else {"dis_max": {"queries": clauses, "tie_breaker": 0.3}}


def _in_field(term: Term, field: str, weight: float) -> Clause:
    tokens = " ".join(term.tokens)
    if len(term.tokens) == 1:
        kind = "prefix" if term.prefix else "term"
        return {kind: {field: {"value": tokens, "boost": weight}}}
    if term.prefix:
        return {"match_phrase_prefix": {field: {"query": tokens, "max_expansions": _NO_LIMIT, "boost": weight}}}
    return {"match_phrase": {field: {"query": tokens, "boost": weight}}}
