"""Samplers in any order of draws, outcomes, saves and restores, against one that was never interrupted."""

import json

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from r1ci_env.errors import BadOption


def machine(make):
    class SamplerMachine(RuleBasedStateMachine):
        """A sampler that is thrown away and restored, and its model: one that lives on."""

        def __init__(self):
            super().__init__()
            self.sampler, self.model = make(), make()
            self.saved = [([], self.sampler.state_dict())]  # what was done until then, and the state
            self.done = []
            self.drawn = []

        def both(self, act):
            self.done.append(act)
            assert act(self.sampler) == act(self.model)

        @rule(count=st.integers(0, 9))
        def draw(self, count):
            self.drawn += self.model.sample(count)
            problems = self.drawn[len(self.drawn) - count :]
            assert self.sampler.sample(count) == problems
            assert not any(problem.held_out for problem in problems)
            self.done.append(lambda sampler: sampler.sample(count))

        @rule(data=st.data(), correct=st.lists(st.booleans(), max_size=8))
        def observe(self, data, correct):
            if self.drawn:
                problem = data.draw(st.sampled_from(self.drawn[-20:]))
                self.both(lambda sampler: sampler.observe(problem, correct))

        @rule()
        def save(self):
            self.saved.append((list(self.done), json.loads(json.dumps(self.sampler.state_dict()))))

        @rule()
        def crash_and_go_on(self):
            """A new process, which has only what was saved last."""
            state = json.dumps(self.sampler.state_dict())
            self.sampler = make()
            self.sampler.load_state_dict(json.loads(state))

        @rule(data=st.data())
        def go_back(self, data):
            """Restore an earlier point; the model does again what was done until then."""
            self.done, state = data.draw(st.sampled_from(self.saved))
            self.done = list(self.done)
            self.sampler.load_state_dict(state)
            self.model = make()
            for act in self.done:
                act(self.model)

        @rule(field=st.sampled_from(["drawn", "nonsense"]))
        def refuse(self, field):
            """A bad state leaves all as it was."""
            state = {**self.sampler.state_dict(), "nonsense": 1}
            if field == "drawn":
                del state["drawn"], state["nonsense"]
            with pytest.raises(BadOption, match=field):
                self.sampler.load_state_dict(state)

        @invariant()
        def they_are_alike(self):
            assert self.sampler.state_dict() == self.model.state_dict()
            assert self.sampler.metrics() == self.model.metrics()

    return SamplerMachine


def test_a_sampler_is_what_was_done_with_it(make):
    run_state_machine_as_test(machine(make), settings=settings(max_examples=20, stateful_step_count=25, deadline=None))
