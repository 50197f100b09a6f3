"""What played episodes say: functions over their records, and the folder that a run keeps them in.

`statistics.py` knows counts alone, `scores.py` records, `summary.py` the tables of a run, `comparison.py` two runs,
`rescoring.py` and `health.py` what to do with saved ones. `choices.py` says what guessing earns, `drawing.py` which
problems are drawn, `run_folder.py` how a run is kept, `folders.py` what else a folder may be. The format of a record
stands in `r1ci_env.records.record`.
"""
