"""Where a found file and its record can be opened, as `url_for` takes it."""

from typing import Any

from tracker.search.file_hits import FoundFile


def download_of(item: FoundFile) -> dict[str, Any]:
    """The address that downloads the file."""
    if item.outcome is not None:
        return {"endpoint": "followup.evidence", "token": item.file.token}
    return {"endpoint": "workshops.file", "code": item.ref, "token": item.file.token}


def record_of(item: FoundFile) -> dict[str, Any]:
    """The address of the page on which the file is listed: a workshop, a commitment or an adoption."""
    if item.outcome is None:
        return {"endpoint": "workshops.detail", "code": item.ref}
    endpoint = "followup.adoption" if item.is_adoption else "followup.commitment"
    return {"endpoint": endpoint, "ref": item.ref, "party": item.party}
