"""The system's Chromium, driven by Playwright: no network, a day of its own, and what it asked for."""

import atexit
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

PROGRAM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
needs_browser = pytest.mark.skipif(PROGRAM is None, reason="no Chromium: script/system-libraries browser")


@dataclass
class Visit:
    """A page as somebody sees it."""

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    """What the browser's console says, and errors of the script."""

    def wait_until(self, day: str) -> None:
        """Set the day: in New Zealand it is past noon, and a letter has the visitor's day."""
        self.page.clock.set_fixed_time(f"{day}T01:00:00Z")

    def fill_in(self, **values: str) -> None:
        """Write into the fields, by id; what has one choice only cannot be chosen."""
        for name, value in values.items():
            one = name.replace("_", "-")
            if not self.page.locator(f"#{one}").is_visible():
                continue
            if one in ("country", "language", "recipient", "letter-language"):
                self.page.select_option(f"#{one}", value)
            else:
                self.page.fill(f"#{one}", value)
        self.settle()

    def settle(self) -> None:
        """Wait until the page has been drawn again."""
        self.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )

    def copied(self) -> str:
        """Copy the letter and return it."""
        self.page.click("#copy")
        self.page.wait_for_function("() => document.getElementById('told').textContent")
        return str(self.page.input_value("#text"))

    def recipients(self) -> list[str]:
        """Return the recipients that the visitor can choose."""
        return [str(one) for one in self.page.locator("#recipient option").all_inner_texts()]


@cache
def _browser() -> Any:
    """Return the browser, started once for all tests of a process."""
    from playwright.sync_api import sync_playwright

    driver = sync_playwright().start()
    browser = driver.chromium.launch(executable_path=PROGRAM)
    atexit.register(driver.stop)
    atexit.register(browser.close)
    return browser


@contextmanager
def visit(path: Path, *, day: str, **how: Any) -> Iterator[Visit]:
    """Open a file on a day.

    Args:
        path: The file.
        day: The browser's date.
        how: What Playwright is told of the visitor: locale, viewport, java_script_enabled.
    """
    with _browser().new_context(**{"locale": "en-GB", "timezone_id": "Pacific/Auckland", **how}) as context:
        context.set_offline(True)
        page = context.new_page()
        page.set_default_timeout(10_000)
        found = Visit(page)
        page.on("request", lambda request: found.requests.append(request.url))
        page.on("console", lambda message: found.complaints.append(message.text))
        page.on("pageerror", lambda fault: found.complaints.append(str(fault)))
        found.wait_until(day)
        page.goto(path.as_uri())
        yield found
