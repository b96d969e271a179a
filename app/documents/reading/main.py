"""The reader: a process of its own that looks into one file and ends. What a file does to it, it does to nobody else.

It gives itself limits before it reads a byte: memory, time, and no file on the disk may grow. Input: a length, a JSON head, the file.
Output: a length, a JSON head, the parts one behind another. It knows no case, no key and no database.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Mapping
from typing import Any, BinaryIO, Final

from app.documents.reading import tasks
from app.documents.reading.found import Found, Part, Refusal

MEMORY: Final = 768 << 20  # bytes of address space
SECONDS: Final = 30  # of the processor
REFUSED: Final = "document.damaged"


def limit(memory: int = MEMORY, seconds: int = SECONDS) -> None:
    """No more memory than this, no more time, no file written, no core left behind, no further process."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))


def main() -> None:
    """Read, look, answer. Pillow and pdfium are loaded by now; whatever they do from here on is within the limits."""
    limit()
    source, target = sys.stdin.buffer, sys.stdout.buffer
    head = json.loads(source.read(int.from_bytes(source.read(4), "big")))
    write(target, answer(head, source.read()))


def answer(head: Mapping[str, Any], data: bytes) -> tuple[dict[str, Any], tuple[Part, ...]]:
    """The head of the answer and its parts. Whatever a decoder raises on a file it was not made for, the file is refused."""
    try:
        found: Found = tasks.TASKS[head["task"]](data, head)
    except Refusal as refusal:
        return {"refused": refusal.code, "params": refusal.params}, ()
    except MemoryError:
        return {"refused": "document.too-heavy", "params": {}}, ()
    except Exception:  # a decoder met what it does not know: the file's fault, said in one sentence
        return {"refused": REFUSED, "params": {}}, ()
    parts = [{"role": part.role, "media_type": part.media_type, "size": len(part.data)} for part in found.parts]
    return {"media_type": found.media_type, "pages": found.pages, "facts": found.facts, "parts": parts}, found.parts


def write(target: BinaryIO, said: tuple[dict[str, Any], tuple[Part, ...]]) -> None:
    """Write an answer."""
    head, parts = json.dumps(said[0]).encode(), said[1]
    target.write(len(head).to_bytes(4, "big") + head)
    for part in parts:
        target.write(part.data)
    target.flush()


if __name__ == "__main__":
    main()
