"""操作日志: who did what, when, from where, with what result; for auditors."""
