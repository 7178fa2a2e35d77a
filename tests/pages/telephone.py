"""Two fax machines and the line between them, in memory: T.30 by libspandsp, V.17 with error correction.

What one machine says, the other hears 20 ms later, at 8000 samples a second; so the seconds are those
of a telephone, not of this computer.
"""

import ctypes
import ctypes.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHUNK = 160  # samples: 20 ms
_LONGEST_SECONDS = 900
_V27TER, _V29, _V17 = 1, 2, 4
_HANDLER = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
# t30_stats_t of spandsp 0.0.6: bit_rate, error_correcting_mode, pages_tx, pages_rx, …
_BIT_RATE, _ERROR_CORRECTION, _PAGES_TX, _PAGES_RX = range(4)
OK = 0


@dataclass(frozen=True)
class Call:
    """How a call ended at both ends."""

    sent: int
    received: int
    codes: tuple[int, int]
    """T.30 completion codes of the calling and the answering machine; 0 is a good end."""
    said: str
    """What the calling machine says of it."""
    bit_rate: int
    has_error_correction: bool
    seconds: float


def library() -> ctypes.CDLL | None:
    """Return libspandsp, or None where it is not installed."""
    name = ctypes.util.find_library("spandsp") or "libspandsp.so.2"
    try:
        loaded = ctypes.CDLL(name)
    except OSError:
        return None
    for function in (loaded.fax_init, loaded.fax_get_t30_state):
        function.restype = ctypes.c_void_p
    loaded.t30_completion_code_to_str.restype = ctypes.c_char_p
    return loaded


class Machine:
    """One end of the line."""

    def __init__(self, line: ctypes.CDLL, *, calls: bool) -> None:
        self._line = line
        self.code: int | None = None
        self._state = ctypes.c_void_p(line.fax_init(None, int(calls)))
        self._t30 = ctypes.c_void_p(line.fax_get_t30_state(self._state))
        line.fax_set_transmit_on_idle(self._state, 1)
        line.t30_set_supported_modems(self._t30, _V27TER | _V29 | _V17)
        line.t30_set_ecm_capability(self._t30, 1)
        self._handler = _HANDLER(self._ended)  # kept: the library calls it later
        line.t30_set_phase_e_handler(self._t30, self._handler, None)
        self._samples = (ctypes.c_int16 * CHUNK)()

    def _ended(self, _state: int, _data: int, code: int) -> None:
        self.code = code

    def load(self, file: Path) -> None:
        self._line.t30_set_tx_file(self._t30, bytes(file), -1, -1)

    def print_to(self, file: Path) -> None:
        self._line.t30_set_rx_file(self._t30, bytes(file), -1)

    def speak(self) -> Any:
        said = self._line.fax_tx(self._state, self._samples, CHUNK)
        for at in range(said, CHUNK):
            self._samples[at] = 0
        return self._samples

    def hear(self, samples: Any) -> None:
        self._line.fax_rx(self._state, samples, CHUNK)

    def statistics(self) -> list[int]:
        numbers = (ctypes.c_int * 64)()
        self._line.t30_get_transfer_statistics(self._t30, numbers)
        return list(numbers)

    def hang_up(self) -> None:
        self._line.fax_release(self._state)
        self._line.fax_free(self._state)


def send(line: ctypes.CDLL, file: Path, arrived: Path) -> Call:
    """Send ``file`` over the line and let the other end print it to ``arrived``."""
    caller, answerer = Machine(line, calls=True), Machine(line, calls=False)
    try:
        caller.load(file)
        answerer.print_to(arrived)
        chunks = 0
        while (caller.code is None or answerer.code is None) and chunks * CHUNK < _LONGEST_SECONDS * 8000:
            said, answered = caller.speak(), answerer.speak()
            caller.hear(answered)
            answerer.hear(said)
            chunks += 1
        ours, theirs = caller.statistics(), answerer.statistics()
        codes = (-1 if caller.code is None else caller.code, -1 if answerer.code is None else answerer.code)
        return Call(
            sent=ours[_PAGES_TX],
            received=theirs[_PAGES_RX],
            codes=codes,
            said=line.t30_completion_code_to_str(codes[0]).decode(),
            bit_rate=ours[_BIT_RATE],
            has_error_correction=bool(ours[_ERROR_CORRECTION]),
            seconds=chunks * CHUNK / 8000,
        )
    finally:
        caller.hang_up()
        answerer.hang_up()
