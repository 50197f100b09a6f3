"""CircuitLogic: the output of a circuit of gates, drawn as a tree."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import integer
from r1ci_env.errors import BadOption
from r1ci_env.task import Problem, Task

GATES = ("AND", "OR", "NAND", "NOR", "XOR", "XNOR")
PLAIN = {gate: (gate, False) for gate in ("AND", "OR", "XOR")}
PLAIN |= {"NAND": ("AND", True), "NOR": ("OR", True), "XNOR": ("XOR", True)}
SHAPES = {  # inputs, gates, deepest nesting of gates
    1: ((3, 5), (2, 3), 2),
    2: ((4, 7), (4, 5), 2),
    3: ((5, 9), (6, 8), 3),
    4: ((8, 12), (12, 16), 4),
    5: ((12, 20), (24, 36), 6),
}
TRIALS = 50
"""Inputs that are tried on a circuit before another is drawn."""
SYMBOLS = {"&": "AND", "+": "OR", "∨": "OR", "|": "OR", "↑": "NAND", "↓": "NOR", "⊕": "XOR", "⊙": "XNOR"}


class CircuitLogic(Task):
    """Evaluate a circuit for given inputs.

    Description:
        A circuit of gates with any number of inputs each, some of them negated, is drawn as a tree; the inputs have
        values. The output is asked for.

    Answer format:
        ``0`` or ``1``.

    Levels:
        2 to 3 gates nested 2 deep at level 1 up to 24 to 36 gates nested 6 deep at level 5. The original has 4 to 6
        gates nested 2 deep, as level 2.

    Check:
        The answer must be the right digit.

    Source and deviations:
        Reasoning-Gym circuit_logic. The gates are defined for any number of inputs, which the original leaves open;
        circuits nest deeper, and both outputs are equally likely for every circuit, whatever its gates.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw the output, and a circuit with inputs for either output."""
        wanted = rng.randrange(2)
        inputs, gates, depth = SHAPES[level]
        names = [chr(ord("A") + i) for i in range(rng.randint(*inputs))]
        found: dict[int, dict[str, int]] = {}
        while len(found) < 2:
            circuit = _circuit(rng, names, rng.randint(*gates), depth)
            found = {}
            for _ in range(TRIALS):
                values = {name: rng.randrange(2) for name in names}
                found.setdefault(int(solve(circuit, values)), values)
                if len(found) == 2:
                    break
        values = found[wanted]
        drawing = "\n".join(_draw(circuit, "", ""))
        question = (
            "A logic circuit is drawn as a tree: below a gate, one step further in, stand its inputs, which are gates "
            "or the letters of input lines. A tilde (~) in front of a gate or a letter negates it: 0 becomes 1 and 1 "
            "becomes 0.\n"
            "AND gives 1 if all its inputs are 1, OR if at least one is 1, XOR if an odd number of them is 1; "
            "otherwise they give 0. NAND, NOR and XNOR give the opposite of AND, OR and XOR.\n\n"
            f"{drawing}\n\n"
            f"Input lines: {', '.join(f'{name} = {value}' for name, value in values.items())}\n"
            "What does the gate at the top give? Answer with the digit in triple angle brackets: <<<0>>> or <<<1>>>."
        )
        data = {"circuit": circuit, "values": values, "output": wanted}
        return self.new_problem(level, question, data, str(wanted))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the digit."""
        return integer(answer) == problem.data["output"]

    def plan(self, problem: Problem) -> str:
        """Say what `program` does."""
        return "Work out the gates from the innermost to the top."

    def program(self, problem: Problem) -> str:
        """Write a line for each gate, from the innermost on."""
        circuit, values = self.instance(problem).values()
        lines = [f"{name} = {value == 1}" for name, value in sorted(values.items())]

        def gate(node: list[Any]) -> str:
            negated, kind, *inputs = node
            if not inputs:
                return f"not {kind}" if negated else kind
            listed = f"[{', '.join(map(gate, inputs))}]"
            plain, opposite = PLAIN[kind]
            told = {"AND": f"all({listed})", "OR": f"any({listed})", "XOR": f"sum({listed}) % 2 == 1"}[plain]
            if negated != opposite:
                told = f"sum({listed}) % 2 == 0" if plain == "XOR" else f"not {told}"
            lines.append(f"gate{len(lines) - len(values) + 1} = {told}")
            return lines[-1].split()[0]

        top = gate(circuit)
        return "\n".join([*lines, f"print(int({top}))\n"])

    def reasons(self, problem: Problem) -> list[str] | None:
        """Say what each gate gives, from the innermost on."""
        circuit, values = self.instance(problem).values()
        if problem.level > 2:
            return None
        gives = random.Random(problem.question).choice(
            ("{} with {} gives {}.", "{} of {} is {}.", "{}, fed with {}: {}.")
        )
        said = []

        def told(node: list[Any]) -> str:
            negated, kind, *inputs = node
            value, name = _output(node, values), f"{'~' * negated}{kind}"
            if not inputs:
                return f"{value} ({name})" if negated else str(value)
            said.append(gives.format(name, ", ".join(map(told, inputs)), value))
            return str(value)

        top = told(circuit)
        return [*said, f"The gate at the top gives {top}."]

    def size(self, problem: Problem) -> float:
        """Number of gates and of their inputs."""
        return float(len(_draw(problem.data["circuit"], "", "")))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Build the tree from the terms, each of one kind of gate, and the final gate."""
        metadata = item["metadata"]
        terms = [_term(text) for text in metadata["term_strings"]]
        output = solve([False, metadata["final_gate"], *terms], metadata["assignments"])
        flaw = None if output == item["answer"] else "the stored output is wrong"
        return self.official_problem(item["question"], {"output": int(output)}, output, item["answer"], flaw)


def _term(text: str) -> list[Any]:
    leaves = [[letter, bool(negated)] for letter, negated in re.findall(r"(\w+)('?)", text)]
    symbols = sorted(set(re.sub(r"[\w'\s]", "", text)))
    if len(symbols) > 1 or not set(symbols) <= set(SYMBOLS):
        raise BadOption(f"The term {text!r} of circuit_logic has no gate that is known.")
    gate = SYMBOLS[symbols[0]] if symbols else "AND"  # a gate with one input
    return [False, gate, *([negated, letter] for letter, negated in leaves)]


def _circuit(rng: random.Random, names: list[str], gates: int, depth: int) -> list[Any]:
    """Return ``[negated, gate, input, ...]``, where an input is such a list or ``[negated, letter]``."""
    below = gates - 1
    groups = [1] * below if depth <= 2 else []  # gates within each input that is a gate itself
    while sum(groups) < below:
        groups.append(rng.randint(1, below - sum(groups)))
    inputs = [_circuit(rng, names, group, depth - 1) for group in groups]
    leaves = rng.randint(2, 4) if not inputs else rng.randint(max(0, 2 - len(inputs)), 2)
    inputs += [[rng.random() < 0.35, name] for name in rng.choices(names, k=leaves)]
    rng.shuffle(inputs)
    return [rng.random() < 0.2, rng.choice(GATES), *inputs]


def _draw(circuit: Any, first: str, rest: str) -> list[str]:
    negated, kind, *inputs = circuit
    lines = [f"{first}{'~' * negated}{kind}"]
    for i, part in enumerate(inputs, 1):
        last = i == len(inputs)
        lines += _draw(part, rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  "))
    return lines


def read(question: str) -> dict[str, Any]:
    """Read the tree by its indentation, and the values of the input lines in it."""
    path: list[Any] = []
    used = set()
    for before, negated, kind in re.findall(r"^((?:│  |   )*(?:[├└]─ )?)(~?)([A-Z]+)$", question, re.M):
        node = [bool(negated), kind]
        used.add(kind)
        depth = len(before) // 3
        if depth:
            path[depth - 1].append(node)
        path[depth:] = [node]
    found = re.findall(r"([A-Z]) = ([01])", question)
    return {"circuit": path[0], "values": {name: int(value) for name, value in found if name in used}}


def solve(circuit: list[Any], values: Mapping[str, int]) -> str:
    """Evaluate the gates from the innermost on."""
    return str(_output(circuit, values))


def _output(circuit: list[Any], values: Mapping[str, int]) -> int:
    negated, kind, *inputs = circuit
    ones = [_output(part, values) for part in inputs]
    if not inputs:
        return int(values[kind] != negated)
    plain, opposite = PLAIN[kind]
    value = {"AND": all(ones), "OR": any(ones), "XOR": sum(ones) % 2 == 1}[plain]
    return int(value != (opposite != negated))
