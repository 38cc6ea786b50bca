"""Takes jobs off the queue: procrastinate's worker, on a thread with an event loop of its own, begun anew when it ends.

It ends when the database goes away, or when others took it for dead because it was paused; the work goes on in threads
meanwhile, and what was lost of it is the sweep's matter.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from procrastinate import App
from procrastinate.jobs import DeleteJobCondition, Status

from gateway.logs import log_crash, log_event

_HEARTBEAT_SECONDS = 2.0
_STALLED_SECONDS = 10.0
"""A worker whose heart has not beaten for so long is dead: its jobs are dropped, as the wake-ups say what is due."""
_POLL_SECONDS = 2.0
"""Between looks for jobs whose notification was lost."""
_AGAIN_SECONDS = 1.0


class JobWorker:
    """`start` begins, `stop` takes nothing more and waits so many seconds for what is under way."""

    def __init__(
        self,
        open_app: Callable[[], App],
        task: str,
        queue: str,
        work: Callable[[str], None],
        *,
        at_once: int,
        grace_seconds: float,
    ) -> None:
        self._open_app = open_app
        self._task = task
        self._queue = queue
        self._work = work
        self._at_once = at_once
        self._grace_seconds = grace_seconds
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="round")
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._running: tuple[asyncio.AbstractEventLoop, asyncio.Task[None]] | None = None
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def is_working(self) -> bool:
        """Whether jobs are taken at this moment."""
        with self._lock:
            return self._thread.is_alive() and self._running is not None

    def stop(self) -> None:
        self._stopping.set()
        with self._lock:
            if self._running is not None:
                loop, worker = self._running
                loop.call_soon_threadsafe(worker.cancel)
        if self._thread.is_alive():
            self._thread.join(timeout=self._grace_seconds + 10)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        while not self._stopping.is_set():
            begun = time.monotonic()
            try:
                asyncio.run(self._take_jobs())
            except asyncio.CancelledError:
                continue
            except Exception as error:
                log_crash(error, event_of="jobs_cannot_be_taken")
            else:
                log_event("jobs_no_longer_taken", seconds=round(time.monotonic() - begun))
            self._stopping.wait(_AGAIN_SECONDS)

    async def _take_jobs(self) -> None:
        loop = asyncio.get_running_loop()
        app = self._open_app()

        async def advance(application_id: str) -> None:
            await loop.run_in_executor(self._pool, self._work, application_id)

        app.task(name=self._task, queue=self._queue)(advance)
        async with app.open_async():
            worker = loop.create_task(self._run_worker(app))
            drops = loop.create_task(self._drop_stalled(app))
            with self._lock:
                self._running = (loop, worker)
            if self._stopping.is_set():
                worker.cancel()
            try:
                await worker
            finally:
                with self._lock:
                    self._running = None
                drops.cancel()
                await asyncio.gather(drops, return_exceptions=True)

    async def _run_worker(self, app: App) -> None:
        await app.run_worker_async(
            queues=[self._queue],
            concurrency=self._at_once,
            fetch_job_polling_interval=_POLL_SECONDS,
            shutdown_graceful_timeout=self._grace_seconds,
            delete_jobs=DeleteJobCondition.ALWAYS,
            install_signal_handlers=False,
            update_heartbeat_interval=_HEARTBEAT_SECONDS,
            stalled_worker_timeout=_STALLED_SECONDS,
        )

    async def _drop_stalled(self, app: App) -> None:
        """Jobs of workers that died are dropped, and these workers with them."""
        jobs = app.job_manager
        while True:
            await asyncio.sleep(_STALLED_SECONDS / 2)
            try:
                for job in await jobs.get_stalled_jobs(queue=self._queue, seconds_since_heartbeat=_STALLED_SECONDS):
                    if job.id is not None:
                        await jobs.finish_job_by_id_async(job.id, Status.FAILED, delete_job=True)
                        log_event("stalled_job_dropped", application=str(job.task_kwargs.get("application_id")))
                await jobs.prune_stalled_workers(_STALLED_SECONDS)
            except Exception as error:
                # Another worker has dropped it, or the database is away: the next look tells.
                log_event("stalled_jobs_not_dropped", error=type(error).__name__)
