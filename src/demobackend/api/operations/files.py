"""The operations on files."""

from typing import cast

from demobackend.api.models.files import (
    CompleteUploadIn,
    CreatedFileOut,
    CreateFileIn,
    FileOut,
    FilePageOut,
    LinkOut,
    LinkQuery,
    ListFilesQuery,
    UpdateFileIn,
    UsageOut,
    file_out,
    upload_out,
    usage_out,
)
from demobackend.api.models.wire import Empty, instant
from demobackend.api.operation import Access, Answer, AreaName, Call, Operation
from demobackend.domain.model.caller import FileRole
from demobackend.domain.model.file import File
from demobackend.domain.model.ids import FileId, UploadId
from demobackend.domain.use_cases.areas import Files


def _file_id(call: Call) -> FileId:
    return FileId(call.id("file_id"))


def _upload_id(call: Call) -> UploadId:
    return UploadId(call.id("upload_id"))


def _shown(file: File, role: FileRole = FileRole.OWNER) -> Answer:
    return Answer(file_out(file, role), file.revision)


def _create(files: Files, call: Call) -> Answer:
    file, upload, signed = files.create(call.caller, cast(CreateFileIn, call.body).to_domain())
    body = CreatedFileOut(file=file_out(file), upload=upload_out(upload, signed))
    return Answer(body=body, revision=file.revision, headers=(("location", f"/v1/files/{file.id}"),))


def _complete(files: Files, call: Call) -> Answer:
    return _shown(files.complete_upload(call.caller, _file_id(call), _upload_id(call)))


def _abort(files: Files, call: Call) -> Answer:
    files.abort_upload(call.caller, _file_id(call), _upload_id(call))
    return Answer()


def _list(files: Files, call: Call) -> Answer:
    query = cast(ListFilesQuery, call.query)
    page = files.list(call.caller, query.condition(), query.file_order(), limit=query.limit, after=call.after)
    shown = [file_out(file) for file in page.items]
    return Answer(body=FilePageOut(items=shown, next_cursor=call.seal(page.next)))


def _get(files: Files, call: Call) -> Answer:
    return _shown(*files.get(call.caller, _file_id(call)))


def _update(files: Files, call: Call) -> Answer:
    edit = cast(UpdateFileIn, call.body).to_domain()
    return _shown(*files.update(call.caller, _file_id(call), edit, call.expected))


def _trash(files: Files, call: Call) -> Answer:
    return _shown(*files.trash(call.caller, _file_id(call), call.expected))


def _restore(files: Files, call: Call) -> Answer:
    return _shown(*files.restore(call.caller, _file_id(call), call.optional_match))


def _link(files: Files, call: Call) -> Answer:
    query = cast(LinkQuery, call.query)
    signed = files.link(call.caller, _file_id(call), query.wanted(), version=query.version)
    return Answer(body=LinkOut(url=signed.url, expires_at=instant(signed.expires_at)))


def _download(files: Files, call: Call) -> Answer:
    query = cast(LinkQuery, call.query)
    signed = files.link(call.caller, _file_id(call), query.wanted(), version=query.version)
    return Answer(headers=(("location", signed.url),))


def _usage(files: Files, call: Call) -> Answer:
    return Answer(body=usage_out(*files.usage(call.caller)))


_USER, _FILES = Access.USER, AreaName.FILES

FILES: tuple[Operation[Files], ...] = (
    Operation(
        name="create_file", method="POST", path="/v1/files", area=_FILES, access=_USER, run=_create, status=201,
        summary="Create a file and get a signed upload for its bytes",
        body=CreateFileIn, answer=CreatedFileOut, has_etag=True, refusals=(413, 507),
    ),
    Operation(
        name="complete_upload", method="POST", path="/v1/files/{file_id}/uploads/{upload_id}/complete", area=_FILES, access=_USER,
        run=_complete, summary="Make the file available once its bytes are stored",
        body=CompleteUploadIn, body_optional=True, answer=FileOut, has_etag=True, refusals=(409,),
    ),
    Operation(
        name="abort_upload", method="DELETE", path="/v1/files/{file_id}/uploads/{upload_id}", area=_FILES, access=_USER,
        run=_abort, status=204, summary="Take an upload back and release its room", refusals=(409,),
    ),
    Operation(
        name="list_files", method="GET", path="/v1/files", area=_FILES, access=_USER, run=_list,
        summary="List one's own files", query=ListFilesQuery, paged=True, answer=FilePageOut,
    ),
    Operation(
        name="get_file", method="GET", path="/v1/files/{file_id}", area=_FILES, access=_USER, run=_get,
        summary="Read a file's facts", answer=FileOut, has_etag=True,
    ),
    Operation(
        name="update_file", method="PATCH", path="/v1/files/{file_id}", area=_FILES, access=_USER, run=_update,
        summary="Change a file's name, tags or description", body=UpdateFileIn, answer=FileOut, needs_match=True, has_etag=True,
        refusals=(409,),
    ),
    Operation(
        name="trash_file", method="DELETE", path="/v1/files/{file_id}", area=_FILES, access=_USER, run=_trash,
        summary="Put a file into the trash", answer=FileOut, needs_match=True, has_etag=True, refusals=(409,),
    ),
    Operation(
        name="restore_file", method="POST", path="/v1/files/{file_id}/restore", area=_FILES, access=_USER, run=_restore,
        summary="Take a file out of the trash", body=Empty, body_optional=True, answer=FileOut, may_match=True, has_etag=True,
        refusals=(409,),
    ),
    Operation(
        name="download_link", method="GET", path="/v1/files/{file_id}/link", area=_FILES, access=_USER, run=_link,
        summary="Get a signed address of a file's bytes", query=LinkQuery, answer=LinkOut, refusals=(409,),
    ),
    Operation(
        name="download", method="GET", path="/v1/files/{file_id}/content", area=_FILES, access=_USER, run=_download, status=307,
        summary="Be sent to a file's bytes", query=LinkQuery, refusals=(409,),
    ),
    Operation(
        name="usage", method="GET", path="/v1/me/usage", area=_FILES, access=_USER, run=_usage,
        summary="Read what one's files take up", answer=UsageOut,
    ),
)  # fmt: skip
