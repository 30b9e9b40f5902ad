"""The areas: the use cases that one Lambda function, or one part of a server, carries out.

Use cases are loaded by whoever puts an area together: a function that serves one area loads no other's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from demobackend.domain.model.usage import Plan
    from demobackend.domain.use_cases.events.process_changes import HandleChange
    from demobackend.domain.use_cases.events.rebuild_index import RebuildIndex
    from demobackend.domain.use_cases.events.sweep import Sweep
    from demobackend.domain.use_cases.files.abort_upload import AbortUpload
    from demobackend.domain.use_cases.files.change_files import RestoreFile, TrashFile, UpdateFile
    from demobackend.domain.use_cases.files.complete_upload import CompleteUpload
    from demobackend.domain.use_cases.files.create_file import CreateFile
    from demobackend.domain.use_cases.files.link_file import LinkFile
    from demobackend.domain.use_cases.files.read_files import GetFile, GetUsage, ListFiles
    from demobackend.domain.use_cases.search.search_files import SearchFiles
    from demobackend.domain.use_cases.users.profile import GetMe, UpdateMe
    from demobackend.domain.use_cases.users.registration import ConfirmRegistration, Register, ResendConfirmation
    from demobackend.domain.use_cases.users.sign_in import Login, Logout, Refresh


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """What a caller can do with files."""

    create: CreateFile
    complete_upload: CompleteUpload
    abort_upload: AbortUpload
    list: ListFiles
    get: GetFile
    update: UpdateFile
    trash: TrashFile
    restore: RestoreFile
    link: LinkFile
    usage: GetUsage


@dataclass(frozen=True, slots=True, kw_only=True)
class Users:
    """Registration, sign-in, sessions and profiles."""

    register: Register
    confirm_registration: ConfirmRegistration
    resend_confirmation: ResendConfirmation
    login: Login
    refresh: Refresh
    logout: Logout
    get_me: GetMe
    update_me: UpdateMe
    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Finding files by their words."""

    search: SearchFiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """What happens without a request."""

    handle_change: HandleChange
    sweep: Sweep
    rebuild_index: RebuildIndex
