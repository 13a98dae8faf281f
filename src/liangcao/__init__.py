"""Liangcao 粮草: emergency supplies for an economic bureau. See ARCHITECTURE.md for the rings."""

__version__ = "0.1.0"
