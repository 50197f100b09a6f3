import torch

from r1ci_env.reference_trainer.engines.sampling import sample, uniform

DRAWS = 40_000


def draw(logits, chance, divisor=1.0, greedy=False):
    rows = len(logits)
    return sample(logits, torch.full((rows,), divisor), torch.full((rows,), greedy), chance)


def test_uniform_numbers_are_uniform_and_neighbours_unrelated():
    seeds, positions = torch.full((DRAWS,), 5), torch.arange(DRAWS)
    chance = uniform(seeds, positions)
    assert chance.min() >= 0
    assert chance.max() < 1
    counts = torch.histc(chance.float(), 100, 0, 1)
    assert ((counts - DRAWS / 100) ** 2 / (DRAWS / 100)).sum() < 99 + 4 * 198**0.5
    for a, b in ((uniform(seeds + 1, positions), chance), (chance[1:], chance[:-1])):
        assert abs(torch.corrcoef(torch.stack([a, b]))[0, 1]) < 0.02


def test_tokens_come_from_the_softmax():
    torch.manual_seed(0)
    logits = torch.randn(1, 300) * 2
    chance = uniform(torch.full((DRAWS,), 5), torch.arange(DRAWS))
    for divisor in (1.0, 0.5):
        seen = torch.zeros(300)
        right = torch.log_softmax(logits[0].double() / divisor, -1)
        for part in chance.split(2048):
            tokens, logprobs = draw(logits.expand(len(part), -1), part, divisor)
            seen += torch.bincount(tokens, minlength=300)
            assert torch.allclose(logprobs, right[tokens].float(), atol=1e-5)
        expected = DRAWS * right.exp()
        assert ((seen - expected) ** 2 / expected).sum() < 300 + 4 * 600**0.5


def test_the_edges_of_the_distribution_are_tokens_that_can_be():
    logits = torch.full((2, 300), -torch.inf)
    logits[:, 299] = logits[:, 4] = 0.0
    tokens, logprobs = draw(logits, torch.tensor([0.0, 1 - 2.0**-53], dtype=torch.double))
    assert tokens.tolist() == [4, 299]
    assert torch.allclose(logprobs, torch.full((2,), 0.5).log())


def test_rare_tokens_of_a_large_vocabulary_are_not_lost():
    """Each of 150,000 tokens has its own stretch of the distribution function, in order."""
    logits = torch.zeros(1, 150_000)
    middles = (torch.tensor([0, 1, 77_777, 149_998, 149_999], dtype=torch.double) + 0.5) / 150_000
    tokens, _ = draw(logits.expand(5, -1), middles)
    assert tokens.tolist() == [0, 1, 77_777, 149_998, 149_999]


def test_a_greedy_row_takes_the_likeliest():
    logits = torch.tensor([[0.0, 3.0, 1.0]])
    for chance in (0.0, 0.999):
        token, logprob = draw(logits, torch.tensor([chance], dtype=torch.double), greedy=True)
        assert token.item() == 1
        assert torch.allclose(logprob, torch.log_softmax(logits, -1)[:, 1])
