"""Every option of Celery that is not its default, with the reason.

The ledger holds the truth of a check (docs/decisions/0040); the queue only says "somebody look at this".
A message may therefore come late, twice or never without harm (docs/decisions/0041).
"""

from settings import settings

# The address an ordinary Redis has on this machine, where nobody named another; `onrecord run` names the
# Valkey that it starts itself.
broker_url = settings().redis_url or "redis://127.0.0.1:6379/0"

broker_transport_options = {
    # A message that nobody acknowledged for this long is handed out again. Longer than any task may take
    # (`task_time_limit`), or one check would be examined twice at a time.
    "visibility_timeout": settings().check_time_limit + 30,
    # Look for such messages every 5 s; by default kombu looks every 10th time it wakes, each 100 s.
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    # The Redis may be shared: our keys, the list of unacknowledged messages included, stay apart.
    "global_keyprefix": "on-record:",
    # Whoever publishes (a reader's request) waits seconds for a dead queue, not for ever.
    "socket_connect_timeout": 2,
    "socket_timeout": 10,
    "max_retries": 1,
    "interval_start": 0.1,
    "interval_step": 0.2,
    "interval_max": 0.3,
}
task_publish_retry_policy = {
    "max_retries": 1,
    "interval_start": 0.1,
    "interval_step": 0.2,
    "interval_max": 0.3,
}

# A worker outlives its queue: it waits at start, and reconnects for as long as it takes.
broker_connection_retry_on_startup = True
broker_connection_max_retries = None
# A check at work when the connection breaks is worth finishing: its message will be handed out again, and
# whoever gets it finds the check done.
worker_cancel_long_running_tasks_on_connection_loss = False

# Nobody asks Celery for results: the reader asks the ledger, which can tell unknown from waiting.
result_backend = None
task_ignore_result = True

# JSON can't smuggle code in, as pickle can.
task_serializer = "json"
accept_content = ["json"]

task_default_queue = "on-record"

# A message is acknowledged when its task ended, not when it began, and goes back when the child process
# died under it; so a crash loses nothing. What kills every worker is stopped by `ledger.checks.claim`.
task_acks_late = True
task_reject_on_worker_lost = True
# Each child holds one message only: the second reader's check must not wait behind a slow one.
worker_prefetch_multiplier = 1

# Kills a child that is stuck; the reader has been told by then (`workers.pipeline.MARGIN`). A soft limit
# would raise in the middle of whatever library is at work, and some swallow it.
task_time_limit = settings().check_time_limit

# Models are loaded in the child, after the fork (`workers.tasks.prepare`); Celery gives a child 4 s to come
# up by default, which a cold disk exceeds.
worker_proc_alive_timeout = 120
# Parsers leak a little: renew a child now and then.
worker_max_tasks_per_child = 500

# The loggers are ours (`workers.logs`).
worker_hijack_root_logger = False
# Only workers need the task itself, with the models' libraries behind it.
imports = ("workers.tasks",)
