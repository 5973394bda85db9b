"""One page of a long list, with its exact total and the addresses of the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Generic, TypeVar

from flask import request
from sqlalchemy import Select, func, select

from tracker.core.addresses import here
from tracker.core.db import db

T = TypeVar("T")

#: Rows on a page of a list.
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of the items of a list: `page` counts from 1, `total` is all items."""

    items: Sequence[T]
    page: int
    total: int
    size: int = PAGE_SIZE

    @property
    def pages(self) -> int:
        """Number of pages, at least 1."""
        return max(1, ceil(self.total / self.size))

    @property
    def has_prev(self) -> bool:
        """Whether there is a page before."""
        return self.page > 1

    @property
    def has_next(self) -> bool:
        """Whether there is a page after."""
        return self.page < self.pages

    @property
    def first(self) -> int:
        """Number of the first item shown, 0 when there is none."""
        return (self.page - 1) * self.size + 1 if self.items else 0

    @property
    def last(self) -> int:
        """Number of the last item shown."""
        return self.first + len(self.items) - 1 if self.items else 0

    def url(self, number: int) -> str:
        """Address of another page of the same list, with the same filters."""
        return here(page=number)


def page_number() -> int:
    """The page that the request asks for; 1 when it asks for nonsense."""
    return max(1, min(request.args.get("page", 1, type=int), 1_000_000))


def paginate(query: Select[Any], page: int, size: int = PAGE_SIZE, options: Sequence[Any] = ()) -> Page[Any]:
    """Run a query of entities for one page of them.

    The total is counted without the ordering and without `options` (loader options), which only the rows of
    the page need.
    """
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    page = min(page, max(1, ceil(total / size)))
    rows = db.session.scalars(query.options(*options).limit(size).offset((page - 1) * size)).unique().all()
    return Page(items=rows, page=page, total=total, size=size)
