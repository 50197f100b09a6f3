"""The page of a run: one HTML file with scores, curves and every episode, which needs no network and no other file."""

from r1ci_env.report.page import PAGE_NAME, write_page
from r1ci_env.report.run_folder import Run, read_run

__all__ = ["PAGE_NAME", "Run", "read_run", "write_page"]
