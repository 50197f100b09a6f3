"""GraphColor: colour the vertices of a graph so that neighbours differ."""

import json
import random
import re
from collections.abc import Mapping
from itertools import product
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
        edges = " ".join(f"{i}-{j}" for i, j in puzzle["edges"])
        return entry_problem(self, item, data, lambda: solve(len(puzzle["vertices"]), edges, len(data["colors"])))


def read(question: str) -> dict[str, Any]:
    """Read the number of vertices, the edges, and the number of colours."""
    last, colors = re.search(r"vertices 0 to (\d+)[\s\S]*colours 1 to (\d+)", question).groups()
    return {"vertices": int(last) + 1, "edges": " ".join(re.findall(r"\d+-\d+", question)), "colors": int(colors)}


def solve(vertices: int, edges: str, colors: int) -> str:
    """Search, always at the vertex whose neighbours have the most different colours."""
    neighbours: dict[int, set[int]] = {vertex: set() for vertex in range(vertices)}
    for edge in edges.split():
        i, j = map(int, edge.split("-"))
        neighbours[i].add(j)
        neighbours[j].add(i)
    color: dict[int, int] = {}

    def search() -> bool:
        if len(color) == vertices:
            return True
        bare = [v for v in range(vertices) if v not in color]
        taken = {v: {color[n] for n in neighbours[v] if n in color} for v in bare}
        vertex = max(bare, key=lambda v: len(taken[v]))
        for option in range(1, colors + 1):
            if option not in taken[vertex]:
                color[vertex] = option
                if search():
                    return True
                del color[vertex]
        return False

    if not search():
        return ""
    ordered = dict(sorted(color.items()))
    return json.dumps(ordered)


def solve_plainly(vertices: int, edges: str, colors: int) -> str:
    """Try all colourings until one fits."""
    pairs = [tuple(map(int, edge.split("-"))) for edge in edges.split()]
    for color in product(range(1, colors + 1), repeat=vertices):
        if all(color[i] != color[j] for i, j in pairs):
            break
    numbered = dict(enumerate(color))
    return json.dumps(numbered)


def verify(answer: str, vertices: int, edges: str, colors: int) -> bool:
    """Look at both ends of every edge."""
    entries = answer.strip("{}").replace('"', "").split(", ")
    color = dict(entry.split(": ") for entry in entries)
    allowed = {str(c) for c in range(1, colors + 1)}
    ends = [edge.split("-") for edge in edges.split()]
    different = all(color[i] != color[j] for i, j in ends)
    return different and len(color) == vertices and set(color.values()) <= allowed
