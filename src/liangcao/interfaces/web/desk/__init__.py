"""The desk: pages for officials, one folder per module."""
