"""Does the work that submissions left behind, once their service has ended, and tells in JSON what it took. Run as a script."""

from __future__ import annotations

import sys
import time

import orjson

from bench.submit.serving import opened
from service.handlers import handlers
from service.work.actions import Worker


def follow(database: str, most: int) -> dict[str, float]:
    """Milliseconds of processor time for each piece of work that is due, of `most` or a few more; and how many were done."""
    service = opened(database)
    worker = Worker(service.database, handlers(service), service.now)
    done, began = 0, time.process_time()
    while done < most and (found := worker.do_due()):
        done += found
    cpu = (time.process_time() - began) * 1e3
    service.close()
    return {"cpu": cpu / done, "done": done}


if __name__ == "__main__":
    print(orjson.dumps(follow(sys.argv[1], int(sys.argv[2]))).decode())
