"""App label `intake`."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Imports: what people send, kept, read, corrected and taken over."""

    name = "liangcao.interfaces.intake"
    label = "intake"
    verbose_name = "导入"

    def ready(self) -> None:
        """Register the jobs."""
        from liangcao.interfaces.intake.importing import jobs  # noqa: F401
