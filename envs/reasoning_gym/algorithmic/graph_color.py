"""GraphColor: colour the vertices of a graph so that neighbours differ."""

import json
import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

from r1ci_env.envs.answers import assignments
from r1ci_env.envs.reasoning_gym.entries import entry_problem
from r1ci_env.task import Problem, Task

VERTICES = {1: (6, 8), 2: (9, 11), 3: (13, 16), 4: (22, 26), 5: (36, 44)}
DEGREE = {1: 2.0, 2: 2.5, 3: 3.2, 4: 3.8, 5: 4.2}
COLORS = 3


class GraphColor(Task):
    """Colour a graph with three colours.

    Description:
        The edges of a graph are given. Asked is a colour for every vertex, of three, such that the two ends of each
        edge differ.

    Answer format:
        A JSON object, such as ``{"0": 1, "1": 2}``.

    Levels:
        6 to 8 vertices with two edges each on average at level 1; the original's 10 vertices are level 2, though with
        fewer edges there; 36 to 44 vertices with 4.2 each, near what three colours allow, at level 5.

    Check:
        Every vertex has one of the colours, and no edge joins two vertices of the same. Any colouring is accepted.

    Source and deviations:
        Reasoning-Gym graph_color, which stores no answer. A colouring is drawn before the edges here, so that there is
        one.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Colour the vertices, then draw edges between colours."""
        count = rng.randint(*VERTICES[level])
        colors = [i % COLORS for i in range(count)]
        rng.shuffle(colors)
        pairs = [[i, j] for j in range(count) for i in range(j) if colors[i] != colors[j]]
        edges = sorted(rng.sample(pairs, min(len(pairs), round(count * DEGREE[level] / 2))))
        question = (
            f"A graph has the vertices 0 to {count - 1} and the edges "
            f"{', '.join(f'{i}-{j}' for i, j in edges)}.\n"
            f"Give each vertex one of the colours 1 to {COLORS} so that no edge joins two vertices of the same "
            "colour.\n"
            "Answer with a JSON object in triple angle brackets that has the colour of every vertex: "
            '<<<{"0": 1, "1": 2, ...}>>>.'
        )
        data = {"vertices": list(range(count)), "edges": edges, "colors": list(range(1, COLORS + 1))}
        return self.new_problem(level, question, data, json.dumps({str(v): c + 1 for v, c in enumerate(colors)}))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Look at both ends of every edge."""
        colors = assignments(answer)
        return (
            colors.keys() == {str(v) for v in problem.data["vertices"]}
            and set(colors.values()) <= {str(c) for c in problem.data["colors"]}
            and all(colors[str(i)] != colors[str(j)] for i, j in problem.data["edges"])
        )

    def size(self, problem: Problem) -> float:
        """Edges of the graph."""
        return len(problem.data["edges"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the graph from the metadata."""
        puzzle = item["metadata"]["puzzle"]
        data = {"vertices": puzzle["vertices"], "edges": puzzle["edges"], "colors": puzzle["color_options"]}
        return entry_problem(self, item, data, lambda: color(**data))


def color(vertices: Sequence[int], edges: Sequence[Sequence[int]], colors: Sequence[int]) -> str:
    """Search, always at the vertex whose neighbours have the most different colours; return nothing in vain."""
    neighbours: dict[int, set[int]] = {v: set() for v in vertices}
    for i, j in edges:
        neighbours[i].add(j)
        neighbours[j].add(i)
    chosen: dict[int, int] = {}

    def search() -> bool:
        if len(chosen) == len(vertices):
            return True
        taken = {v: {chosen[n] for n in neighbours[v] if n in chosen} for v in vertices if v not in chosen}
        vertex = max(taken, key=lambda v: (len(taken[v]), len(neighbours[v]), -v))
        for option in colors:
            if option not in taken[vertex]:
                chosen[vertex] = option
                if search():
                    return True
                del chosen[vertex]
        return False

    return json.dumps({str(v): chosen[v] for v in vertices}) if search() else ""


def solve(question: str) -> str:
    """Read the graph and colour it."""
    last, count = re.search(r"vertices 0 to (\d+)[\s\S]*colours 1 to (\d+)", question).groups()
    edges = [(int(i), int(j)) for i, j in re.findall(r"(\d+)-(\d+)", question)]
    return color(range(int(last) + 1), edges, range(1, int(count) + 1))
