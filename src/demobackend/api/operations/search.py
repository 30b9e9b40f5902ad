"""The operations of search."""

from typing import cast

from demobackend.api.models.search import SearchOut, SearchQuery, search_out
from demobackend.api.operation import Access, Answer, AreaName, Call, Operation
from demobackend.domain.use_cases.areas import Search


def _search(search: Search, call: Call) -> Answer:
    query = cast(SearchQuery, call.query)
    answer = search.search(call.caller, query.q, query.conditions(), limit=query.limit, after=call.after)
    return Answer(body=search_out(answer, call.seal(answer.next)))


SEARCH: tuple[Operation[Search], ...] = (
    Operation(
        name="search", method="GET", path="/v1/search", area=AreaName.SEARCH, access=Access.USER, run=_search,
        summary="Find one's files by words", query=SearchQuery, paged=True, answer=SearchOut, refusals=(422,),
    ),
)  # fmt: skip
