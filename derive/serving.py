"""Pages served to a browser on this machine, which reloads them as they change."""

from __future__ import annotations

import html
import json
import re
import threading
from collections.abc import Iterable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from derive.errors import UsageError

#: After how many seconds without news a browser is told that there are none, so that one that has gone is noticed.
_PATIENCE = 15

#: Loads the page anew when the server has another one than this, the so-and-so-many-th.
_FOLLOW = """<script>
new EventSource("/_changes").onmessage = event => {
  if (JSON.parse(event.data)[location.pathname] !== %d) location.reload();
};
</script>
"""

_BODY = re.compile("<body[^>]*>")

_FAULT = (
    '<div role="alert" style="position:sticky;top:0;z-index:99;max-height:40vh;overflow:auto;padding:.6em 1em;'
    "background:#7a1010;color:#fff;font:14px/1.5 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere"
    '">{}</div>'
)

_EMPTY = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title></head>
<body>
{body}
</body>
</html>
"""


class _Shown(NamedTuple):
    """A page as it is: the file of the last good one, what is wrong with the newest, how often it changed."""

    place: Path
    fault: str
    changes: int


class Pages:
    """The pages that are served, on a server of its own at the loopback address.

    Args:
        port: where it listens; 0 for any free one.

    Raises:
        UsageError: the port is taken.
    """

    def __init__(self, port: int = 0) -> None:
        self.shown: dict[str, _Shown] = {}
        self.changed = threading.Condition()
        self.changes = 0
        try:
            self.server = _Server(("127.0.0.1", port), _Handler)
        except OSError as error:
            raise UsageError(f"--port {port}: {(error.strerror or 'cannot be used').lower()}") from None
        self.server.pages = self
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """Where the pages are found."""
        return f"http://127.0.0.1:{self.server.server_address[1]}/"

    def show(self, name: str, place: Path, fault: str) -> None:
        """Serve a page, or what is wrong with it above the last good one.

        Args:
            name: what it is called on the server.
            place: its file, which may not be there yet.
            fault: what is wrong with it; "" where nothing is.
        """
        with self.changed:
            self.changes += 1
            self.shown[name] = _Shown(place, fault, self.changes)
            self.changed.notify_all()

    def keep(self, names: Iterable[str]) -> None:
        """Serve no other pages any more."""
        with self.changed:
            gone = self.shown.keys() - set(names)
            for name in gone:
                del self.shown[name]
            if gone:
                self.changes += 1
                self.changed.notify_all()

    def page(self, name: str) -> str | None:
        """A page as the browser gets it; None where there is no such page."""
        if not name:
            return self._list()
        shown = self.shown.get(name)
        if shown is None:
            return None
        fault = _FAULT.format(html.escape(shown.fault)) if shown.fault else ""
        try:
            text = shown.place.read_text(encoding="utf-8")
        except OSError:
            text = _EMPTY.format(title=html.escape(name), body="")
        return _following(text, fault, shown.changes)

    def _list(self) -> str:
        rows = (
            f'<li><a href="/{quote(name)}">{html.escape(name)}</a>{" – at fault" if shown.fault else ""}</li>'
            for name, shown in sorted(self.shown.items())
        )
        return _following(_EMPTY.format(title="Pages", body="\n".join(["<ul>", *rows, "</ul>"])), "", self.changes)

    def states(self) -> dict[str, int]:
        """How often each page changed, by its path on the server; of the list how often any did."""
        return {"/": self.changes, **{f"/{quote(name)}": shown.changes for name, shown in self.shown.items()}}


def _following(text: str, above: str, changes: int) -> str:
    """A page, or a part of one, with something above it, that follows its changes."""
    start = _BODY.search(text)
    place = start.end() if start else 0
    before, end, after = text[place:].rpartition("</body>")
    return f"{text[:place]}{above}{before if end else after}{_FOLLOW % changes}{end}{after if end else ''}"


class _Server(ThreadingHTTPServer):
    pages: Pages
    daemon_threads = True


class _Handler(BaseHTTPRequestHandler):
    """Answers a browser on this machine, and no other site that it has open."""

    server: _Server

    def do_GET(self) -> None:
        """Answer with a page, the list of all, or the changes as they come."""
        if self.headers.get("Host", "").rpartition(":")[0] not in ("127.0.0.1", "localhost"):
            self.send_error(HTTPStatus.FORBIDDEN)  # another name that leads here is somebody else's trick
            return
        path = urlsplit(self.path).path
        if path == "/_changes":
            self._tell_changes()
            return
        page = self.server.pages.page(unquote(path.removeprefix("/")))
        if page is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        content = page.encode()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _tell_changes(self) -> None:
        """Tell of each change as it comes, until the browser has gone."""
        pages = self.server.pages
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        last = -1
        try:
            while True:
                with pages.changed:
                    pages.changed.wait_for(lambda: pages.changes != last, _PATIENCE)  # noqa: B023 - waits here
                    news, last = pages.changes != last, pages.changes
                    states = pages.states()
                self.wfile.write(f"data: {json.dumps(states)}\n\n".encode() if news else b": no news\n\n")
                self.wfile.flush()
        except OSError:
            return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing of requests."""
