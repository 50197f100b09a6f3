from r1ci_env.curricula import UniformSampler

TASKS = ("LCM", "ChainSum")


def test_problems_are_new_and_of_all_tasks():
    problems = UniformSampler(TASKS, 2).sample(50)
    assert len({p.ref for p in problems}) == 50
    assert {p.task for p in problems} == set(TASKS)
    assert {p.level for p in problems} == {2}


def test_excluded_questions_do_not_come_up():
    exclude = {p.question for p in UniformSampler(TASKS, 1).sample(10)}
    assert not exclude & {p.question for p in UniformSampler(TASKS, 1, exclude=exclude).sample(50)}


def test_a_restored_sampler_goes_on_where_the_other_was():
    one, other = UniformSampler(TASKS), UniformSampler(TASKS)
    one.sample(7)
    other.load_state_dict(one.state_dict())
    assert one.sample(5) == other.sample(5)
