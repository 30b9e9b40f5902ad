"""The keys of what we hand out and take back made anew, by an operator's command and not by a server."""

from demobackend.composition.data_directory import require_data
from demobackend.composition.factories import local
from demobackend.composition.settings import Settings, SettingsRefused
from demobackend.ports.secrets import Purpose

# Refresh tokens last: when another purpose fails, trying again must not rotate theirs twice, which would end sessions.
_ORDER = (Purpose.CURSOR, Purpose.BLOB_URL, Purpose.REFRESH_TOKEN)


def rotate_keys(settings: Settings) -> tuple[Purpose, ...]:
    """Sign with new keys from now on, also in servers that run; the ones before still verify. Return what the new keys are for.

    Raises `SettingsRefused` when keys are not kept in files, `NotFound` when there is no data, `StorageFull`, `Unavailable`.
    """
    kind = settings.kinds["secrets"]
    if kind != "filesystem":
        raise SettingsRefused(f"secrets.kind={kind} keeps no keys in files; AWS Secrets Manager rotates its own.")
    require_data(settings, "secrets")
    secrets = local.secrets(settings)
    for purpose in _ORDER:
        secrets.rotate(purpose)
    return _ORDER
