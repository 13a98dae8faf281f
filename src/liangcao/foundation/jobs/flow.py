"""States of a job."""

from __future__ import annotations

from liangcao.foundation.jobs.models import CANCELLED, DEAD, DONE, RUNNING, WAITING
from liangcao.foundation.kernel.flow import Flow, State

JOB_FLOW: Flow = {
    WAITING: State("等待", "waiting", next=(RUNNING, CANCELLED)),
    # Back to waiting: an attempt that failed, or a worker that was stopped and gave the job back.
    RUNNING: State("正在办理", "running", next=(DONE, WAITING, DEAD)),
    DONE: State("已完成", "done"),
    DEAD: State("多次失败,已停止", "failed and stopped", next=(WAITING, CANCELLED), turn="administrator"),
    CANCELLED: State("已取消", "cancelled"),
}
