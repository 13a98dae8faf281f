"""Writes of recalls."""

from liangcao.operations.recall.actions.answering import answer_recall, note_told
from liangcao.operations.recall.actions.beginning import begin_recall
from liangcao.operations.recall.actions.ending import close_recall, lift_recall

__all__ = ["answer_recall", "begin_recall", "close_recall", "lift_recall", "note_told"]
