"""Readers of answers, shared by all tasks.

Each takes the answer as a model wrote it and returns plain values, or raises `BadAnswer`. None evaluates anything,
and the work of each is linear in the length of the text, which `Task.check` has bounded before and from which it has
taken what is wrapped around the whole. Only ASCII digits count as digits: ``int("٣")`` is 3 in Python, but no answer.
"""

from r1ci_env.envs.answers.assignment import assignments as assignments
from r1ci_env.envs.answers.choices import choice as choice
from r1ci_env.envs.answers.choices import noun as noun
from r1ci_env.envs.answers.choices import one_of as one_of
from r1ci_env.envs.answers.choices import word as word
from r1ci_env.envs.answers.coordinates import board_point as board_point
from r1ci_env.envs.answers.coordinates import points as points
from r1ci_env.envs.answers.grids import cells as cells
from r1ci_env.envs.answers.grids import grid as grid
from r1ci_env.envs.answers.grids import integer_grid as integer_grid
from r1ci_env.envs.answers.indices import index_pairs as index_pairs
from r1ci_env.envs.answers.lists import integers as integers
from r1ci_env.envs.answers.lists import integers_of as integers_of
from r1ci_env.envs.answers.lists import items as items
from r1ci_env.envs.answers.lists import lines as lines
from r1ci_env.envs.answers.lists import numbers as numbers
from r1ci_env.envs.answers.numbered import step_values as step_values
from r1ci_env.envs.answers.numbers import integer as integer
from r1ci_env.envs.answers.numbers import number as number
from r1ci_env.envs.answers.numbers import rounded as rounded
from r1ci_env.envs.answers.numbers import rounds_to as rounds_to
from r1ci_env.envs.answers.sequence import directions as directions
from r1ci_env.envs.answers.sequence import steps as steps
from r1ci_env.envs.answers.structured import json_value as json_value
from r1ci_env.errors import BadAnswer as BadAnswer  # tasks raise it too
from r1ci_env.wrappers import unwrap as unwrap
